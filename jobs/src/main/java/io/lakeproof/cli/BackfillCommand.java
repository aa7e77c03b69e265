package io.lakeproof.cli;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.backfill.BackfillJob;
import io.lakeproof.jobs.curate.CurateJob;
import io.lakeproof.jobs.features.FeaturesJob;
import io.lakeproof.run.CuratedRequest;
import java.time.Period;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "backfill",
        description =
                "Build the dates of a long scope in chunks, each a sealed commit of its own; run again, it goes on.")
final class BackfillCommand implements Callable<Integer> {
    /** Which dates to build. */
    enum Mode {
        MISSING(CuratedRequest.Mode.MISSING),
        CHANGED(CuratedRequest.Mode.CHANGED),
        FORCE(CuratedRequest.Mode.SCOPE);

        private final CuratedRequest.Mode dates;

        Mode(CuratedRequest.Mode dates) {
            this.dates = dates;
        }
    }

    /** What builds each chunk. */
    enum Target {
        FEATURES {
            @Override
            BackfillJob.Runs runs(PipelineConfig pipeline) {
                return (context, request) -> new FeaturesJob(context, pipeline, request);
            }
        },
        CURATE {
            @Override
            BackfillJob.Runs runs(PipelineConfig pipeline) {
                return (context, request) -> new CurateJob(context, pipeline, request);
            }
        };

        abstract BackfillJob.Runs runs(PipelineConfig pipeline);
    }

    private final Launcher launcher;

    @Mixin
    private final CuratedOptions options = new CuratedOptions();

    @Option(
            names = "--job",
            paramLabel = "JOB",
            defaultValue = "features",
            description = "What to build: features or curate. Default: features.")
    private Target job = Target.FEATURES;

    @Option(names = "--merge-schema", description = "As of curate; only with --job curate.")
    private boolean mergeSchema;

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
        return launcher.run("backfill", options.common, (facts, pipeline) -> {
            if (mergeSchema && job == Target.FEATURES) {
                throw new Failure.Usage(
                        "--merge-schema does nothing for --job features, which adds the columns of new features by itself",
                        "Leave it out, or add --job curate.");
            }
            return new BackfillJob(
                            launcher.context(facts, pipeline, options.dryRun()),
                            job.name().toLowerCase(Locale.ROOT),
                            job.runs(pipeline),
                            options.request(mode.dates, mergeSchema),
                            days(chunk))
                    .run();
        });
    }

    private static int days(Period chunk) {
        if (chunk.getYears() != 0 || chunk.getMonths() != 0 || chunk.getDays() < 1) {
            throw new Failure.Usage("--chunk " + chunk + " is not a number of days", "Write for example --chunk P7D.");
        }
        return chunk.getDays();
    }
}
