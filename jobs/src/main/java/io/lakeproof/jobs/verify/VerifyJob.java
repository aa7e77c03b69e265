package io.lakeproof.jobs.verify;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Reads every row of a version again and compares the digests with the seal. Counts and digests come from the data files, with
 * their page checksums verified, never from the log's statistics.
 */
public final class VerifyJob {
    private final RunContext context;
    private final DeltaStore store;
    private final Ledger ledger;

    public VerifyJob(RunContext context, String table, String ledger) {
        this.context = context;
        this.store = new DeltaStore(context.spark(), table);
        this.ledger = new Ledger(context.spark(), ledger);
    }

    /**
     * Verifies one version.
     *
     * @param version empty for the newest
     * @throws Failure.Integrity naming each partition that differs or cannot be read
     */
    public Outcome run(Optional<Long> version) {
        context.facts().target(store.path());
        Snapshot table = store.current()
                .orElseThrow(() -> new Failure.InputMissing(
                        store.path() + " is not a Delta table",
                        "Mend --table or the target in the configuration, or run the job that makes the table first."));
        long checked = version.orElse(table.version());
        if (checked < 0 || checked > table.version()) {
            throw new Failure.Usage(
                    "there is no version " + checked + " of " + store.path(),
                    "Versions go from 0 to " + table.version() + "; `lakeproof lineage show` lists the sealed ones.");
        }
        context.facts().versionAfter(checked);
        Seal seal = ledger.atOrBefore(table.tableId(), checked)
                .orElseThrow(
                        () -> new Failure.Integrity(
                                "no seal in " + ledger.path() + " for version " + checked + " of " + store.path()
                                        + " or any version before it",
                                "Name the ledger that the table was written with, or run the job that writes the table: it seals what it finds unsealed."));
        requireSealed(store.reachingBack(table, seal.version()), seal, checked);
        context.facts().runKey(seal.runKey());
        Dataset<Row> rows = read(checked);
        Map<String, String> bad = new TreeMap<>();
        Map<String, MultisetDigest> found = digest(rows, seal, bad);
        compare(seal, found, bad);
        String schema = TableDigest.schemaDigest(rows.schema());
        if (!schema.equals(seal.digest().schemaDigest())) {
            bad.put("(schema)", "columns or types are not those that were sealed");
        }
        if (!bad.isEmpty()) {
            throw mismatch(checked, seal, bad);
        }
        String digest = new TableDigest(schema, new TreeMap<>(found)).hex();
        context.facts().digest(digest);
        context.facts().say("verified     " + store.path() + ", version " + checked + ": OK");
        if (seal.version() != checked) {
            context.facts()
                    .say("             it has no seal of its own; its content is that of version " + seal.version());
        }
        context.facts()
                .say(String.format(
                        "rows         %,d in %d partitions",
                        found.values().stream().mapToLong(MultisetDigest::count).sum(), found.size()));
        context.facts().say("digest       " + digest);
        return Outcome.DONE;
    }

    /** A commit of a run that died before its seal has no digest to compare with. */
    private void requireSealed(Snapshot table, Seal seal, long version) {
        for (Commit commit : table.after(seal.version())) {
            Optional<CommitNote> note = CommitNote.of(commit);
            if (commit.version() <= version && note.isPresent()) {
                throw new Failure.Integrity(
                        "version " + commit.version() + " of " + store.path() + " was committed by run "
                                + note.get().runId() + ", but never sealed",
                        "Retry that run: it finds its commit and seals it.");
            }
        }
    }

    private Dataset<Row> read(long version) {
        try {
            return store.read(version);
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw new Failure.Integrity(
                    "version " + version + " of " + store.path() + " cannot be read: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    "Restore the missing files of _delta_log from a backup; a version older than the retention is gone.",
                    e);
        }
    }

    /** All partitions in one pass; if that fails, part by part, until the partitions that cannot be read are known. */
    private Map<String, MultisetDigest> digest(Dataset<Row> rows, Seal seal, Map<String, String> bad) {
        List<String> columns = store.partitionColumns();
        try {
            return ContentDigest.of(rows, columns);
        } catch (Exception e) {
            Map<String, MultisetDigest> found = new TreeMap<>();
            TreeSet<String> known = new TreeSet<>(seal.digest().partitions().keySet());
            known.addAll(seal.replacedPartitions());
            if (columns.isEmpty() || known.isEmpty()) {
                throw e;
            }
            bisect(rows, List.copyOf(known), found, bad);
            Column isKnown = coalesce(expr(PartitionPredicate.of(columns, known)), lit(false));
            found.putAll(ContentDigest.of(rows.where(not(isKnown)), columns));
            if (bad.isEmpty()) {
                throw e; // whatever it was, it is not a partition's fault
            }
            return found;
        }
    }

    private void bisect(
            Dataset<Row> rows, List<String> paths, Map<String, MultisetDigest> found, Map<String, String> bad) {
        List<String> columns = store.partitionColumns();
        try {
            found.putAll(ContentDigest.of(rows.where(expr(PartitionPredicate.of(columns, paths))), columns));
        } catch (Exception e) {
            if (paths.size() == 1) {
                bad.put(paths.get(0), "cannot be read: " + rootCause(e));
                return;
            }
            bisect(rows, paths.subList(0, paths.size() / 2), found, bad);
            bisect(rows, paths.subList(paths.size() / 2, paths.size()), found, bad);
        }
    }

    private static void compare(Seal seal, Map<String, MultisetDigest> found, Map<String, String> bad) {
        SortedMap<String, MultisetDigest> sealed = seal.digest().partitions();
        TreeSet<String> paths = new TreeSet<>(sealed.keySet());
        paths.addAll(found.keySet());
        paths.removeAll(bad.keySet());
        for (String path : paths) {
            MultisetDigest was = sealed.getOrDefault(path, MultisetDigest.EMPTY);
            MultisetDigest is = found.getOrDefault(path, MultisetDigest.EMPTY);
            if (!was.equals(is)) {
                bad.put(
                        path,
                        was.count() == is.count()
                                ? is.count() + " rows as sealed, but their content differs"
                                : "sealed with " + was.count() + " rows, now " + is.count());
            }
        }
    }

    private Failure.Integrity mismatch(long version, Seal seal, Map<String, String> bad) {
        List<String> lines = new ArrayList<>();
        bad.forEach((path, what) -> lines.add("  " + path + ": " + what));
        return new Failure.Integrity(
                "version " + version + " of " + store.path() + " is not what seal " + seal.sequence() + " of version "
                        + seal.version() + " says; " + bad.size() + (bad.size() == 1 ? " difference" : " differences")
                        + ":\n" + String.join("\n", lines),
                "Stop the readers. Restore the files from a backup or a replica, or load the partitions named again from their"
                        + " inputs.");
    }

    private static String rootCause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": "
                + String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
