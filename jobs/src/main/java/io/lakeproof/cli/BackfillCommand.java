package io.lakeproof.cli;

import io.lakeproof.error.Failure;
import io.lakeproof.jobs.features.BackfillJob;
import io.lakeproof.jobs.features.FeaturesMode;
import java.time.Period;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "backfill",
        description =
                "Build the features of a long scope in chunks, each a sealed commit of its own; run again, it goes on.")
final class BackfillCommand implements Callable<Integer> {
    /** Which dates to build. */
    enum Mode {
        MISSING(FeaturesMode.MISSING),
        CHANGED(FeaturesMode.CHANGED),
        FORCE(FeaturesMode.SCOPE);

        private final FeaturesMode features;

        Mode(FeaturesMode features) {
            this.features = features;
        }
    }

    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final ScopeOptions scope = new ScopeOptions();

    @Mixin
    private final FeaturesOptions options = new FeaturesOptions();

    @Option(
            names = "--chunk",
            paramLabel = "DAYS",
            defaultValue = "P7D",
            description = "How many days each chunk has. Default: P7D.")
    private Period chunk = Period.ofDays(7);

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "missing",
            description = "missing: dates that were never built; changed: also those whose rows can differ from what is"
                    + " stored; force: every date, but for chunks that the same work has built. Default: missing.")
    private Mode mode = Mode.MISSING;

    BackfillCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run(
                "backfill",
                common,
                (facts, pipeline) -> new BackfillJob(
                                launcher.context(facts, pipeline.zone(), scope.dryRun),
                                pipeline,
                                options.request(scope.scope(), mode.features),
                                days(chunk))
                        .run());
    }

    private static int days(Period chunk) {
        if (chunk.getYears() != 0 || chunk.getMonths() != 0 || chunk.getDays() < 1) {
            throw new Failure.Usage("--chunk " + chunk + " is not a number of days", "Write for example --chunk P7D.");
        }
        return chunk.getDays();
    }
}
