package io.lakeproof.jobs.recover;

import static io.lakeproof.jobs.recover.OldVersion.rowsOf;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
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
import io.lakeproof.run.DatedPartitions;
import io.lakeproof.run.RollbackSealing;
import io.lakeproof.run.RunContext;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
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
        Snapshot table = state.table().orElseThrow(versions::noTable);
        Seal newest = state.newest().orElseThrow(versions::noSeal);
        requireSealed(state);
        Seal target = versions.chosen(request, table);
        requireComesForward(newest, target);
        StructType schema = store.read(state.version()).schema();
        OldVersion old = new OldVersion(store, target, schema);
        boolean isUntouched = SealedTable.isUntouched(table, newest, table.version());
        SortedSet<String> scope = chosen(newest, target);
        if (!isUntouched) {
            addTouched(scope, state, newest);
        }
        SortedSet<String> written = new TreeSet<>(scope);
        SortedMap<String, MultisetDigest> now = newest.digest().partitions();
        SortedMap<String, MultisetDigest> then = target.digest().partitions();
        // After somebody else's commit even what has the old content is written, so that a seal says so.
        if (isUntouched && old.hasPresentColumns()) {
            written.removeIf(path -> rowsOf(then, path).equals(rowsOf(now, path)));
        }
        SortedMap<String, MultisetDigest> expected = old.proven(written);
        if (isUntouched) {
            written.removeIf(path -> rowsOf(expected, path).equals(rowsOf(now, path)));
        }
        expected.keySet().retainAll(written);
        return new RollbackPlan(state, target, scope, written, expected, old.rows(written));
    }

    /** The partitions that were asked for, of those that the seals know. */
    private SortedSet<String> chosen(Seal newest, Seal target) {
        SortedSet<String> known = new TreeSet<>(newest.digest().partitions().keySet());
        known.addAll(target.digest().partitions().keySet());
        DatedPartitions asked =
                new DatedPartitions(store.path(), store.partitionColumns(), request.scope(), request.model());
        request.model().ifPresent(model -> requireModel(model, known));
        known.removeIf(path -> !asked.contains(path));
        return known;
    }

    private void requireModel(String model, SortedSet<String> known) {
        SortedSet<String> models = new TreeSet<>();
        known.forEach(path -> DatedPartitions.model(path).ifPresent(models::add));
        if (!models.contains(model)) {
            throw new Failure.Usage(
                    "--model " + model + ": " + store.path() + " has no rows of it, now or at that version",
                    "It has " + String.join(", ", models) + ".");
        }
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

    private static boolean isRollback(Commit commit) {
        return CommitNote.of(commit).filter(Rollbacks::isRollback).isPresent();
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

    /**
     * Adds the partitions that somebody else has made, if the whole table is to go back.
     *
     * @throws Failure.Integrity if they changed what does not go back
     */
    private void addTouched(SortedSet<String> scope, TableState state, Seal newest) {
        TableDigest now = new SealedTable(store).digestAt(state.version());
        if (!now.schemaDigest().equals(newest.digest().schemaDigest())) {
            throw new Failure.Integrity(
                    "somebody else changed the columns of " + store.path() + ", which a rollback cannot undo",
                    "Take the columns back to what was sealed, or restore the sealed version under a new path.");
        }
        if (request.isWhole()) {
            scope.addAll(now.partitions().keySet());
            return;
        }
        SortedMap<String, MultisetDigest> sealed = newest.digest().partitions();
        SortedSet<String> others = new TreeSet<>(now.partitions().keySet());
        others.addAll(sealed.keySet());
        others.removeIf(
                path -> scope.contains(path) || rowsOf(now.partitions(), path).equals(rowsOf(sealed, path)));
        if (!others.isEmpty()) {
            throw new Failure.Integrity(
                    "somebody else changed partitions of " + store.path() + " that are not to be rolled back: "
                            + String.join(", ", others),
                    "Roll these back too, or the whole table.");
        }
    }
}
