package io.lakeproof.jobs.curate;

import static io.lakeproof.run.CommitReport.dates;
import static io.lakeproof.run.CommitReport.number;

import io.lakeproof.config.CurateConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lineage.Seal;
import io.lakeproof.run.CommitReport;
import io.lakeproof.run.CuratedPlan;
import io.lakeproof.telemetry.RunFacts;
import java.util.List;

/** What a person reads about a curate run. */
final class CurateReport {
    private static final int SHORT = 12;

    private final RunFacts facts;
    private final CurateConfig config;
    private final CommitReport commit;

    CurateReport(RunFacts facts, PipelineConfig pipeline, CurateConfig config) {
        this.facts = facts;
        this.config = config;
        this.commit = new CommitReport(facts, pipeline.ledgerPath(), "partitions");
    }

    void plan(CuratedPlan plan, CurateInputs inputs) {
        head(plan);
        facts.say("would read   "
                + number(inputs.dates().rowsOf(inputs.dates().among(plan.scope().dates()))) + " rows");
        facts.say("would write  " + plan.scope().dates().size() + " partitions of " + config.target()
                + (plan.state().table().isEmpty()
                        ? ", which will be created"
                        : ", version " + plan.state().version()));
        stale(plan);
        facts.say("dry run: nothing was written");
    }

    void committed(CuratedPlan plan, List<String> added, Seal seal) {
        head(plan);
        rows(seal);
        if (!added.isEmpty()) {
            facts.say("new columns  " + String.join(", ", added));
        }
        stale(plan);
        commit.sealed(seal);
    }

    void replayed(Seal seal) {
        commit.replayed(seal);
        rows(seal);
        commit.sealed(seal);
    }

    void empty(CuratedPlan plan) {
        head(plan);
        facts.say(
                plan.scope().dates().isEmpty()
                        ? "empty        no date is to be built; nothing was written"
                        : "empty        no row was selected; nothing was written");
        stale(plan);
    }

    private void head(CuratedPlan plan) {
        facts.say("source       " + config.source()
                + config.sourceModel().map(model -> ", model " + model).orElse("") + ", version "
                + plan.input().file().length());
        facts.say("model        " + config.version() + ", definitions "
                + plan.scope().model().definitions().substring(0, SHORT));
        facts.say("dates        " + dates(plan.scope().dates()) + " of "
                + plan.scope().asked());
    }

    private void rows(Seal seal) {
        facts.say("rows         " + number(seal.counts().kept()));
    }

    private void stale(CuratedPlan plan) {
        if (!plan.stale().isEmpty()) {
            facts.say("stale        " + dates(plan.stale()) + " of model " + config.version()
                    + " still have other definitions; `curate --mode changed --allow-spec-change` rebuilds them");
        }
    }
}
