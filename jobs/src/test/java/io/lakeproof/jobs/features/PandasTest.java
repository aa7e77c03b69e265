package io.lakeproof.jobs.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.SparkTest;
import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** The table of correspondence in docs/features.md, held against goldens that test-data/pandas_windows.py made with pandas. */
class PandasTest extends SparkTest {
    /** pandas' window, and ours. */
    private static final Map<String, String> WINDOWS = Map.of(
            "rows5", "rows = 5, min-rows = 5, include-current = true",
            "rows5_min1", "rows = 5, include-current = true",
            "rows3_left", "rows = 3",
            "days7", "range = PT168H, include-current = true",
            "days7_left", "range = PT168H",
            "days7_min3", "range = PT168H, include-current = true, min-rows = 3",
            "hours36", "range = PT36H, include-current = true");

    private static final Map<String, String> AGGREGATES = Map.of(
            "count", "count",
            "sum", "sum",
            "mean", "mean",
            "min", "min",
            "max", "max",
            "var", "var_samp",
            "std", "stddev_samp");

    private record Line(String user, Instant time, Map<String, String> columns) {
        String key() {
            return user + " " + time;
        }
    }

    @Test
    void windowsThatCorrespondHaveTheValuesOfPandas() throws IOException {
        List<Line> lines = lines();
        Map<String, Row> features = features(lines);

        int compared = 0;
        for (Line line : lines) {
            for (String window : WINDOWS.keySet()) {
                for (String aggregate : AGGREGATES.keySet()) {
                    String name = aggregate + "_" + window;
                    if (!aggregate.equals("count")) {
                        compare(line.columns.get(name), features.get(line.key()).getAs(name), line, name);
                        compared++;
                    } else if (!window.equals("days7_min3") && !window.equals("rows5")) {
                        // pandas has nothing where a window has no rows at all; a count of ours is then 0.
                        String golden = line.columns.get(name).isEmpty() ? "0" : line.columns.get(name);
                        compare(golden, features.get(line.key()).getAs(name), line, name);
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isEqualTo(450 * (7 * 6 + 5));
    }

    /** {@code closed="both"} and {@code "neither"} differ from ours only where a row stands exactly at the window's start. */
    @Test
    void bothEndsDifferOnlyAtTheStartOfTheWindow() throws IOException {
        List<Line> lines = lines();
        Map<String, Row> features = features(lines);
        Set<String> keys = new HashSet<>();
        lines.forEach(line -> keys.add(line.key()));

        int atStart = 0;
        for (Line line : lines) {
            if (keys.contains(line.user + " " + line.time.minus(Duration.ofDays(7)))) {
                atStart++;
                continue;
            }
            Row row = features.get(line.key());
            compare(line.columns.get("sum_days7_both"), row.getAs("sum_days7"), line, "sum_days7_both");
            compare(line.columns.get("sum_days7_neither"), row.getAs("sum_days7_left"), line, "sum_days7_neither");
        }
        assertThat(atStart).isBetween(50, 400);
    }

    private static void compare(String golden, Object actual, Line line, String name) {
        String claim = name + " of " + line.key();
        if (golden.isEmpty()) {
            assertThat(actual).as(claim).isNull();
        } else {
            double expected = Double.parseDouble(golden);
            double allowed = name.startsWith("var") || name.startsWith("std") ? Math.abs(expected) * 1e-12 + 1e-9 : 0;
            assertThat(actual).as(claim).isNotNull();
            assertThat(Math.abs(((Number) actual).doubleValue() - expected))
                    .as(claim)
                    .isLessThanOrEqualTo(allowed);
        }
    }

    private Map<String, Row> features(List<Line> lines) {
        List<Row> rows = new ArrayList<>();
        for (Line line : lines) {
            String value = line.columns.get("value");
            rows.add(RowFactory.create(line.user, line.time, value.isEmpty() ? null : Double.valueOf(value), true));
        }
        Dataset<Row> source = compiling()
                .createDataFrame(
                        rows,
                        StructType.fromDDL("user_id STRING, event_time TIMESTAMP, value DOUBLE, "
                                + FeatureWindows.IN_SCOPE + " BOOLEAN"))
                .repartition(3);
        Map<String, Row> features = new HashMap<>();
        for (Row row : FeatureWindows.of(pipeline(), source).of(source).collectAsList()) {
            Object time = row.get(1);
            Instant instant = time instanceof java.sql.Timestamp timestamp ? timestamp.toInstant() : (Instant) time;
            features.put(row.getString(0) + " " + instant, row);
        }
        return features;
    }

    private static PipelineConfig pipeline() {
        StringBuilder define = new StringBuilder();
        WINDOWS.forEach((window, ours) -> AGGREGATES.forEach((pandas, aggregate) ->
                define.append(pandas + "_" + window + " { " + aggregate + " = value, " + ours + " }\n")));
        return ConfigLoader.load("pandas.conf", """
                pipeline { name = pandas }
                source { path = raw, format = parquet }
                dedup { key = [user_id, event_time], target = clean }
                ledger { path = ledger }
                features { entity = user_id, version = v1, target = features, define { %s } }
                """.formatted(define), List.of());
    }

    private static List<Line> lines() throws IOException {
        List<String> texts = Files.readAllLines(ROOT.resolve("test-data/goldens/pandas_windows.csv"));
        List<String> header = List.of(texts.get(0).split(",", -1));
        List<Line> lines = new ArrayList<>();
        for (String text : texts.subList(1, texts.size())) {
            String[] values = text.split(",", -1);
            Map<String, String> columns = new HashMap<>();
            for (int i = 0; i < values.length; i++) {
                columns.put(header.get(i), values[i]);
            }
            lines.add(new Line(values[0], Instant.parse(values[1]), columns));
        }
        return lines;
    }
}
