package io.lakeproof.jobs.dedup;

import io.lakeproof.config.LatenessConfig.LatePolicy;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.RowsExpectation;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.RunHistory;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.source.Validation;
import io.lakeproof.telemetry.RunFacts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** Whether a batch as a whole may be published. Every gate is looked at, and all that fail are reported together. */
final class Gates {
    private static final String EXPECTATION = "quality.expect.rows-vs-previous";
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final RunFacts facts;
    private final PipelineConfig pipeline;
    private final DateScope scope;
    private final Ledger ledger;

    Gates(RunFacts facts, PipelineConfig pipeline, DateScope scope, Ledger ledger) {
        this.facts = facts;
        this.pipeline = pipeline;
        this.scope = scope;
        this.ledger = ledger;
    }

    /**
     * Passes, or stops the run before anything but the quarantine is published.
     *
     * @param refused rows by reason
     * @throws Failure.DataGate naming every gate that failed
     */
    void require(DedupStep step, SortedMap<String, Long> refused) {
        long read = step.batch().read();
        long count = refused.values().stream().mapToLong(Long::longValue).sum();
        List<String> failed = new ArrayList<>();
        if (pipeline.quality().maxQuarantined().exceededBy(count, read)) {
            failed.add(
                    count + " of " + read + " rows were refused " + refused + ", more than quality.max-quarantined = "
                            + pipeline.quality().maxQuarantined());
        }
        long late = refused.getOrDefault(Validation.TOO_LATE, 0L);
        if (late > 0 && pipeline.dedup().lateness().late() == LatePolicy.FAIL) {
            failed.add(late + " rows are " + Validation.TOO_LATE + ", and dedup.late = fail");
        }
        long accepted = read - count;
        if (accepted < pipeline.quality().minRows()) {
            failed.add(accepted + " rows were accepted, fewer than quality.min-rows = "
                    + pipeline.quality().minRows());
        }
        pipeline.quality().rowsVersusPrevious().ifPresent(expected -> compare(step, accepted, expected, failed));
        if (!failed.isEmpty()) {
            facts.counts(new Counts(read, 0, 0, 0, 0, refused));
            throw failure(failed, count > 0 ? step.plan().runKey().hex() : "");
        }
    }

    private void compare(DedupStep step, long accepted, RowsExpectation expected, List<String> failed) {
        List<Long> earlier = step.plan()
                .table()
                .map(Snapshot::tableId)
                .map(table -> new RunHistory(ledger).acceptedRows(table, pipeline.name(), scope, expected.window()))
                .orElse(List.of());
        if (earlier.size() < expected.leastHistory()) {
            facts.say("not compared " + EXPECTATION + ": only " + earlier.size()
                    + " earlier runs of a scope of this length are sealed, " + expected.leastHistory()
                    + " are needed");
            return;
        }
        BigDecimal median = median(earlier);
        BigDecimal share = BigDecimal.valueOf(accepted).multiply(HUNDRED); // percent of the median, times the median
        String found = String.format(
                Locale.ROOT,
                "%d rows were accepted, %s of %s, the median of the last %d runs",
                accepted,
                median.signum() == 0
                        ? "any share"
                        : share.divide(median, 1, RoundingMode.HALF_UP).toPlainString() + "%",
                median.stripTrailingZeros().toPlainString(),
                earlier.size());
        expected.min()
                .filter(min -> share.compareTo(min.multiply(median)) < 0)
                .ifPresent(min ->
                        failed.add(found + ": less than " + EXPECTATION + ".min = " + min.toPlainString() + "%"));
        expected.max()
                .filter(max -> share.compareTo(max.multiply(median)) > 0)
                .ifPresent(max ->
                        failed.add(found + ": more than " + EXPECTATION + ".max = " + max.toPlainString() + "%"));
    }

    /** The middle of the numbers, or the mean of the two in the middle. */
    static BigDecimal median(List<Long> numbers) {
        List<Long> sorted = numbers.stream().sorted().toList();
        long low = sorted.get((sorted.size() - 1) / 2);
        long high = sorted.get(sorted.size() / 2);
        return BigDecimal.valueOf(low).add(BigDecimal.valueOf(high)).divide(BigDecimal.valueOf(2));
    }

    private Failure failure(List<String> failed, String runKey) {
        String nothing = "; nothing was published but the quarantine";
        String problem = failed.size() == 1
                ? failed.get(0) + nothing
                : failed.size() + " gates failed" + nothing + ":\n  " + String.join("\n  ", failed);
        String look = runKey.isEmpty()
                ? "See whether the input is whole; "
                : "Look at " + pipeline.quarantinePath() + " where run_key = '" + runKey + "'; ";
        return new Failure.DataGate(problem, look + "mend the input or the rule, or raise the limit.");
    }
}
