package io.lakeproof.jobs.recover;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Rollbacks;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedTable;
import io.lakeproof.lineage.TableState;
import io.lakeproof.run.RollbackSealing;
import io.lakeproof.run.RunContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds out which partitions differ from a version, and that the version is still what was sealed. */
final class RollbackPlanner {
    private static final String REQUEUE = "requeue";
    private static final Set<String> LOADING = Set.of("dedup", REQUEUE);

    private final RunContext context;
    private final DeltaStore store;
    private final Ledger ledger;
    private final RollbackRequest request;
    private final SealedVersions versions;

    RollbackPlanner(
            RunContext context, DeltaStore store, Ledger ledger, RollbackRequest request, SealedVersions versions) {
        this.context = context;
        this.store = store;
        this.ledger = ledger;
        this.request = request;
        this.versions = versions;
    }

    RollbackPlan plan() {
        TableState state = new RollbackSealing(context, store, ledger).settled(TableState.of(store, ledger));
        Snapshot table = state.table().orElseThrow(() -> SealedVersions.missing(store));
        Seal newest = state.newest().orElseThrow(() -> SealedVersions.unsealed(store, ledger));
        requireSealed(state);
        Seal target = request.pin().isPresent()
                ? versions.pinned(table.tableId(), request.pin().get())
                : versions.sealed(table, request.version().orElseThrow());
        List<String> columns = store.partitionColumns();
        SortedSet<String> scope = DatedPartitions.chosen(request, store.path(), columns, known(newest, target));
        requireComesForward(newest, target);
        boolean isUntouched = SealedTable.isUntouched(table, newest, table.version());
        if (!isUntouched) {
            scope = touched(state, newest, scope);
        }
        StructType schema = store.read(state.version()).schema();
        Dataset<Row> old = of(scope, old(target), columns);
        SortedMap<String, MultisetDigest> expected = expected(old, target, schema, scope);
        SortedSet<String> written = new TreeSet<>(scope);
        if (isUntouched) {
            SortedMap<String, MultisetDigest> now = newest.digest().partitions();
            written.removeIf(path -> expected.getOrDefault(path, MultisetDigest.EMPTY)
                    .equals(now.getOrDefault(path, MultisetDigest.EMPTY)));
        }
        expected.keySet().retainAll(written);
        return new RollbackPlan(state, target, scope, written, expected, of(written, fitted(old, schema), columns));
    }

    private static Collection<String> known(Seal newest, Seal target) {
        TreeSet<String> known = new TreeSet<>(newest.digest().partitions().keySet());
        known.addAll(target.digest().partitions().keySet());
        return known;
    }

    /** A commit of another job that has no seal is of a run that is at work, or that died and is to be retried. */
    private void requireSealed(TableState state) {
        for (Commit commit : state.unsealed()) {
            if (!context.dryRun() || !isRollback(commit)) {
                throw new Failure.Conflict(
                        Retry.SAFE,
                        "version " + commit.version() + " of " + store.path() + " is committed, but not sealed yet",
                        "Run again when that run has ended; if it died, retry it first: it finds its commit and seals it.",
                        null);
            }
        }
    }

    /**
     * A clean table is a function of its inputs, so that a run after a rollback gives what it gave before. That is not so of
     * some of its dates, between which a key can move, nor of rows that a requeue has released from the quarantine.
     */
    private void requireComesForward(Seal newest, Seal target) {
        String table = newest.tableId();
        boolean isClean = ledger.newestWrite(table)
                .filter(write -> LOADING.contains(write.job()))
                .isPresent();
        if (isClean && !request.isWhole()) {
            throw new Failure.Configuration(
                    store.path()
                            + " is a clean table: a row of one date can stand in for a row of another, so some of its"
                            + " dates cannot go back without the rest",
                    "Roll back the whole table, without --from and --to; or restore these dates under another path with"
                            + " `lakeproof drill`.");
        }
        ledger.newestAfter(table, target.version(), REQUEUE).ifPresent(requeue -> {
            throw new Failure.Configuration(
                    "version " + requeue.version() + " of " + store.path() + " holds rows that run " + requeue.runId()
                            + " released from the quarantine, which no run would bring back after a rollback to version "
                            + target.version(),
                    "Go back to that version or a later one, or restore the older one under another path with"
                            + " `lakeproof drill`.");
        });
    }

    private static boolean isRollback(Commit commit) {
        return CommitNote.of(commit).filter(Rollbacks::isRollback).isPresent();
    }

