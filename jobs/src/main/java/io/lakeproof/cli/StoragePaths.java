package io.lakeproof.cli;

import io.lakeproof.config.CurateConfig;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.SourceConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The places that a command is about.
 *
 * @param all of them, ledger included; patterns are cut off before their first wildcard
 * @param commits true if the command commits to a table on S3
 */
record StoragePaths(List<String> all, boolean commits) {
    private static final Set<String> READERS = Set.of(
            "verify",
            "diff",
            "lineage show",
            "lineage export",
            "pins",
            "quarantine report",
            "config check",
            "config explain",
            "doctor",
            "lifecycle plan",
            "lifecycle apply",
            "lifecycle rules",
            "lifecycle report",
            "lifecycle restore");

    static StoragePaths of(String command, PipelineConfig pipeline) {
        List<String> all = new ArrayList<>();
        switch (command) {
            case "dedup", "quarantine requeue" -> {
                pipeline.source().paths().forEach(path -> all.add(folder(path)));
                all.add(pipeline.dedup().target());
            }
            case "features" -> pipeline.features().ifPresent(features -> add(features, all));
            case "curate" -> pipeline.curate().ifPresent(curate -> add(curate, all));
            default -> {
                // What else a command reads and writes, its options say; the ledger is of all of them.
            }
        }
        all.add(pipeline.ledgerPath());
        boolean onS3 = all.stream().anyMatch(path -> path.matches("s3[an]?://.*"));
        return new StoragePaths(all, onS3 && !READERS.contains(command));
    }

    private static void add(FeaturesConfig features, List<String> all) {
        all.add(features.source());
        all.add(features.target());
    }

    private static void add(CurateConfig curate, List<String> all) {
        all.add(curate.source());
        all.add(curate.target());
    }

    private static String folder(String path) {
        String before = path.replace(SourceConfig.DATE, "*").split("[*?\\[{]", 2)[0];
        return before.substring(0, before.lastIndexOf('/') + 1);
    }
}
