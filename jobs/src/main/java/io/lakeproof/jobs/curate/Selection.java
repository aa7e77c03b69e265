package io.lakeproof.jobs.curate;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.lineage.SourceDates.EVENT_DATE;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;

import io.lakeproof.config.CurateConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.QualityRule;
import io.lakeproof.model.CuratedScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/**
 * The select of a configuration, known to fit its source. It needs the source's columns; its rows have {@code event_date}, the
 * date of the source's partition, and the columns of the select.
 */
final class Selection {
    private static final Set<String> RESERVED = Set.of("year", "month", "day", "model", EVENT_DATE);
    private static final Pattern STORABLE = Pattern.compile("[^ ,;{}()\\n\\t=]+");

    private final PipelineConfig pipeline;
    private final CurateConfig config;
    private final List<String> partitionColumns;
    private final List<Column> items = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final DataType dateType;
    private final StructType schema;

    /**
     * Checks the select against the columns of a source.
     *
     * @throws io.lakeproof.error.Failure.Configuration naming the setting that does not fit
     */
    Selection(PipelineConfig pipeline, CurateConfig config, List<String> partitionColumns, Dataset<Row> source) {
        this.pipeline = pipeline;
        this.config = config;
        this.partitionColumns = partitionColumns;
        Dataset<Row> rows = dated(source);
        config.where().ifPresent(where -> requireCondition("curate.where", where, rows));
        config.groupBy().forEach(key -> type("curate.group-by", key, rows));
        this.dateType = type("curate.date", config.date(), rows);
        requireExactSums(rows);
        config.select().forEach(item -> addItem(item, rows));
        requireNames();
        this.schema = checked(source);
        Dataset<Row> none = of(source);
        config.constraints().forEach(c -> requireCondition("curate.constraints", c.expression(), none));
        requireClusterBy();
    }

    /** The columns of the output, without those of the partitions. */
    StructType schema() {
        return schema;
    }

    /** The rows that the select makes of rows of the source. */
    Dataset<Row> of(Dataset<Row> source) {
        Dataset<Row> rows = kept(source);
        if (config.groupBy().isEmpty()) {
            List<Column> columns = new ArrayList<>(List.of(quoted(EVENT_DATE)));
            columns.addAll(items);
            return rows.select(columns.toArray(Column[]::new));
        }
        List<Column> keys = new ArrayList<>(List.of(quoted(EVENT_DATE)));
        config.groupBy().forEach(key -> keys.add(expr(key)));
        Dataset<Row> groups = rows.groupBy(keys.toArray(Column[]::new))
                .agg(items.get(0), items.subList(1, items.size()).toArray(Column[]::new));
        List<String> all = new ArrayList<>(List.of(EVENT_DATE));
        config.groupBy().forEach(key -> all.add("_lakeproof_key_" + all.size()));
        List<String> hidden = List.copyOf(all.subList(1, all.size()));
        all.addAll(names);
        return groups.toDF(all.toArray(String[]::new)).drop(hidden.toArray(String[]::new));
    }

    /** The rows of the source that are selected, and whose date is not that of their partition. */
    Dataset<Row> outside(Dataset<Row> source) {
        return kept(source).where(functions.not(date().eqNullSafe(quoted(EVENT_DATE))));
    }

    /** False if the date of every row is that of its partition, since it is taken from there. */
    boolean hasDateOfItsOwn() {
        return !config.date().replace("`", "").strip().equalsIgnoreCase(EVENT_DATE);
    }

    /** Whether a row of the output meets a constraint; a null counts as no. */
    static Column holds(QualityRule constraint) {
        return coalesce(expr(constraint.expression()), lit(false));
    }

    private Column date() {
        return dateType.equals(DataTypes.StringType)
                ? expr(config.date())
                : to_date(expr(config.date())).cast("string");
    }

    private Dataset<Row> kept(Dataset<Row> source) {
        Dataset<Row> rows = dated(source);
        return config.where().map(where -> rows.where(expr(where))).orElse(rows);
    }

