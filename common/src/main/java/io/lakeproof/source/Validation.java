package io.lakeproof.source;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.RawColumns.DETAIL;
import static io.lakeproof.source.RawColumns.FILE;
import static io.lakeproof.source.RawColumns.LATE_BEFORE;
import static io.lakeproof.source.RawColumns.RAW;
import static io.lakeproof.source.RawColumns.REASON;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.year;

import io.lakeproof.config.DedupConfig;
import io.lakeproof.config.NullKey;
import io.lakeproof.config.OnConflict;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.QualityRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Makes the table's columns of raw rows and decides which rows are accepted. Every raw row gives one row: the table's columns,
 * {@code event_date}, and the columns of {@link RawColumns} with the first reason that applies: it did not parse, a key column
 * is null, its time is out of range, too far in the future or too late, a rule is false or null.
 */
public final class Validation {
    /** The partition column: the date of the event time in the pipeline's zone, {@code yyyy-MM-dd}. */
    public static final String EVENT_DATE = "event_date";

    /** The reason of a row that arrives too long after its event. */
    public static final String TOO_LATE = "too_late";

    /** The reason of a row whose event is yet to come. */
    public static final String FUTURE_EVENT = "future_event";

    private static final String VALUES = "_lakeproof_values";

    private final PipelineConfig pipeline;
    private final DedupConfig dedup;
    private final @Nullable Instant clock;

    /** Without a look at the clock: no event is from the future. */
    public Validation(PipelineConfig pipeline) {
        this(pipeline, null);
    }

    /**
     * With {@code dedup.future-tolerance}.
     *
     * @param clock of the run; null if events from the future are not looked for
     */
    public Validation(PipelineConfig pipeline, @Nullable Instant clock) {
        this.pipeline = pipeline;
        this.dedup = pipeline.dedup();
        this.clock = clock;
    }

    /**
     * The accepted and the refused rows.
     *
     * @throws io.lakeproof.error.Failure.Configuration if an expression, key, order or type does not fit the fields
     */
    public Dataset<Row> apply(Dataset<Row> raw) {
        TableColumns table = new TableColumns(pipeline);
        Dataset<Row> columns = withColumns(raw, table);
        table.require(columns.schema());
        Timeliness timeliness = new Timeliness(pipeline, clock, columns);
        Dataset<Row> dated = timeliness.mark(columns.withColumn(EVENT_DATE, eventDate()));
        Dataset<Row> reasoned = dated.withColumn(
                        DETAIL,
                        coalesce(
                                quoted(DETAIL),
                                nullKeyDetail(),
                                when(quoted(EVENT_DATE).isNotNull(), timeliness.detail())))
                .withColumn(REASON, reason(dated, timeliness))
                .drop(LATE_BEFORE);
        return dedup.onConflict() == OnConflict.QUARANTINE
                ? reasoned // a row that loses to another is still to be shown as it stood
                : reasoned.withColumn(RAW, when(quoted(REASON).isNotNull(), quoted(RAW)));
    }

    /** The columns of the table, {@code event_date} last. */
    public static StructType tableSchema(StructType validated) {
        StructType table = new StructType();
        for (StructField field : validated.fields()) {
            if (!RawColumns.isOne(field.name())) {
                table = table.add(field.name(), field.dataType(), true);
            }
        }
        return table;
    }

    private Dataset<Row> withColumns(Dataset<Row> raw, TableColumns table) {
        Map<String, String> expressions = pipeline.source().tableColumns();
        List<Column> selected = new ArrayList<>();
        if (expressions.isEmpty()) {
            Arrays.stream(raw.columns()).forEach(name -> selected.add(quoted(table.requireUnused(name))));
            return raw.select(selected.toArray(Column[]::new));
        }
        expressions.forEach((name, text) -> analyzed(
                "source.columns." + name,
                text,
                () -> raw.select(quoted(FILE), struct(when(RawColumns.accepted(), expr(text))))));
        // In one struct, beside plain columns: so an aggregate or a generator is an error and not another number of
        // rows.
        Column[] values = expressions.entrySet().stream()
                .map(e -> when(RawColumns.accepted(), expr(e.getValue())).as(e.getKey()))
                .toArray(Column[]::new);
        expressions
                .keySet()
                .forEach(name -> selected.add(col(VALUES).getField(name).as(name)));
        List<Column> travelling = new ArrayList<>();
        Arrays.stream(raw.columns()).filter(RawColumns::isOne).forEach(name -> travelling.add(quoted(name)));
        selected.addAll(travelling);
        travelling.add(struct(values).as(VALUES));
        return raw.select(travelling.toArray(Column[]::new)).select(selected.toArray(Column[]::new));
    }

    private Column eventDate() {
        Column time = quoted(dedup.eventTime());
        return when(isInRange(time), to_date(time).cast("string"));
    }

    /** Years that have four digits, so that dates sort as texts. */
    private static Column isInRange(Column time) {
        return year(time).between(1, 9999);
    }

    private Column nullKeyDetail() {
        Column[] names = neededKeys().stream()
                .map(key -> when(quoted(key).isNull(), lit(key)))
                .toArray(Column[]::new);
        return when(anyKeyIsNull(), concat_ws(", ", names));
    }

    /** The key columns that may not be null. */
    private List<String> neededKeys() {
        return dedup.nullKey() == NullKey.QUARANTINE ? dedup.key() : List.of(dedup.eventTime());
    }

    private Column anyKeyIsNull() {
        return neededKeys().stream()
                .map(key -> quoted(key).isNull())
                .reduce(Column::or)
                .orElseThrow();
    }

    private Column reason(Dataset<Row> dated, Timeliness timeliness) {
        Column reason = when(RawColumns.reason().isNotNull(), RawColumns.reason())
                .when(anyKeyIsNull(), lit("null_key"))
                .when(quoted(EVENT_DATE).isNull(), lit("time_out_of_range"));
        reason = reason.when(timeliness.reason().isNotNull(), timeliness.reason());
        int index = 0;
        for (QualityRule rule : pipeline.quality().rules()) {
            String setting = "quality.rules[" + index++ + "].expr";
            requireBoolean(setting, rule, dated);
            reason = reason.when(coalesce(expr(rule.expression()), lit(false)).equalTo(false), lit(rule.reason()));
        }
        return reason;
    }

    private void requireBoolean(String setting, QualityRule rule, Dataset<Row> dated) {
        analyzed(setting, rule.expression(), () -> dated.select(quoted(FILE), struct(expr(rule.expression()))));
        DataType type =
                dated.select(expr(rule.expression())).schema().fields()[0].dataType();
        if (!type.equals(DataTypes.BooleanType)) {
            throw pipeline.problem(
                    setting,
                    "= \"" + rule.expression() + "\" is a " + type.catalogString() + ", not a condition",
                    "Write a condition that is true for good rows, for example value is not null.");
        }
    }

    /** Analysis needs no data: a wrong expression stops the run before anything is read. */
    private void analyzed(String setting, String expression, Runnable analysis) {
        try {
            analysis.run();
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw pipeline.problem(
                    setting,
                    "= \"" + expression + "\": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    "Mend the expression; `lakeproof config check` analyses it without running.");
        }
    }
}
