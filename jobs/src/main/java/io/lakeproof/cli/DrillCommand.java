package io.lakeproof.cli;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.jobs.dedup.DedupJob;
import io.lakeproof.jobs.drill.DrillJob;
import io.lakeproof.jobs.drill.DrillRequest;
import io.lakeproof.jobs.drill.Recompute;
import io.lakeproof.jobs.features.FeaturesJob;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.RunContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "drill",
        description =
                "Restore a sealed version into a scratch folder, compare it with its seal, make it again from its inputs,"
                        + " and compare again.")
final class DrillCommand implements Callable<Integer> {
    /** The jobs as they are. */
    static final class Jobs implements Recompute {
        @Override
        public void dedup(RunContext context, PipelineConfig pipeline, DateScope scope, List<InputFile> inputs) {
            new DedupJob(context, pipeline, scope, inputs).run();
        }

        @Override
        public void features(RunContext context, PipelineConfig pipeline, DateScope scope) {
            new FeaturesJob(context, pipeline, CuratedRequest.of(scope)).run();
        }
    }

    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final TableOption table = new TableOption();

    @Option(names = "--pin", paramLabel = "NAME", description = "Drill the version that this pin protects.")
    private Optional<String> pin = Optional.empty();

    @Option(
            names = "--version",
            paramLabel = "N",
            description = "Drill this Delta version. Default with --backup: the newest that the copy has.")
    private Optional<Long> version = Optional.empty();

    @Option(
            names = "--backup",
            paramLabel = "PATH",
            description =
                    "Restore from this copy of the table's folder, _delta_log included. Default: from the table itself.")
    private Optional<String> backup = Optional.empty();

    @Option(
            names = "--source-backup",
            paramLabel = "PATH",
            description =
                    "Of features: make them again from this copy of the table that they were made of. Default: from that"
                            + " table itself.")
    private Optional<String> sourceBackup = Optional.empty();

    @Option(
            names = "--scratch",
            required = true,
            paramLabel = "PATH",
            description = "A new folder for all that the drill writes.")
    private String scratch = "";

    @Option(names = "--report", paramLabel = "FILE", description = "Write an HTML report, whatever the outcome.")
    private Optional<String> report = Optional.empty();

    @Option(names = "--no-recompute", description = "Restore and compare only.")
    private boolean restoreOnly;

    @Option(names = "--clean", description = "Delete the scratch folder if the drill ends well.")
    private boolean clean;

    @Option(names = "--dry-run", description = "Print what would be read and written, and write nothing.")
    private boolean dryRun;

    DrillCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run(
                "drill",
                common,
                (facts, pipeline) -> new DrillJob(
                                launcher.context(facts, pipeline, dryRun),
                                pipeline,
                                new DrillRequest(
                                        table.path(pipeline),
                                        pin,
                                        version,
                                        backup,
                                        sourceBackup,
                                        scratch,
                                        report,
                                        !restoreOnly,
                                        clean),
                                new Jobs())
                        .run());
    }
}
