package io.lakeproof.jobs.retain;

import io.lakeproof.config.CurateConfig;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import java.util.Optional;

/**
 * Where a table, its seals and its pins are.
 *
 * @param table path
 * @param retentionDays how many days the configuration promises its old versions; empty for a table that it does not name
 */
public record TablePlace(String table, String ledger, String pins, Optional<Integer> retentionDays) {
    /** A table as a pipeline knows it. */
    public static TablePlace of(PipelineConfig pipeline, String table) {
        return new TablePlace(table, pipeline.ledgerPath(), pipeline.pinsPath(), retention(pipeline, table));
    }

    private static Optional<Integer> retention(PipelineConfig pipeline, String table) {
        boolean isDeduped = pipeline.dedup().target().equals(table)
                || pipeline.dedup()
                        .window()
                        .filter(window -> window.target().equals(table))
                        .isPresent();
        if (isDeduped) {
            return Optional.of(pipeline.dedup().retentionDays());
        }
        return pipeline.features()
                .filter(features -> features.target().equals(table))
                .map(FeaturesConfig::retentionDays)
                .or(() -> pipeline.curate()
                        .filter(curate -> curate.target().equals(table))
                        .map(CurateConfig::retentionDays));
    }
}
