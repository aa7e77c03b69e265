package io.lakeproof.jobs.diff;

import io.lakeproof.compare.RowDifference;
import io.lakeproof.compare.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The findings as lines for a person. */
final class DiffText {
    private static final int PARTITIONS = 20;
    private static final int COLUMNS = 20;

    private final Findings findings;
    private final List<String> lines = new ArrayList<>();

    private DiffText(Findings findings) {
        this.findings = findings;
    }

    static List<String> of(Findings findings) {
        DiffText text = new DiffText(findings);
        text.sides();
        text.totals();
        text.partitions();
        findings.tally().samples().forEach(text::sample);
        text.line("verdict", (findings.isSame() ? "SAME: " : "DIFFERENT: ") + findings.sentence());
        return List.copyOf(text.lines);
    }

    private void sides() {
        line("left", side(findings.left(), findings.leftDigests()));
        line("right", side(findings.right(), findings.rightDigests()));
        line(
                "key",
                findings.key().isEmpty() ? "none: rows are compared as a whole" : String.join(", ", findings.key()));
        findings.common().differences().forEach(difference -> line("schema", difference));
    }

    private static String side(Side side, PartitionDigests digests) {
        return String.format(
                Locale.ROOT,
                "%s, version %d, %,d rows; digest %s, from %s",
                side.store().path(),
                side.version(),
                digests.rows(),
                digests.table().map(hex -> hex.substring(0, 12)).orElse("of the common columns"),
                digests.origin());
    }

    private void totals() {
        Tally.Changes changes = findings.tally().changes();
        line("partitions", scope());
        line("rows", String.format(Locale.ROOT, "%,d the same; %s", findings.same(), Findings.words(changes)));
        if (!findings.tally().columns().isEmpty()) {
            line(
                    "columns",
                    byCount(findings.tally().columns()).stream()
                                    .limit(COLUMNS)
                                    .map(column -> String.format(
                                            Locale.ROOT, "%s in %,d rows", column.getKey(), column.getValue()))
                                    .collect(Collectors.joining(", "))
                            + more(findings.tally().columns().size() - COLUMNS, "columns"));
        }
    }

    private String scope() {
        String compared = findings.differing().isEmpty() ? "no row was compared" : "only their rows were compared";
        return findings.layout().isEmpty()
                ? "none that both sides have; "
                        + (findings.differing().isEmpty() ? "the digests are equal" : "every row was compared")
                : String.format(
                        Locale.ROOT,
                        "%,d of %,d differ; %s",
                        findings.differing().size(),
                        findings.partitions().size(),
                        compared);
    }

    private void partitions() {
        if (findings.layout().isEmpty()) {
            return;
        }
        findings.tally().partitions().entrySet().stream()
                .limit(PARTITIONS)
                .forEach(entry -> line("partition", entry.getKey() + ": " + Findings.words(entry.getValue())));
        int rest = findings.tally().partitions().size() - PARTITIONS;
        if (rest > 0) {
            line("", more(rest, "partitions").substring(2) + "; --report lists 200 and maps all");
        }
    }

    private void sample(RowDifference difference) {
        String where = (findings.layout().isEmpty() ? "" : difference.partition() + "  ") + difference.key();
        String times = difference.rows() == 1 ? "" : String.format(Locale.ROOT, "  (%,d times)", difference.rows());
        line(difference.change().word(), where + times);
        line(
                "",
                difference.cells().stream().limit(COLUMNS).map(Object::toString).collect(Collectors.joining(", "))
                        + more(difference.cells().size() - COLUMNS, "columns"));
    }

    /** Most first. */
    static List<Map.Entry<String, Long>> byCount(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .toList();
    }

    private static String more(long count, String what) {
        return count <= 0 ? "" : String.format(Locale.ROOT, ", and %,d more %s", count, what);
    }

    private void line(String name, String text) {
        lines.add(String.format(Locale.ROOT, "%-12s %s", name, text));
    }
}
