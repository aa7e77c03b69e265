package io.lakeproof.jobs.lineage;

import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A seal in words. */
final class SealText {
    private static final int SHORT = 12;

    private SealText() {}

    /**
     * What a seal says, but for its inputs and partitions, by the name of the line.
     *
     * @param whole gives digests in full
     */
    static Map<String, String> lines(Seal seal, boolean whole) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("seal", seal.sequence() + "  " + shortened(seal.hex(), whole));
        lines.put(
                "run",
                seal.job() + " " + seal.runId() + ", key " + shortened(seal.runKey(), whole) + ", on version "
                        + seal.versionBefore());
        lines.put("scope", seal.scope() + (seal.dates().isEmpty() ? "" : ", " + span(seal.dates())));
        seal.model()
                .ifPresent(model ->
                        lines.put("model", model.name() + ", definitions " + shortened(model.definitions(), whole)));
        lines.put("rows", rows(seal.counts()));
        return lines;
    }

    /** {@code 11 dates from 2024-11-01 to 2024-11-11}. */
    static String span(List<String> dates) {
        return dates.size() == 1
                ? "1 date, " + dates.get(0)
                : dates.size() + " dates from " + dates.get(0) + " to " + dates.get(dates.size() - 1);
    }

    static String rows(Counts counts) {
        return counts.read() + " read, " + counts.kept() + " kept, " + counts.replaced() + " replaced, "
                + counts.exactDuplicates() + " exact and " + counts.conflictDuplicates() + " conflict duplicates, "
                + counts.quarantinedRows() + " quarantined";
    }

    /** {@code 1 file}, {@code 1,200 files}. */
    static String count(long number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    static String shortened(String hex, boolean whole) {
        return whole || hex.length() <= SHORT ? hex : hex.substring(0, SHORT);
    }
}
