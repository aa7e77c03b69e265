package io.lakeproof.run;

import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.telemetry.RunFacts;
import java.util.Locale;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** The lines that a person reads about a sealed commit, alike for every job. */
public final class CommitReport {
    private final RunFacts facts;
    private final String ledger;
    private final String partitions;

    /**
     * Of one run.
     *
     * @param partitions what the table's partitions are called, such as {@code dates}
     */
    public CommitReport(RunFacts facts, String ledger, String partitions) {
        this.facts = facts;
        this.ledger = ledger;
        this.partitions = partitions;
    }

    /** That an earlier run had done the work, and what its counts are for the RESULT line. */
    public void replayed(Seal seal) {
        facts.versionAfter(seal.version()).counts(seal.counts()).dates(seal.dates());
        facts.say("replayed     run " + seal.runId() + " had done the same work; nothing was written");
    }

    /** How many rows were refused, why, and where they are. */
    public void quarantined(Counts counts, String path) {
        facts.say("quarantined  " + number(counts.quarantinedRows())
                + (counts.quarantined().isEmpty()
                        ? ""
                        : counts.quarantined().entrySet().stream()
                                .map(e -> e.getKey() + " " + number(e.getValue()))
                                .collect(Collectors.joining(", ", " (", "), in " + path))));
    }

    /** Where the rows are, their digest, and the seal. */
    public void sealed(Seal seal) {
        facts.digest(seal.digest().hex());
        facts.say("table        " + seal.tablePath() + ", version " + seal.version() + ", "
                + number(seal.digest().rows()) + " rows in "
                + seal.digest().partitions().size() + " " + partitions);
        facts.say("digest       " + seal.digest().hex());
        facts.say("seal         number " + seal.sequence() + " in " + ledger);
    }

    /** {@code no dates}, a date, or how many and which are the first and the last. */
    public static String dates(SortedSet<String> dates) {
        return switch (dates.size()) {
            case 0 -> "no dates";
            case 1 -> dates.first();
            default -> dates.size() + " dates, " + dates.first() + " .. " + dates.last();
        };
    }

    /** With thousands separators. */
    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
