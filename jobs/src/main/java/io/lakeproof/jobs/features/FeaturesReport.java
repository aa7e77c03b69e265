package io.lakeproof.jobs.features;

import static io.lakeproof.run.CommitReport.dates;
import static io.lakeproof.run.CommitReport.number;

import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.run.CommitReport;
import io.lakeproof.run.CuratedPlan;
import io.lakeproof.telemetry.RunFacts;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a person reads about a features run. */
final class FeaturesReport {
    private static final int SHORT = 12;

    private final RunFacts facts;
    private final PipelineConfig pipeline;
    private final FeaturesConfig config;
    private final CommitReport commit;

    FeaturesReport(RunFacts facts, PipelineConfig pipeline, FeaturesConfig config) {
        this.facts = facts;
        this.pipeline = pipeline;
        this.config = config;
        this.commit = new CommitReport(facts, pipeline.ledgerPath(), "partitions");
    }

    void plan(CuratedPlan plan, FeatureInputs inputs) {
        head(plan);
        SortedSet<String> dates = inputs.dates().among(plan.scope().dates());
        try (FeatureRows rows = inputs.rows(dates)) {
            context(rows, dates);
            facts.say("would read   " + number(rows.rows().inputFiles().length) + " files, "
                    + number(inputs.dates().rowsOf(rows.whole())) + " rows"
                    + (rows.partly().isEmpty() ? "" : ", and rows of the entities at hand of further dates"));
        }
        facts.say("would write  " + number(inputs.dates().rowsOf(dates)) + " rows, less those refused, to "
                + plan.scope().dates().size() + " partitions of " + config.target()
                + (plan.state().table().isEmpty()
                        ? ", which will be created"
                        : ", version " + plan.state().version()));
        stale(plan);
        facts.say("dry run: nothing was written");
    }

    void committed(CuratedPlan plan, FeatureRows rows, Seal seal) {
        head(plan);
        context(rows, new TreeSet<>(plan.scope().dates()));
        counts(seal.counts());
        stale(plan);
        commit.sealed(seal);
    }

    void replayed(Seal seal) {
        commit.replayed(seal);
        counts(seal.counts());
        commit.sealed(seal);
    }

    void empty(CuratedPlan plan, Counts counts) {
        head(plan);
        if (plan.scope().dates().isEmpty()) {
            facts.say("empty        no date is to be built; nothing was written");
        } else {
            counts(counts);
            facts.say("empty        no row was accepted; nothing was written but the quarantine");
        }
        stale(plan);
    }

    private void head(CuratedPlan plan) {
        facts.say("source       " + config.source() + ", version "
                + plan.input().file().length());
        facts.say("model        " + config.version() + ", " + config.define().size() + " features, definitions "
                + plan.scope().model().definitions().substring(0, SHORT));
        facts.say("dates        " + dates(plan.scope().dates()) + " of "
                + plan.scope().asked());
    }

    private void context(FeatureRows rows, SortedSet<String> wanted) {
        SortedSet<String> before = new TreeSet<>(rows.whole());
        before.removeAll(wanted);
        facts.say("context      " + dates(before)
                + (rows.partly().isEmpty() ? "" : "; and of some entities " + dates(rows.partly())));
    }

    private void counts(Counts counts) {
        facts.say("read         " + number(counts.read()) + " rows");
        facts.say("features     " + number(counts.kept()) + " rows");
        commit.quarantined(counts, pipeline.quarantinePath());
    }

    private void stale(CuratedPlan plan) {
        if (!plan.stale().isEmpty()) {
            facts.say("stale        " + dates(plan.stale()) + " of model " + config.version()
                    + " still have other definitions; `features --mode changed --allow-spec-change` rebuilds them");
        }
    }
}
