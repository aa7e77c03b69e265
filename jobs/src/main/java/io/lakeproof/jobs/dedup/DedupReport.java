package io.lakeproof.jobs.dedup;

import static io.lakeproof.run.CommitReport.number;

import io.lakeproof.config.LatenessConfig.LatePolicy;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.run.CommitReport;
import io.lakeproof.telemetry.RunFacts;
import java.util.List;
import java.util.SortedSet;

/** What a person reads about a dedup run. */
final class DedupReport {
    private final RunFacts facts;
    private final PipelineConfig pipeline;
    private final Intake intake;
    private final CommitReport commit;

    DedupReport(RunFacts facts, PipelineConfig pipeline, Intake intake) {
        this.intake = intake;
        this.facts = facts;
        this.pipeline = pipeline;
        this.commit = new CommitReport(facts, pipeline.ledgerPath(), "dates");
    }

    void plan(DedupPlan plan, String ledger) {
        inputs(plan);
        facts.say("target       " + pipeline.dedup().target()
                + plan.table().map(t -> ", version " + t.version()).orElse(", not there yet: it will be created"));
        if (plan.unsealed().isPresent()) {
            facts.say(
                    "would seal   version " + plan.unsealed().get().version() + ", which an earlier attempt committed");
        } else if (plan.stale().isEmpty()) {
            facts.say("would write  the partitions of the dates that the rows have, merged with the rows stored there");
        } else {
            facts.say(
                    "would write  " + plan.stale().size() + " dates anew, since inputs changed: " + range(plan.stale())
                            + (plan.others().isEmpty()
                                    ? ""
                                    : "; " + plan.others().size() + " further inputs are read for them"));
        }
        facts.say("would write  refused rows to " + pipeline.quarantinePath() + " and a seal to " + ledger);
        facts.say("dry run: nothing was written");
    }

    /** @param late accepted rows that are late */
    void committed(DedupPlan plan, long late, Seal seal) {
        inputs(plan);
        counts(seal.counts());
        if (pipeline.dedup().lateness().lateness().isPresent()
                && pipeline.dedup().lateness().late() == LatePolicy.ACCEPT) {
            facts.late(late);
            facts.say("late         " + number(late) + " rows, accepted");
        }
        if (!plan.stale().isEmpty()) {
            facts.say("rebuilt      " + plan.stale().size() + " dates, since inputs changed: " + range(plan.stale()));
        }
        commit.sealed(seal);
    }

    void replayed(Seal seal) {
        commit.replayed(seal);
        counts(seal.counts());
        commit.sealed(seal);
    }

    void empty(DedupPlan plan, Counts counts) {
        inputs(plan);
        counts(counts);
        facts.say(
                counts.read() == 0
                        ? "empty        the input has no rows; nothing was written"
                        : "empty        no row was accepted; nothing was written but the quarantine");
    }

    private void inputs(DedupPlan plan) {
        facts.say("input        " + intake.described(plan));
    }

    private void counts(Counts counts) {
        facts.say("read         " + number(counts.read()) + " rows");
        facts.say("kept         " + number(counts.kept())
                + (counts.replaced() == 0 ? "" : ", and " + number(counts.replaced()) + " in place of a stored row"));
        facts.say("dropped      " + number(counts.exactDuplicates()) + " exact and "
                + number(counts.conflictDuplicates()) + " conflict duplicates");
        commit.quarantined(counts, pipeline.quarantinePath());
    }

    private static String range(SortedSet<String> dates) {
        List<String> first = dates.stream().limit(3).toList();
        return dates.size() <= 3 ? String.join(", ", first) : dates.first() + " .. " + dates.last();
    }
}
