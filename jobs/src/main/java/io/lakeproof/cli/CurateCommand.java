package io.lakeproof.cli;

import io.lakeproof.jobs.curate.CurateJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "curate",
        description = "Select rows of a sealed table into year=/month=/day=/model=, for one model version, sealed.")
final class CurateCommand implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CuratedOptions options = new CuratedOptions();

    @Mixin
    private final CuratedOptions.Dates dates = new CuratedOptions.Dates();

    @Option(
            names = "--merge-schema",
            description = "Add columns to the table that the select makes and the table does not have.")
    private boolean mergeSchema;

    CurateCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run(
                "curate",
                options.common,
                (facts, pipeline) -> new CurateJob(
                                launcher.context(facts, pipeline, options.dryRun()),
                                pipeline,
                                options.request(dates.mode, mergeSchema))
                        .run()
                        .outcome());
    }
}
