package io.lakeproof.jobs.diff;

import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.WindowConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.model.CuratedScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which columns identify a row. */
record RowKeys(PipelineConfig pipeline) {
    /**
     * The columns that the caller names, or else those that the configuration says of a table that it makes.
     *
     * @return empty if rows are to be compared as a whole
     * @throws Failure.Usage naming a column of the caller that is not on both sides with the same type
     */
    List<String> of(List<String> given, Side left, Side right, CommonColumns common) {
        for (String column : given) {
            if (!common.has(List.of(column))) {
                throw new Failure.Usage(
                        "--key " + column + ": not a column of both " + left + " and " + right + " with the same type",
                        "The common columns are "
                                + String.join(
                                        ", ", Arrays.asList(common.columns().fieldNames()))
                                + ".");
            }
        }
        if (!given.isEmpty()) {
            return given;
        }
        return configured(right.store().path())
                .or(() -> configured(left.store().path()))
                .filter(common::has)
                .orElse(List.of());
    }

    /** The key of a table that the pipeline makes; empty if the path is not of one, or if no key is known. */
    Optional<List<String>> configured(String path) {
        if (path.equals(pipeline.dedup().target())
                || pipeline.dedup()
                        .window()
                        .map(WindowConfig::target)
                        .filter(path::equals)
                        .isPresent()) {
            return Optional.of(pipeline.dedup().key());
        }
        return pipeline.features()
                .filter(features -> path.equals(features.target()))
                .map(RowKeys::ofFeatures);
    }

    /** One row for each row of the source and each model version. Without a key of the source, times may repeat. */
    private static List<String> ofFeatures(FeaturesConfig features) {
        List<String> key = new ArrayList<>(features.key());
        if (key.isEmpty()) {
            key.addAll(features.entity());
            key.add(features.time());
        }
        key.add(CuratedScope.COLUMNS.get(CuratedScope.COLUMNS.size() - 1));
        return key;
    }
}
