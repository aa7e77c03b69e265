package io.lakeproof.jobs.features;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.lakeproof.config.FeatureSpec;
import io.lakeproof.source.RawColumns;
import io.lakeproof.source.Validation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Tells rows apart whose feature inputs are NaN or infinite: one of them would stand in every window that holds the row. A row
 * that a feature's {@code where} leaves out is no input of that feature.
 */
final class FiniteInputs {
    /** An input is NaN. */
    static final String NAN = "nan";

    /** None is NaN, but one is positive or negative infinity. */
    static final String INFINITE = "infinite";

    private record Input(String expression, Optional<String> where) {
        Column value() {
            Column value = expr(expression);
            return where.map(condition -> when(coalesce(expr(condition), lit(false)), value))
                    .orElse(value);
        }

        Column isNan() {
            return coalesce(isnan(value()), lit(false));
        }

        Column isInfinite() {
            return coalesce(abs(value()).equalTo(Double.POSITIVE_INFINITY), lit(false));
        }
    }

    private final List<Input> inputs;

    /**
     * Of some features.
     *
     * @param rows of the source; only the types of the inputs are looked at
     */
    FiniteInputs(List<FeatureSpec> features, Dataset<Row> rows) {
        Map<Input, DataType> types = new LinkedHashMap<>();
        for (FeatureSpec feature : features) {
            if (!feature.isOfRows()) {
                types.computeIfAbsent(
                        new Input(feature.expression(), feature.where()),
                        input -> rows.select(input.value()).schema().fields()[0].dataType());
            }
        }
        List<Input> floating = new ArrayList<>();
        types.forEach((input, type) -> {
            if (type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType)) {
                floating.add(input);
            }
        });
        inputs = List.copyOf(floating);
    }

    /** The rows whose inputs are all finite or null. */
    Dataset<Row> accepted(Dataset<Row> rows) {
        return inputs.isEmpty() ? rows : rows.where(reason().isNull());
    }

    /** How many of the rows are refused, by reason. */
    SortedMap<String, Long> count(Dataset<Row> rows) {
        SortedMap<String, Long> refused = new TreeMap<>();
        if (!inputs.isEmpty()) {
            rows.select(reason().as("reason"))
                    .where("reason is not null")
                    .groupBy("reason")
                    .count()
                    .collectAsList()
                    .forEach(row -> refused.put(row.getString(0), row.getLong(1)));
        }
        return refused;
    }

    /**
     * The refused rows, as the quarantine takes them.
     *
     * @param source the table that they are from, as a URI
     */
    Dataset<Row> refused(Dataset<Row> rows, String source) {
        return rows.select(
                        to_json(struct("*")).cast("binary").as(RawColumns.RAW),
                        lit(source).as(RawColumns.FILE),
                        reason().as(RawColumns.REASON),
                        detail().as(RawColumns.DETAIL),
                        quoted(Validation.EVENT_DATE))
                .where(RawColumns.reason().isNotNull());
    }

    private Column reason() {
        return when(any(inputs.stream().map(Input::isNan).toList()), lit(NAN))
                .when(any(inputs.stream().map(Input::isInfinite).toList()), lit(INFINITE));
    }

    private Column detail() {
        List<Column> details = new ArrayList<>();
        for (Input input : inputs) {
            details.add(when(input.isNan(), lit(input.expression + " is NaN")));
            details.add(when(input.isInfinite(), lit(input.expression + " is infinite")));
        }
        return concat_ws(", ", details.toArray(Column[]::new));
    }

    private static Column any(List<Column> conditions) {
        return conditions.stream().reduce(Column::or).orElse(lit(false));
    }
}
