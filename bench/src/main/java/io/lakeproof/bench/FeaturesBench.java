package io.lakeproof.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.jobs.features.FeatureTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The mean of the last five rows, and count, sum, mean, least, greatest and standard deviation over the last hour, day and week
 * (or 90 days), of every event: by Lakeproof, by Spark's window functions, and by DuckDB's. Results are computed and dropped.
 */
final class FeaturesBench {
    private static final List<String> AGGREGATES = List.of("count", "sum", "mean", "min", "max", "stddev_pop");
    private static final String DUCKDB_MEMORY = "8GB";
    private static final List<Integer> WEEK = List.of(1, 24, 7 * 24);
    private static final List<Integer> QUARTER = List.of(1, 24, 90 * 24);

    private final SparkSession spark;
    private final Path input;
    private final boolean withWindowFunctions;

    /**
     * Over a folder of {@link ZipfEvents}.
     *
     * @param withWindowFunctions Spark's window functions run too; they take minutes a million rows
     */
    FeaturesBench(SparkSession spark, Path input, boolean withWindowFunctions) {
        this.spark = spark;
        this.input = input;
        this.withWindowFunctions = withWindowFunctions;
    }

    List<Contender> contenders() {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(new Contender(
                "repartition + sort",
                folder -> drop(rows().repartition(col("user_id")).sortWithinPartitions("user_id", "event_time"))));
        contenders.add(new Contender("Lakeproof, up to 7 days", folder -> drop(lakeproof(WEEK))));
        contenders.add(new Contender("Lakeproof, up to 90 days", folder -> drop(lakeproof(QUARTER))));
        contenders.add(new Contender("DuckDB, up to 7 days", folder -> duckdb(WEEK, folder)));
        if (withWindowFunctions) {
            contenders.add(new Contender("Spark windows, up to 7 days", folder -> drop(windowFunctions(WEEK))));
        }
        return contenders;
    }

    private Dataset<Row> rows() {
        return spark.read().parquet(input.toString());
    }

    private static void drop(Dataset<Row> rows) {
        rows.write().format("noop").mode("overwrite").save();
    }

    private Dataset<Row> lakeproof(List<Integer> hours) {
        return FeatureTable.of(config(hours), rows());
    }

    private static PipelineConfig config(List<Integer> hours) {
        String define = hours.stream()
                .flatMap(length -> AGGREGATES.stream()
                        .map(aggregate ->
                                "%s_%d { %s = value, range = PT%dH }".formatted(aggregate, length, aggregate, length)))
                .collect(Collectors.joining("\n"));
        return ConfigLoader.load("bench.conf", """
                pipeline { name = bench }
                source { path = raw, format = parquet }
                dedup { key = [user_id, event_time], target = clean }
                ledger { path = ledger }
                features { entity = user_id, version = v1, target = features, define {
                mean_5 { mean = value, rows = 5, min-rows = 5, include-current = true }
                %s
                } }
                """.formatted(define), List.of());
    }

    private Dataset<Row> windowFunctions(List<Integer> hours) {
        List<Column> columns = new ArrayList<>(List.of(col("user_id"), col("event_time")));
        columns.add(expr(
                "avg(value) over (partition by user_id order by event_time rows between 4 preceding and current row)"));
        for (int length : hours) {
            String over = " over (partition by user_id order by unix_micros(event_time) range between " + micros(length)
                    + " preceding and 1 preceding)";
            AGGREGATES.forEach(aggregate -> columns.add(expr(aggregate + "(value)" + over)));
        }
        return rows().select(columns.toArray(Column[]::new));
    }

    /**
     * Counts the rows of the result after computing every column, in as many threads as Spark has cores.
     *
     * @param scratch where it may put what does not fit its memory
     */
    private void duckdb(List<Integer> hours, Path scratch) {
        StringBuilder sql = new StringBuilder("select count(*), sum(mean_5)");
        StringBuilder windows = new StringBuilder(
                "select avg(value) over (partition by user_id order by t rows between 4 preceding and current row) as mean_5");
        for (int length : hours) {
            for (String aggregate : AGGREGATES) {
                String column = aggregate + "_" + length;
                sql.append(", sum(").append(column).append(')');
                windows.append(", %s(value) over w%d as %s".formatted(aggregate, length, column));
            }
        }
        windows.append(
                " from (select user_id, epoch_us(event_time) as t, value from read_parquet('%s/*.parquet')) window "
                        .formatted(input));
        windows.append(hours.stream()
                .map(length -> "w%d as (partition by user_id order by t range between %d preceding and 1 preceding)"
                        .formatted(length, micros(length)))
                .collect(Collectors.joining(", ")));
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("set threads = " + spark.sparkContext().defaultParallelism());
            statement.execute("set memory_limit = '" + DUCKDB_MEMORY + "'");
            statement.execute("set temp_directory = '" + scratch + "'");
            try (ResultSet result = statement.executeQuery(sql + " from (" + windows + ")")) {
                if (!result.next() || result.getLong(1) == 0) {
                    throw new IllegalStateException(input + " has no rows");
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long micros(int hours) {
        return hours * 3_600_000_000L;
    }
}
