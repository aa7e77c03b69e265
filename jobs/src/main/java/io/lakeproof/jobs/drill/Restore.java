package io.lakeproof.jobs.drill;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.delta.Change;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.delta.TableProperties;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Manifest;
import io.lakeproof.model.Outcome;
import io.lakeproof.model.RunKey;
import io.lakeproof.report.State;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sealing;
import io.lakeproof.source.InputListing;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a version of a table to another place, as a sealed table of the ledger there, and compares what can be read back with the
 * seal. What cannot be read is found by halves, and the rest is restored without it.
 */
final class Restore {
    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
    private static final int RETENTION_DAYS = 30;
    private static final String JOB = "drill";

    private final RunContext context;
    private final Ledger ledger;

    /** @param ledger of the scratch */
    Restore(RunContext context, Ledger ledger) {
        this.context = context;
        this.ledger = ledger;
    }

    /**
     * Restores a version.
     *
     * @param source the table, or a copy of it
     * @param seal of the version, or of the version before it that has the same content
     * @return what was sealed beside what is restored
     * @throws Failure.Integrity if the version cannot be read at all
     */
    Comparison of(DeltaStore source, long version, Seal seal, String target) {
        Comparison comparison = new Comparison(seal.digest());
        Dataset<Row> rows = read(source, version);
        List<String> columns = source.partitionColumns();
        Optional<Seal> restored;
        try {
            restored = Optional.of(write(rows, columns, version, seal, source, target));
        } catch (Failure e) {
            throw e;
        } catch (Exception e) { // whatever Spark throws for a file that is gone, cut off or damaged
            List<String> paths = List.copyOf(seal.digest().partitions().keySet());
            if (columns.isEmpty()) {
                comparison.note("", State.UNREADABLE, rootCause(e));
                return comparison;
            }
            LOG.info("{}: looks for what cannot be read: {}", context.runId(), rootCause(e));
            readable(rows, columns, paths, comparison);
            if (comparison.bad().isEmpty()) {
                throw e; // whatever it was, it is not a partition's fault
            }
            List<String> left = paths.stream()
                    .filter(path -> !comparison.byPath().containsKey(path))
                    .toList();
            restored = left.isEmpty()
                    ? Optional.empty()
                    : Optional.of(write(rows.where(isIn(columns, left)), columns, version, seal, source, target));
        }
        comparison.with(restored.map(Seal::digest)
                .orElseGet(() -> new TableDigest(seal.digest().schemaDigest(), new TreeMap<>())));
        return comparison;
    }

    private static Dataset<Row> read(DeltaStore source, long version) {
        try {
            return source.read(version);
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw new Failure.Integrity(
                    "version " + version + " of " + source.path() + " cannot be restored: " + rootCause(e),
                    "Restore the missing files of _delta_log, or name another copy with --backup.",
                    e);
        }
    }

    /** Notes the partitions that cannot be read. */
    private static void readable(Dataset<Row> rows, List<String> columns, List<String> paths, Comparison comparison) {
        try {
            ContentDigest.of(rows.where(isIn(columns, paths)), columns);
        } catch (Exception e) {
            if (paths.size() == 1) {
                comparison.note(paths.get(0), State.UNREADABLE, rootCause(e));
                return;
            }
            readable(rows, columns, paths.subList(0, paths.size() / 2), comparison);
            readable(rows, columns, paths.subList(paths.size() / 2, paths.size()), comparison);
        }
    }

    private static Column isIn(List<String> columns, Collection<String> paths) {
        return coalesce(expr(PartitionPredicate.of(columns, paths)), lit(false));
    }

    private Seal write(
            Dataset<Row> rows, List<String> columns, long version, Seal seal, DeltaStore source, String target) {
        DeltaStore store = new DeltaStore(context.spark(), target);
        CommitNote note = note(version, seal, source, target);
        Commit commit = store.commit(new ScopeWrite(
                rows,
                columns,
                TableProperties.keeping(RETENTION_DAYS),
                new Change.Append(),
                DeltaStore.NO_VERSION,
                note.json(),
                null,
                0));
        LOG.info("{}: wrote version {} of {} to {}", context.runId(), version, source.path(), target);
        return new Sealing(context, store, ledger)
                .seal(note, commit, Optional.empty(), List.of(), digest -> counts(digest.rows()));
    }

    private static Counts counts(long rows) {
        return new Counts(rows, rows, 0, 0, 0, new TreeMap<>());
    }

    private CommitNote note(long version, Seal seal, DeltaStore source, String target) {
        InputFile input =
                new InputFile(InputListing.ofUri(InputListing.toUri(source.path())), version, 0, seal.tableId());
        SortedMap<String, String> partitions = new TreeMap<>();
        SortedMap<String, MultisetDigest> sealed = seal.digest().partitions();
        sealed.forEach((path, rows) -> partitions.put(path, TableDigest.partitionDigest(rows)));
        return new CommitNote(
                JOB,
                seal.pipeline(),
                RunKey.of(JOB, target, DateScope.ALL, new Manifest(List.of(input)), seal.hex())
                        .hex(),
                context.runId(),
                UUID.randomUUID().toString(),
                DeltaStore.NO_VERSION,
                Outcome.COMMITTED,
                DateScope.ALL,
                Optional.empty(),
                List.of(),
                List.copyOf(sealed.keySet()),
                seal.configDigest(),
                List.of(new SealedInput(input, List.of(), partitions)),
                context.clock().instant().truncatedTo(ChronoUnit.MICROS));
    }

    static String rootCause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": "
                + String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
