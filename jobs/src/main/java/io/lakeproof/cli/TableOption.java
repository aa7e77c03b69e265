package io.lakeproof.cli;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.WindowConfig;
import io.lakeproof.error.Failure;
import picocli.CommandLine.Option;

/** The option that names one of the sealed tables of a pipeline. */
final class TableOption {
    @Option(
            names = "--table",
            paramLabel = "TABLE",
            defaultValue = "clean",
            description = "clean (dedup.target), windowed (dedup.windowed-target), features (features.target), curated"
                    + " (curate.target), or the path of a table that has seals in the ledger. Default: clean.")
    private String table = "clean";

    String path(PipelineConfig pipeline) {
        return path("--table", table, pipeline);
    }

    /** The path of a table that an option names. */
    static String path(String option, String table, PipelineConfig pipeline) {
        return switch (table) {
            case "clean" -> pipeline.dedup().target();
            case "windowed" ->
                pipeline.dedup()
                        .window()
                        .map(WindowConfig::target)
                        .orElseThrow(() -> new Failure.Usage(
                                option + " windowed: the pipeline has no windowed table",
                                "Set dedup.within and dedup.windowed-target, or name another table."));
            case "features" ->
                pipeline.features()
                        .orElseThrow(() ->
                                pipeline.problem("features", "is missing", "Add the section, or mend " + option + "."))
                        .target();
            case "curated" ->
                pipeline.curate()
                        .orElseThrow(() ->
                                pipeline.problem("curate", "is missing", "Add the section, or mend " + option + "."))
                        .target();
            default -> table;
        };
    }
}
