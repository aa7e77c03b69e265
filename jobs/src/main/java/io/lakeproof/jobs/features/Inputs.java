package io.lakeproof.jobs.features;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import io.lakeproof.config.Aggregate;
import io.lakeproof.config.FeatureSpec;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.Nearest;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.Ties;
import io.lakeproof.config.Window;
import io.lakeproof.digest.RowEncoding;
import io.lakeproof.error.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructType;

/** What the features take from the source's rows: each condition and each expression once, and the columns carried along. */
final class Inputs {
    private final PipelineConfig pipeline;
    private final FeaturesConfig features;
    private final Dataset<Row> source;
    private final Set<String> conditions = new LinkedHashSet<>();
    private final Map<String, DataType> expressions = new LinkedHashMap<>();

    private Inputs(PipelineConfig pipeline, Dataset<Row> source) {
        this.pipeline = pipeline;
        this.features = pipeline.features().orElseThrow();
        this.source = source;
    }

    static Inputs of(PipelineConfig pipeline, Dataset<Row> source) {
        Inputs inputs = new Inputs(pipeline, source);
        inputs.requireColumns();
        inputs.features.define().forEach(inputs::analyse);
        return inputs;
    }

    WindowPlan plan() {
        WindowPlan.Order order = order();
        StructType rows = rows(order);
        List<String> whereTexts = List.copyOf(conditions);
        List<String> valueTexts = List.copyOf(expressions.keySet());
        int first = rows.length() + 3;
        List<FeatureColumn> columns = new ArrayList<>();
        for (FeatureSpec spec : features.define()) {
            int condition =
                    spec.where().map(where -> first + whereTexts.indexOf(where)).orElse(-1);
            int input = first + whereTexts.size() + valueTexts.indexOf(spec.expression());
            DataType type = expressions.getOrDefault(spec.expression(), DataTypes.LongType);
            columns.add(FeatureColumn.of(spec, condition, spec.isOfRows() ? -1 : input, type));
        }
        List<Integer> entity = features.entity().stream().map(rows::fieldIndex).toList();
        return new WindowPlan(features.zone(), rows, features.carried().size(), entity, order, columns);
    }

    /** Conditions, then expressions, as the plan counts them. */
    List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        conditions.forEach(
                text -> columns.add(coalesce(expr(text), lit(false)).as("_lakeproof_condition_" + columns.size())));
        expressions.keySet().forEach(text -> columns.add(expr(text).as("_lakeproof_expression_" + columns.size())));
        return columns;
    }

    private WindowPlan.Order order() {
        if (features.hasUniqueTimes()) {
            return WindowPlan.Order.UNIQUE;
        }
        return features.define().stream().anyMatch(Inputs::needsOrder)
                ? WindowPlan.Order.DIGEST
                : WindowPlan.Order.NONE;
    }

    private static boolean needsOrder(FeatureSpec spec) {
        return spec.window() instanceof Window.Rows
                || spec.ties() == Ties.ORDERED
                || spec.aggregate() == Aggregate.FIRST
                || spec.aggregate() == Aggregate.LAST;
    }

    /** The carried columns, and all others if a digest of the row may be needed. */
    private StructType rows(WindowPlan.Order order) {
        Set<String> names = new LinkedHashSet<>(features.carried());
        if (order == WindowPlan.Order.DIGEST) {
            names.addAll(List.of(source.schema().fieldNames()));
        }
        StructType rows = new StructType();
        for (String name : names) {
            rows = rows.add(name, source.schema().apply(name).dataType(), true);
        }
        return rows;
    }

    private void requireColumns() {
        features.entity().forEach(name -> requireColumn("features.entity", name));
        requireColumn("features.time", features.time());
        features.carried().forEach(name -> requireColumn("features.columns", name));
        for (String name : features.entity()) {
            DataType type = source.schema().apply(name).dataType();
            if (!ValueKind.of(type).isComparable()) {
                throw pipeline.problem(
                        "features.entity",
                        "= " + name + ": a " + type.catalogString() + " cannot tell entities apart",
                        "Name a column of a plain type.");
            }
        }
        DataType time = source.schema().apply(features.time()).dataType();
        if (!time.equals(DataTypes.TimestampType)) {
            throw pipeline.problem(
                    "features.time",
                    "= " + features.time() + ": the column is a " + time.catalogString() + ", not a timestamp",
                    "Name a column of type TIMESTAMP.");
        }
        if (order() == WindowPlan.Order.DIGEST) {
            try {
                new RowEncoding(source.schema());
            } catch (IllegalArgumentException e) {
                throw pipeline.problem(
                        "features.source",
                        "has rows without a digest, which decides the order of rows of one instant: " + e.getMessage(),
                        "Cast the column to a type with a digest (docs/digest.md).");
            }
        }
    }

    private void requireColumn(String setting, String name) {
        List<String> names = Arrays.asList(source.schema().fieldNames());
        if (!names.contains(name)) {
            throw pipeline.problem(
                    setting,
                    "= " + name + ": the source has no such column",
                    Nearest.to(name, names)
                                    .map(near -> "Did you mean " + near + "? ")
                                    .orElse("") + "The columns are " + String.join(", ", names) + ".");
        }
    }

    private void analyse(FeatureSpec spec) {
        String setting = "features.define." + spec.name();
        spec.where().ifPresent(where -> {
            DataType type = typeOf(setting + ".where", where);
            if (!type.equals(DataTypes.BooleanType)) {
                throw pipeline.problem(
                        setting + ".where",
                        "= \"" + where + "\" is a " + type.catalogString() + ", not a condition",
                        "Write a condition that is true for the rows to take, for example page = '/home'.");
            }
            conditions.add(where);
        });
        if (!spec.isOfRows()) {
            String expression = spec.expression();
            String key = setting + "." + spec.aggregate().key();
            DataType type = typeOf(key, expression);
            requireFit(key, spec, type);
            expressions.put(expression, type);
        }
    }

    private void requireFit(String key, FeatureSpec spec, DataType type) {
        Aggregate aggregate = spec.aggregate();
        ValueKind kind = ValueKind.of(type);
        boolean compares = aggregate == Aggregate.MIN || aggregate == Aggregate.MAX || aggregate == Aggregate.DISTINCT;
        String why = null;
        if (type instanceof NullType) {
            why = "it is always null";
        } else if (aggregate.isNumeric() && !kind.isNumeric()) {
            why = aggregate.key() + " needs numbers";
        } else if (compares && !kind.isComparable()) {
            why = aggregate.key() + " needs values that can be compared";
        }
        if (why != null) {
            throw pipeline.problem(
                    key,
                    "= \"" + spec.expression() + "\" is a " + type.catalogString() + ": " + why,
                    "Cast the expression, or use another aggregate.");
        }
    }

    /** In a struct, beside a plain column: so an aggregate or a generator is an error, and not another number of rows. */
    private DataType typeOf(String key, String text) {
        try {
            StructType analysed = source.select(
                            quoted(features.time()),
                            struct(expr(text).as("value")).as("values"))
                    .schema();
            return ((StructType) analysed.fields()[1].dataType()).fields()[0].dataType();
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw analysis(key, text, e);
        }
    }

    private Failure analysis(String key, String text, Exception e) {
        return pipeline.problem(
                key,
                "= \"" + text + "\": "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                "Mend the expression; it sees the columns of the source: "
                        + String.join(", ", source.schema().fieldNames()) + ".");
    }
}
