package io.lakeproof.cli;

import io.lakeproof.config.ByteSize;
import io.lakeproof.config.CurateConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.compact.CompactJob;
import io.lakeproof.jobs.compact.CompactRequest;
import io.lakeproof.run.FileLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "compact",
        description = "Write the rows of partitions with small files to fewer files; digest-proved, sealed.")
final class CompactCommand implements Callable<Integer> {
    private static final long TARGET = 128_000_000;

    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final TableOption table = new TableOption();

    @Mixin
    private final ScopeOptions scope = new ScopeOptions();

    @Option(
            names = "--model",
            paramLabel = "VERSION",
            description = "Only partitions of this model version. Default: all of them.")
    private Optional<String> model = Optional.empty();

    @Option(
            names = "--target-file-size",
            paramLabel = "SIZE",
            description = "The size that files shall have. Default: curate.target-file-size for the curated table, else"
                    + " 128MB.")
    private Optional<String> target = Optional.empty();

    CompactCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("compact", common, (facts, pipeline) -> {
            String path = table.path(pipeline);
            CompactRequest request = new CompactRequest(path, scope.scope(), model, layout(pipeline, path));
            return new CompactJob(launcher.context(facts, pipeline, scope.dryRun), pipeline, request).run();
        });
    }

    /** A curated table stays clustered as the curate job writes it. */
    private FileLayout layout(PipelineConfig pipeline, String path) {
        Optional<CurateConfig> curate =
                pipeline.curate().filter(config -> config.target().equals(path));
        long bytes = target.map(CompactCommand::bytes)
                .orElse(curate.map(CurateConfig::targetFileSize).orElse(TARGET));
        return new FileLayout(bytes, curate.map(CurateConfig::clusterBy).orElse(List.of()));
    }

    private static long bytes(String text) {
        try {
            return ByteSize.ofFiles(text);
        } catch (IllegalArgumentException e) {
            throw new Failure.Usage(
                    "--target-file-size " + text + ": " + e.getMessage(),
                    "Write for example --target-file-size 128MB.");
        }
    }
}
