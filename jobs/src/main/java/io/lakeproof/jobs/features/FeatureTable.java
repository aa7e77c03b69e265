package io.lakeproof.jobs.features;

import static org.apache.spark.sql.functions.lit;

import io.lakeproof.config.PipelineConfig;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The features of rows that are all at hand: for notebooks and measurements, which store nothing. */
public final class FeatureTable {
    private FeatureTable() {}

    /**
     * One row for each row, in no particular order: the columns carried along, then the features.
     *
     * @param pipeline with a section {@code features}
     * @param source all rows of the source, without repetition
     * @throws io.lakeproof.error.Failure.Configuration if a column or an expression does not fit the source
     */
    public static Dataset<Row> of(PipelineConfig pipeline, Dataset<Row> source) {
        return FeatureWindows.of(pipeline, source).of(source.withColumn(FeatureWindows.IN_SCOPE, lit(true)));
    }
}
