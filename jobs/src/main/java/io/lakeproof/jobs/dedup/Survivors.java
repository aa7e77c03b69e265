package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.shiftleft;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.lakeproof.config.DedupConfig;
import io.lakeproof.config.OrderColumn;
import io.lakeproof.digest.CanonicalForm;
import io.lakeproof.source.Validation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The fate of every row that competes for its key: the first in the configured order (nulls last) survives, and among those
 * that tie, the one with the smallest row digest. A pure function of the set of rows: one shuffle by date and key, one sort,
 * one pass.
 */
final class Survivors {
    /** BOOLEAN: the row is in the table already, and competes with the new ones. */
    static final String STORED = "_lakeproof_stored";

    /** A date with more rows than this is written by several tasks, into as many files. */
    private static final long ROWS_PER_TASK = 1_000_000;

    private static final String SORT = "_lakeproof_sort";

    private final StructType table;
    private final DedupConfig dedup;
    private final Column[] key;

    /**
     * Of a table's rows.
     *
     * @param table its columns, {@code event_date} among them
     */
    Survivors(StructType table, DedupConfig dedup) {
        this.table = table;
        this.dedup = dedup;
        this.key =
                dedup.key().stream().map(name -> Keys.comparable(name, table)).toArray(Column[]::new);
    }

    /**
     * The rows of the fates asked for: the table's columns, those carried along, and {@link Fate#COLUMN}.
     *
     * @param rows the table's columns, {@link #STORED}, and any columns that are carried along
     * @param rowsByDate how many rows there are, about, by event date
     * @param told which rows are wanted
     * @param tally counts what became of the rows that are not stored
     */
    Dataset<Row> of(Dataset<Row> rows, Map<String, Long> rowsByDate, Set<Fate> told, Tally tally) {
        Column hash = xxhash64(key);
        Dataset<Row> sorted = rows.withColumn(SORT, sortPrefix(hash))
                .repartition(quoted(Validation.EVENT_DATE), pmod(hash, tasks(rowsByDate)))
                .sortWithinPartitions(sortOrder());
        SurvivorPass pass =
                new SurvivorPass(table, positions(dedup.key()), positions(orderNames()), dedup.nullKey(), told, tally);
        List<StructField> carried = carried(rows.schema());
        return sorted.select(columns(CanonicalForm.into(table), STORED, carried))
                .mapPartitions(pass, Encoders.row(output(carried)))
                .select(columns(CanonicalForm.back(table), Fate.COLUMN, carried));
    }

    private List<StructField> carried(StructType rows) {
        Set<String> own = new HashSet<>(List.of(table.fieldNames()));
        return Arrays.stream(rows.fields())
                .filter(field -> !own.contains(field.name()) && !field.name().equals(STORED))
                .toList();
    }

    private static Column[] columns(Column[] table, String middle, List<StructField> carried) {
        List<Column> columns = new ArrayList<>(List.of(table));
        columns.add(quoted(middle));
        carried.forEach(field -> columns.add(quoted(field.name())));
        return columns.toArray(Column[]::new);
    }

    private StructType output(List<StructField> carried) {
        StructType output = CanonicalForm.schema(table).add(Fate.COLUMN, DataTypes.IntegerType, false);
        for (StructField field : carried) {
            output = output.add(field.name(), field.dataType(), true);
        }
        return output;
    }

    /** Days, then 40 bits of the key's hash: nearly every comparison of the sort is one of two numbers, and dates are runs. */
    private Column sortPrefix(Column hash) {
        Column day = unix_date(to_date(quoted(dedup.eventTime()))).cast("bigint");
        return shiftleft(day, 40).plus(shiftrightunsigned(hash, 24));
    }

    private Column[] sortOrder() {
        List<Column> order = new ArrayList<>();
        order.add(quoted(SORT).asc());
        Arrays.stream(key).forEach(column -> order.add(column.asc()));
        order.addAll(order(dedup));
        return order.toArray(Column[]::new);
    }

    /** The configured order, as Spark sorts. */
    static List<Column> order(DedupConfig dedup) {
        return dedup.order().stream()
                .map(column -> column.descending()
                        ? quoted(column.column()).desc_nulls_last()
                        : quoted(column.column()).asc_nulls_last())
                .toList();
    }

    /** How many tasks a row's date is spread over. */
    static Column tasks(Map<String, Long> rowsByDate) {
        Map<Long, List<String>> large = new TreeMap<>();
        rowsByDate.forEach((date, rows) -> {
            if (rows > ROWS_PER_TASK) {
                large.computeIfAbsent((rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK, n -> new ArrayList<>())
                        .add(date);
            }
        });
        Column tasks = lit(1L);
        for (Map.Entry<Long, List<String>> group : large.entrySet()) {
            tasks = when(quoted(Validation.EVENT_DATE).isInCollection(group.getValue()), lit(group.getKey()))
                    .otherwise(tasks);
        }
        return tasks;
    }

    private List<String> orderNames() {
        return dedup.order().stream().map(OrderColumn::column).toList();
    }

    private List<Integer> positions(List<String> names) {
        return names.stream().map(table::fieldIndex).toList();
    }
}
