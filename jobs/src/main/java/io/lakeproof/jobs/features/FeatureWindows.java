package io.lakeproof.jobs.features;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.digest.CanonicalForm;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The features of a pipeline over the rows of its source: one row for each row of the scope, a pure function of the set of
 * rows. One shuffle by entity, one sort, one pass in which every row enters and leaves each window once, however long it is.
 *
 * <p>The total order of an entity's rows is by time and then by the digest of the whole source row.
 */
final class FeatureWindows {
    /** BOOLEAN: the row is in the scope; other rows are there for the windows that reach them, and give no output. */
    static final String IN_SCOPE = "_lakeproof_in_scope";

    private static final String PREFIX = "_lakeproof_prefix";
    private static final String TIME = "_lakeproof_time";

    private final FeaturesConfig features;
    private final Inputs inputs;
    private final WindowPlan plan;

    private FeatureWindows(FeaturesConfig features, Inputs inputs, WindowPlan plan) {
        this.features = features;
        this.inputs = inputs;
        this.plan = plan;
    }

    /**
     * Analyses the features of a pipeline, without reading a row.
     *
     * @param source rows with the columns of the source
     * @throws io.lakeproof.error.Failure.Configuration if a column or an expression does not fit them
     */
    static FeatureWindows of(PipelineConfig pipeline, Dataset<Row> source) {
        Inputs inputs = Inputs.of(pipeline, source);
        FeaturesConfig features = pipeline.features().orElseThrow();
        return new FeatureWindows(features, inputs, inputs.plan());
    }

    /**
     * The rows of the scope, in no particular order, with the columns of {@link #schema}.
     *
     * @param rows the columns of the source, and {@link #IN_SCOPE}; all rows that the windows of the scope's rows reach are
     *     among them ({@link #reach}), in any order and partitioning, without repetition
     */
    Dataset<Row> of(Dataset<Row> rows) {
        Column[] entity = features.entity().stream()
                .map(name -> comparable(name, plan.rows().apply(name).dataType()))
                .toArray(Column[]::new);
        Dataset<Row> sorted = rows.select(shuffled(entity)).repartition(entity).sortWithinPartitions(quoted(PREFIX));
        StructType form = sorted.schema();
        return sorted.select(CanonicalForm.into(form))
                .mapPartitions(new WindowPass(plan), Encoders.row(passSchema()))
                .select(output());
    }

    /** The carried columns, then the features, in the order of the file; all nullable. */
    StructType schema() {
        StructType schema = carried();
        for (FeatureColumn feature : plan.features()) {
            schema = schema.add(feature.name(), feature.type(), true);
        }
        return schema;
    }

    /** How far the windows reach, for what must be read and for what a late row changes. */
    Reach reach() {
        return new Reach(features);
    }

    /** Each feature in words, in the order of the file. */
    List<String> explain() {
        return features.define().stream()
                .map(spec -> new FeatureText(features, spec).text())
                .toList();
    }

    private StructType carried() {
        StructType carried = new StructType();
        for (int i = 0; i < plan.carried(); i++) {
            StructField field = plan.rows().fields()[i];
            carried = carried.add(field.name(), field.dataType(), true);
        }
        return carried;
    }

    private Column[] shuffled(Column[] entity) {
        List<Column> columns = new ArrayList<>();
        for (String name : plan.rows().fieldNames()) {
            columns.add(quoted(name));
        }
        Column time = quoted(features.time());
        columns.add(SortPrefix.of(entity, time).as(PREFIX));
        columns.add(unix_micros(time).as(TIME));
        columns.add(coalesce(quoted(IN_SCOPE), lit(false)).as(IN_SCOPE));
        columns.addAll(inputs.columns());
        return columns.toArray(Column[]::new);
    }

    private StructType passSchema() {
        StructType schema = CanonicalForm.schema(carried());
        for (FeatureColumn feature : plan.features()) {
            schema = schema.add(feature.name(), feature.passType(), true);
        }
        return schema;
    }

    private Column[] output() {
        List<Column> columns = new ArrayList<>(List.of(CanonicalForm.back(carried())));
        for (FeatureColumn feature : plan.features()) {
            columns.add(feature.back(quoted(feature.name())).as(feature.name()));
        }
        return columns.toArray(Column[]::new);
    }

    /** A column whose hash agrees with equality of values: one NaN, no negative zero. */
    private static Column comparable(String name, DataType type) {
        Column column = quoted(name);
        return type instanceof DoubleType || type instanceof FloatType
                ? when(isnan(column), lit(Double.NaN))
                        .otherwise(column.cast("double").plus(0.0))
                : column;
    }
}