    /** With {@code event_date} in place of a curated table's partition columns. */
    private Dataset<Row> dated(Dataset<Row> source) {
        return partitionColumns.equals(CuratedScope.COLUMNS)
                ? source.withColumn(EVENT_DATE, concat_ws("-", quoted("year"), quoted("month"), quoted("day")))
                        .drop("year", "month", "day", "model")
                : source;
    }

    private void addItem(String item, Dataset<Row> rows) {
        if (item.equals(CurateConfig.ALL)) {
            Arrays.stream(rows.columns())
                    .filter(name -> !name.equalsIgnoreCase(EVENT_DATE))
                    .forEach(name -> {
                        items.add(quoted(name));
                        names.add(name);
                    });
            return;
        }
        try {
            names.addAll(List.of(rows.select(expr(item)).columns()));
            items.add(expr(item));
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw unfit("curate.select", item, e);
        }
    }

    private void requireNames() {
        Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : names) {
            if (!STORABLE.matcher(name).matches()) {
                throw pipeline.problem(
                        "curate.select",
                        "makes a column \"" + name + "\", which Delta cannot store",
                        "Name it: \"… as name\".");
            }
            if (RESERVED.contains(name.toLowerCase(java.util.Locale.ROOT)) || name.startsWith("_lakeproof")) {
                throw pipeline.problem(
                        "curate.select",
                        "makes a column \"" + name + "\", which the curated table has of its own",
                        "Name it differently: \"… as name\".");
            }
            if (!seen.add(name)) {
                throw pipeline.problem(
                        "curate.select", "makes two columns \"" + name + "\"", "Name one of them differently.");
            }
        }
    }

    private StructType checked(Dataset<Row> source) {
        try {
            return of(source).drop(EVENT_DATE).schema();
        } catch (Exception e) { // as above
            throw unfit("curate.select", String.join(", ", config.select()), e);
        }
    }

    private void requireClusterBy() {
        for (String column : config.clusterBy()) {
            if (names.stream().noneMatch(column::equalsIgnoreCase)) {
                throw pipeline.problem(
                        "curate.cluster-by",
                        "= " + config.clusterBy() + ": the output has no column \"" + column + "\"",
                        "Name columns of " + names + ".");
            }
        }
    }

    /** Sums of floating-point numbers depend on the order of rows, and so would the digest. */
    private void requireExactSums(Dataset<Row> rows) {
        List<DataType> integers =
                List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);
        for (String sum : config.summed()) {
            DataType type = type("curate.select", sum, rows);
            if (!integers.contains(type) && !(type instanceof DecimalType)) {
                throw inexact("sum", sum, type);
            }
        }
        for (String mean : config.averaged()) {
            DataType type = type("curate.select", mean, rows);
            if (!(type instanceof DecimalType)) {
                throw inexact("avg", mean, type);
            }
        }
    }

    private RuntimeException inexact(String function, String argument, DataType type) {
        return pipeline.problem(
                "curate.select",
                "has " + function + "(" + argument + ") of " + type.catalogString()
                        + ", which Spark adds as doubles: the result depends on the order of the rows",
                "Write " + function + "(cast(" + argument + " as decimal(38, 6))), or make a feature of it.");
    }

    private void requireCondition(String key, String condition, Dataset<Row> rows) {
        DataType type = type(key, condition, rows);
        if (!type.equals(DataTypes.BooleanType)) {
            throw pipeline.problem(
                    key, "= \"" + condition + "\" is of type " + type.catalogString(), "Write a condition.");
        }
    }

    private DataType type(String key, String expression, Dataset<Row> rows) {
        try {
            return rows.select(expr(expression)).schema().fields()[0].dataType();
        } catch (Exception e) { // as above
            throw unfit(key, expression, e);
        }
    }

    private RuntimeException unfit(String key, String expression, Exception e) {
        return pipeline.problem(
                key,
                "= \"" + expression + "\": "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                "Mend the expression; it is over the columns of " + config.source() + " and event_date.");
    }
}
