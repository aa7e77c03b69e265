package io.lakeproof.jobs.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.SparkTest;
import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.run.Foreign;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the features refuse, and how they say so. */
class FeatureInputsTest extends SparkTest {
    private static final String ONE = "define { n { count = \"*\", rows = 3 } }";

    /** The definition of a feature x, and what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sum = page, rows = 1 | .sum = \"page\" is a string: sum needs numbers",
                "min = tags, rows = 1 | .min = \"tags\" is a array<string>: min needs values that can be compared",
                "last = \"null\", rows = 1 | .last = \"null\" is a void: it is always null",
                "sum = value, rows = 1, where = page | .where = \"page\" is a string, not a condition",
                "sum = valeu, rows = 1 | .sum = \"valeu\": ",
                "sum = \"sum(value)\", rows = 1 | .sum = \"sum(value)\": ",
                "first = \"explode(tags)\", rows = 1 | .first = \"explode(tags)\": ",
            })
    void refusesAnExpressionThatDoesNotFit(String definition, String problem) {
        Failure.Configuration failure = catchThrowableOfType(
                Failure.Configuration.class,
                () -> FeatureWindows.of(
                        pipeline("user_id", "define { x { " + definition + " } }"), source("1", "2024-01-01")));

        assertThat(failure.getMessage()).startsWith("f.conf: 5: features.define.x" + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "entity=usr_id | features.entity = usr_id: the source has no such column",
                "entity=tags | features.entity = tags: a array<string> cannot tell entities apart",
                "time=page | features.time = page: the column is a string, not a timestamp",
                "columns=pages | features.columns = pages: the source has no such column",
            })
    void refusesAColumnThatIsNotThereOrOfAnotherType(String set, String problem) {
        Failure.Configuration failure = catchThrowableOfType(
                Failure.Configuration.class,
                () -> FeatureWindows.of(pipeline("user_id", ONE, "features." + set), source("1", "2024-01-01")));

        assertThat(failure.getMessage()).endsWith(problem);
    }

    @Test
    void aSumThatOverflowsNamesTheFeatureTheEntityAndTheInstant() {
        PipelineConfig pipeline = pipeline(
                "user_id", "define { x { sum = \"9223372036854775807 - id\", range = PT1H, include-current = true } }");

        Throwable failure = failure(pipeline, source("1", "2024-01-01 00:00:00", "1", "2024-01-01 00:30:00"));

        assertThat(failure)
                .isInstanceOf(Failure.DataGate.class)
                .hasMessage(
                        "features.define.x: the sum 18446744073709551613 is more than a BIGINT holds, at user_id = 1,"
                                + " time = 2024-01-01T00:30:00Z");
    }

    @Test
    void aRowWithoutATimeStopsTheRun() {
        assertThat(failure(pipeline("user_id", ONE), source("1", "2024-01-01", "2", null)))
                .isInstanceOf(Failure.DataGate.class)
                .hasMessage("a row has no time, at user_id = 2, time = null");
    }

    @Test
    void twoRowsWithOneKeyAreNotWhatWasSealed() {
        assertThat(failure(pipeline("user_id", ONE), source("1", "2024-01-01", "1", "2024-01-01")))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessage("the source holds 2 rows with one key, at user_id = 1, time = 2024-01-01T00:00:00Z");
    }

    /** Entities are told apart by their values where 24 bits of the hash are the same. */
    @Test
    void entitiesThatShareAHashAreKeptApart() {
        Map<Long, String> byHash = new HashMap<>();
        List<String> rows = new ArrayList<>();
        for (Row row : session()
                .range(20_000)
                .selectExpr("cast(id as string)", "shiftright(xxhash64(cast(id as string)), 40)")
                .collectAsList()) {
            String other = byHash.put(row.getLong(1), row.getString(0));
            if (other != null) {
                for (int day = 1; day <= 3; day++) {
                    rows.addAll(List.of(other, "2024-01-0" + day, row.getString(0), "2024-01-0" + day));
                }
            }
        }

        List<Row> counts = run(
                pipeline("user_id", "define { n { count = \"*\", rows = 9 } }"),
                source(rows.toArray(String[]::new)).repartition(1));

        assertThat(rows).hasSizeGreaterThan(12);
        for (Row row : counts) {
            assertThat((Long) row.getAs("n"))
                    .isEqualTo(Long.parseLong(row.get(1).toString().substring(9, 10)) - 1);
        }
        assertThat(counts).hasSize(rows.size() / 2);
    }

    @Test
    void explainsEachFeatureInOneLine() {
        PipelineConfig pipeline = pipeline("user_id", """
                define {
                  mean_5 { mean = value, rows = 5, min-rows = 5, include-current = true }
                  sum_7d { sum = value, range = P7D, where = "page <> '/'" }
                  n_1h { count = "*", range = PT1H, include-current = true, ties = include }
                  before { lag = page, rows = 1 }
                }
                """);

        assertThat(FeatureWindows.of(pipeline, source("1", "2024-01-01")).explain())
                .containsExactly(
                        "mean_5: the mean of value over the last 5 rows of the same user_id, this row included, of the"
                                + " instant t those with a smaller row digest; null with fewer than 5 values; a late row"
                                + " changes the rows of its entity up to the 5 rows that follow it",
                        "sum_7d: the sum of value over the rows of the same user_id in [t - 7 days of UTC, t), without other"
                                + " rows of the instant t, of those that meet page <> '/'; null with fewer than 1 value; a"
                                + " late row at u changes the rows of its entity in [u, u + 7 days of UTC]",
                        "n_1h: the number of rows over the rows of the same user_id in (t - PT1H, t], with all rows of the"
                                + " instant t; never null; a late row at u changes the rows of its entity in [u, u + PT1H)",
                        "before: the value of page in the row 1 row before, of the same user_id, of the instant t those"
                                + " with a smaller row digest; null if there is no such row or its value is null; a late row"
                                + " changes the rows of its entity up to the 1 row that follow it");
    }

    private static PipelineConfig pipeline(String entity, String define, String... sets) {
        return ConfigLoader.load("f.conf", """
                pipeline { name = f }
                source { path = raw, format = parquet }
                dedup { key = [user_id, event_time], target = clean }
                ledger { path = ledger }
                features { entity = %s, version = v1, target = features, %s }
                """.formatted(entity, define), List.of(sets));
    }

    /** Users and times in turn; the id of a row is its number. */
    private Dataset<Row> source(String... userAndTime) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < userAndTime.length; i += 2) {
            String time = userAndTime[i + 1] == null ? "null" : "'" + userAndTime[i + 1] + "'";
            rows.add("('" + userAndTime[i] + "', " + time + ", " + i / 2 + ")");
        }
        return session()
                .sql("select user_id, cast(t as timestamp) as event_time, id, 0.5d as value, '/' as page, array('a') as"
                        + " tags from values " + String.join(", ", rows) + " as rows(user_id, t, id)");
    }

    private static List<Row> run(PipelineConfig pipeline, Dataset<Row> source) {
        return FeatureTable.of(pipeline, source).collectAsList();
    }

    private static Throwable failure(PipelineConfig pipeline, Dataset<Row> source) {
        return Foreign.explained(catchThrowable(() -> run(pipeline, source)));
    }
}
