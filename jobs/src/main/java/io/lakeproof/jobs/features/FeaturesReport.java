package io.lakeproof.jobs.features;

import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.telemetry.RunFacts;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a person reads about a features run. */
final class FeaturesReport {
    private static final int SHORT = 12;

    private final RunFacts facts;
    private final PipelineConfig pipeline;
    private final FeaturesConfig config;

    FeaturesReport(RunFacts facts, PipelineConfig pipeline, FeaturesConfig config) {
        this.facts = facts;
        this.pipeline = pipeline;
        this.config = config;
    }

    void plan(FeaturesPlan plan, FeatureInputs inputs) {
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

    void committed(FeaturesPlan plan, FeatureRows rows, Seal seal, String ledger) {
        head(plan);
        context(rows, new TreeSet<>(plan.scope().dates()));
        counts(seal.counts());
        stale(plan);
        sealed(seal, ledger);
    }

    void replayed(Seal seal, String ledger) {
        facts.versionAfter(seal.version()).counts(seal.counts()).dates(seal.dates());
        facts.say("replayed     run " + seal.runId() + " had done the same work; nothing was written");
        counts(seal.counts());
        sealed(seal, ledger);
    }

    void empty(FeaturesPlan plan, Counts counts) {
        head(plan);
        if (plan.scope().dates().isEmpty()) {
            facts.say("empty        no date is to be built; nothing was written");
        } else {
            counts(counts);
            facts.say("empty        no row was accepted; nothing was written but the quarantine");
        }
        stale(plan);
    }

    private void head(FeaturesPlan plan) {
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
        facts.say("quarantined  " + number(counts.quarantinedRows())
                + (counts.quarantined().isEmpty()
                        ? ""
                        : counts.quarantined().entrySet().stream()
                                .map(e -> e.getKey() + " " + number(e.getValue()))
                                .collect(Collectors.joining(", ", " (", "), in " + pipeline.quarantinePath()))));
    }

    private void stale(FeaturesPlan plan) {
        if (!plan.stale().isEmpty()) {
            facts.say("stale        " + dates(plan.stale()) + " of model " + config.version()
                    + " still have other definitions; `features --mode changed --allow-spec-change` rebuilds them");
        }
    }

    private void sealed(Seal seal, String ledger) {
        facts.digest(seal.digest().hex());
        facts.say("table        " + seal.tablePath() + ", version " + seal.version() + ", "
                + number(seal.digest().rows()) + " rows in "
                + seal.digest().partitions().size() + " partitions");
        facts.say("digest       " + seal.digest().hex());
        facts.say("seal         number " + seal.sequence() + " in " + ledger);
    }

    private static String dates(SortedSet<String> dates) {
        return switch (dates.size()) {
            case 0 -> "no dates";
            case 1 -> dates.first();
            default -> dates.size() + " dates, " + dates.first() + " .. " + dates.last();
        };
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
