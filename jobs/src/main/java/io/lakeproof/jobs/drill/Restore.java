package io.lakeproof.jobs.drill;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.aws.S3Failures;
import io.lakeproof.delta.Change;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.delta.TableProperties;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Causes;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    /** What is restored, and where to. */
    private record Task(DeltaStore source, long version, Seal seal, List<String> columns, String target) {}

    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
    private static final Pattern DATA_FILE = Pattern.compile("[^\\s/]+\\.parquet");
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
        source.requireReadable(version, file -> true);
        DataFiles.check(source, version, context.hadoop(), comparison);
        Dataset<Row> rows = read(source, version);
        List<String> columns = source.partitionColumns();
        Task task = new Task(source, version, seal, columns, target);
        if (columns.isEmpty() && !comparison.bad().isEmpty()) {
            return comparison;
        }
        Optional<Seal> restored;
        try {
            restored = writeRest(rows, task, comparison);
        } catch (Failure e) {
            throw e;
        } catch (Exception e) { // whatever Spark throws for a file that is damaged, or goes while it is read
            S3Failures.throwIfOfStorage(e);
            LOG.info("{}: looks for what cannot be read: {}", context.runId(), rootCause(e));
            if (columns.isEmpty()) {
                comparison.note("", State.UNREADABLE, rootCause(e));
                return comparison;
            }
            int known = comparison.bad().size();
            findUnreadable(rows, columns, unknown(seal, comparison), comparison);
            if (comparison.bad().size() == known) {
                throw e; // whatever it was, it is not a partition's fault
            }
            restored = writeRest(rows, task, comparison);
        }
        comparison.with(restored.map(Seal::digest)
                .orElseGet(() -> new TableDigest(seal.digest().schemaDigest(), new TreeMap<>())));
        return comparison;
    }

    /** The sealed partitions of which nothing is noted. */
    private static List<String> unknown(Seal seal, Comparison comparison) {
        return seal.digest().partitions().keySet().stream()
                .filter(path -> !comparison.byPath().containsKey(path))
                .toList();
    }

    /** Writes all rows, or those of the partitions of which nothing bad is noted. */
    private Optional<Seal> writeRest(Dataset<Row> rows, Task task, Comparison comparison) {
        if (comparison.bad().isEmpty()) {
            return Optional.of(write(rows, task));
        }
        List<String> left = unknown(task.seal(), comparison);
        return left.isEmpty() ? Optional.empty() : Optional.of(write(rows.where(isIn(task.columns(), left)), task));
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
    private static void findUnreadable(
            Dataset<Row> rows, List<String> columns, List<String> paths, Comparison comparison) {
        if (paths.isEmpty()) {
            return;
        }
        try {
            ContentDigest.of(rows.where(isIn(columns, paths)), columns);
        } catch (Exception e) {
            if (paths.size() == 1) {
                comparison.note(paths.get(0), State.UNREADABLE, rootCause(e));
                return;
            }
            findUnreadable(rows, columns, paths.subList(0, paths.size() / 2), comparison);
            findUnreadable(rows, columns, paths.subList(paths.size() / 2, paths.size()), comparison);
        }
    }

    private static Column isIn(List<String> columns, Collection<String> paths) {
        return coalesce(expr(PartitionPredicate.of(columns, paths)), lit(false));
    }

    private Seal write(Dataset<Row> rows, Task task) {
        DeltaStore store = new DeltaStore(context.spark(), task.target());
        CommitNote note = note(task);
        Commit commit = store.commit(new ScopeWrite(
                rows,
                task.columns(),
                TableProperties.keeping(RETENTION_DAYS),
                new Change.Append(),
                DeltaStore.NO_VERSION,
                note.json(),
                null,
                0));
        LOG.info(
                "{}: wrote version {} of {} to {}",
                context.runId(),
                task.version(),
                task.source().path(),
                task.target());
        return new Sealing(context, store, ledger)
                .seal(note, commit, Optional.empty(), List.of(), digest -> counts(digest.rows()));
    }

    private static Counts counts(long rows) {
        return new Counts(rows, rows, 0, 0, 0, new TreeMap<>());
    }

    private CommitNote note(Task task) {
        Seal seal = task.seal();
        InputFile input = new InputFile(
                InputListing.ofUri(InputListing.toUri(task.source().path())), task.version(), 0, seal.tableId());
        SortedMap<String, String> partitions = new TreeMap<>();
        SortedMap<String, MultisetDigest> sealed = seal.digest().partitions();
        sealed.forEach((path, rows) -> partitions.put(path, TableDigest.partitionDigest(rows)));
        return new CommitNote(
                JOB,
                seal.pipeline(),
                RunKey.of(JOB, task.target(), DateScope.ALL, new Manifest(List.of(input)), seal.hex())
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

    /** What went wrong at the bottom, and in which file, if an exception above it says so. */
    static String rootCause(Throwable thrown) {
        String root = Causes.root(thrown);
        String file = "";
        for (Throwable cause = thrown; cause != null && file.isEmpty(); cause = cause.getCause()) {
            Matcher named = DATA_FILE.matcher(String.valueOf(cause.getMessage()));
            file = named.find() ? named.group() : "";
        }
        return root + (file.isEmpty() || root.contains(file) ? "" : " (" + file + ")");
    }
}