    /**
     * The scope of a table that somebody else has written to: with the partitions that they made, if the whole table is to go
     * back.
     *
     * @throws Failure.Integrity if they changed what does not go back
     */
    private SortedSet<String> touched(TableState state, Seal newest, SortedSet<String> scope) {
        TableDigest now = new SealedTable(store).digestAt(state.version());
        if (!now.schemaDigest().equals(newest.digest().schemaDigest())) {
            throw new Failure.Integrity(
                    "somebody else changed the columns of " + store.path() + ", which a rollback cannot undo",
                    "Take the columns back to what was sealed, or restore the sealed version under a new path.");
        }
        SortedSet<String> all = new TreeSet<>(scope);
        if (request.isWhole()) {
            all.addAll(now.partitions().keySet());
            return all;
        }
        TreeSet<String> others = new TreeSet<>(now.partitions().keySet());
        others.addAll(newest.digest().partitions().keySet());
        others.removeAll(scope);
        others.removeIf(path -> now.partitions()
                .getOrDefault(path, MultisetDigest.EMPTY)
                .equals(newest.digest().partitions().getOrDefault(path, MultisetDigest.EMPTY)));
        if (!others.isEmpty()) {
            throw new Failure.Integrity(
                    "somebody else changed partitions of " + store.path() + " that are not to be rolled back: "
                            + String.join(", ", others),
                    "Roll these back too, or the whole table.");
        }
        return all;
    }

    private Dataset<Row> old(Seal target) {
        try {
            return store.read(target.version());
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw unreadable(target, e);
        }
    }

    /** The digests that the partitions will have; proves that those they had are what was sealed. */
    private SortedMap<String, MultisetDigest> expected(
            Dataset<Row> old, Seal target, StructType schema, SortedSet<String> scope) {
        List<String> columns = store.partitionColumns();
        SortedMap<String, MultisetDigest> found = new TreeMap<>(digests(old, columns, target));
        SortedMap<String, MultisetDigest> sealed = new TreeMap<>(target.digest().partitions());
        sealed.keySet().retainAll(scope);
        TreeSet<String> wrong = new TreeSet<>(found.keySet());
        wrong.addAll(sealed.keySet());
        wrong.removeIf(path ->
                found.getOrDefault(path, MultisetDigest.EMPTY).equals(sealed.getOrDefault(path, MultisetDigest.EMPTY)));
        if (!wrong.isEmpty()
                || !TableDigest.schemaDigest(old.schema())
                        .equals(target.digest().schemaDigest())) {
            throw new Failure.Integrity(
                    "version " + target.version() + " of " + store.path() + " is not what was sealed"
                            + (wrong.isEmpty() ? ": its columns differ" : " in " + String.join(", ", wrong))
                            + "; nothing was written",
                    "`lakeproof verify` finds a version that is; go back to that one, or restore the files from a backup.");
        }
        return TableDigest.schemaDigest(schema).equals(target.digest().schemaDigest())
                ? found
                : new TreeMap<>(digests(fitted(old, schema), columns, target));
    }

    private Map<String, MultisetDigest> digests(Dataset<Row> rows, List<String> columns, Seal target) {
        try {
            return ContentDigest.of(rows, columns);
        } catch (Exception e) {
            throw unreadable(target, e);
        }
    }

    private Failure unreadable(Seal target, Exception e) {
        return new Failure.Integrity(
                "version " + target.version() + " of " + store.path() + " cannot be read: "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "; nothing was written",
                "Its files may be past the retention or damaged. Go back to another version, or restore them from a backup.",
                e);
    }

    /** The rows with the columns that the table has now: those that it did not have then are null. */
    private Dataset<Row> fitted(Dataset<Row> rows, StructType schema) {
        List<String> names = Arrays.asList(rows.schema().fieldNames());
        List<String> problems = new ArrayList<>();
        names.stream()
                .filter(name -> !Arrays.asList(schema.fieldNames()).contains(name))
                .forEach(name -> problems.add("the table has no column " + name + " any more"));
        List<Column> columns = new ArrayList<>();
        for (StructField field : schema.fields()) {
            if (!names.contains(field.name())) {
                columns.add(lit(null).cast(field.dataType()).as(field.name()));
                continue;
            }
            if (!rows.schema().apply(field.name()).dataType().equals(field.dataType())) {
                problems.add(field.name() + " was "
                        + rows.schema().apply(field.name()).dataType().catalogString() + " and is "
                        + field.dataType().catalogString());
            }
            columns.add(quoted(field.name()));
        }
        if (!problems.isEmpty()) {
            throw new Failure.Configuration(
                    "the rows of that version do not fit " + store.path() + ": " + String.join("; ", problems),
                    "Go back to a version with the present columns, or restore that one under a new path.");
        }
        return rows.select(columns.toArray(Column[]::new));
    }

    private static Dataset<Row> of(Collection<String> partitions, Dataset<Row> rows, List<String> columns) {
        return rows.where(expr(PartitionPredicate.of(columns, partitions)));
    }
}
