package io.lakeproof.jobs.diff;

import io.lakeproof.compare.Tally;
import io.lakeproof.report.State;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a comparison found.
 *
 * @param key columns that identify a row; empty if rows were compared as a whole
 * @param layout partition columns of both sides; empty if they are not partitioned alike
 * @param differing partitions whose digests differ; only these were read row by row
 * @param tally of the rows of these partitions
 */
record Findings(
        Side left,
        Side right,
        CommonColumns common,
        List<String> key,
        List<String> layout,
        PartitionDigests leftDigests,
        PartitionDigests rightDigests,
        Set<String> differing,
        Tally tally) {
    Findings {
        key = List.copyOf(key);
        layout = List.copyOf(layout);
        differing = new TreeSet<>(differing);
    }

    boolean isSame() {
        return common.isEverything() && differing.isEmpty();
    }

    /** Rows that both sides have, those of the partitions that do not differ included. */
    long same() {
        return leftDigests.rows() - leftDigests.rows(differing) + tally.same();
    }

    Set<String> partitions() {
        Set<String> paths = new TreeSet<>(leftDigests.partitions().keySet());
        paths.addAll(rightDigests.partitions().keySet());
        return paths;
    }

    State state(String path) {
        if (!differing.contains(path)) {
            return State.OK;
        }
        if (rightDigests.of(path).count() == 0) {
            return State.MISSING;
        }
        return leftDigests.of(path).count() == 0 ? State.EXTRA : State.DIFFERS;
    }

    /** {@code 3 rows added, 1 removed, 2 changed}. */
    static String words(Tally.Changes changes) {
        return String.format(
                Locale.ROOT,
                "%,d %s added, %,d removed, %,d changed",
                changes.added(),
                changes.added() == 1 ? "row" : "rows",
                changes.removed(),
                changes.changed());
    }

    /** What differs, in a sentence or two. */
    String sentence() {
        if (isSame()) {
            return String.format(
                    Locale.ROOT, "%s and %s hold the same %,d rows%s.", left, right, same(), inPartitions());
        }
        String schema = common.isEverything()
                ? ""
                : "The columns differ (" + String.join("; ", common.differences()) + "). In the common columns: ";
        return schema
                + partitionsThatDiffer()
                + String.format(Locale.ROOT, "%s, %,d the same.", words(tally.changes()), same());
    }

    private String inPartitions() {
        return layout.isEmpty()
                ? ""
                : String.format(Locale.ROOT, " in %,d partitions", partitions().size());
    }

    private String partitionsThatDiffer() {
        return layout.isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%,d of %,d partitions differ; ",
                        differing.size(),
                        partitions().size());
    }
}
