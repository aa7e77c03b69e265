package io.lakeproof.cli;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.jobs.features.FeatureExplanation;
import io.lakeproof.jobs.features.FeaturesJob;
import io.lakeproof.model.Outcome;
import io.lakeproof.telemetry.RunFacts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "features",
        description = "Build the features of a scope from the clean table, for one model version, sealed.")
final class FeaturesCommand implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CuratedOptions options = new CuratedOptions();

    @Mixin
    private final CuratedOptions.Dates dates = new CuratedOptions.Dates();

    @Option(
            names = "--explain",
            description =
                    "Print of each feature what it is, in words and in intervals, what it reads, and what a late row"
                            + " changes; read and write nothing.")
    private boolean explain;

    FeaturesCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("features", options.common, this::run);
    }

    private Outcome run(RunFacts facts, PipelineConfig pipeline) {
        if (explain) {
            facts.target(FeaturesJob.required(pipeline).target());
            new FeatureExplanation(FeaturesJob.required(pipeline)).lines().forEach(facts::say);
            return Outcome.DONE;
        }
        return new FeaturesJob(
                        launcher.context(facts, pipeline, options.dryRun()),
                        pipeline,
                        options.request(dates.mode, false))
                .run()
                .outcome();
    }
}
