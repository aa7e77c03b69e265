package io.lakeproof.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.SparkTest;
import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.run.Foreign;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest extends SparkTest {
    private static final String TEXT = """
            pipeline { name = test, zone = UTC }
            source {
              path = raw
              format = json
              schema = "id STRING, t TIMESTAMP, value DOUBLE"
              columns {
                user_id = id
                event_time = t
                value = value
              }
            }
            quality {
              rules = [
                { name = range, expr = "value between 0 and 10" },
                { name = human, expr = "user_id <> 'bot'" }
              ]
            }
            dedup {
              event-time = event_time
              key = [user_id, event_time]
              order = ["value desc"]
              target = clean
            }
            ledger { path = ledger }
            """;

    private static final Instant NOON = Instant.parse("2024-11-05T12:00:00Z");

    @Test
    void everyRowIsAcceptedOrHasTheFirstReasonThatApplies() {
        Dataset<Row> raw = raw(
                pipeline(),
                good("a", NOON, 1.0),
                good("b", NOON, 11.0),
                good("c", NOON, null),
                good("bot", NOON, 11.0),
                good("bot", NOON, 5.0),
                good(null, NOON, 99.0),
                good("d", null, 1.0),
                good(null, null, null),
                good("e", Instant.parse("+10000-01-01T00:00:00Z"), 99.0),
                good("f", Instant.parse("0000-12-31T23:59:59.999999Z"), 1.0),
                good("g", Instant.parse("9999-12-31T23:59:59.999999Z"), 1.0),
                good("h", Instant.parse("0001-01-01T00:00:00Z"), 1.0),
                good("i", NOON, Double.NaN),
                bad("malformed", "cut off"));

        Dataset<Row> validated = new Validation(pipeline()).apply(raw);

        assertThat(Validation.tableSchema(validated.schema()).toDDL())
                .isEqualTo("user_id STRING,event_time TIMESTAMP,value DOUBLE,event_date STRING");
        assertThat(shown(validated))
                .containsExactly(
                        "a 2024-11-05T12:00:00Z 1.0 2024-11-05 | null null null",
                        "b 2024-11-05T12:00:00Z 11.0 2024-11-05 | rule:range null raw",
                        "c 2024-11-05T12:00:00Z null 2024-11-05 | rule:range null raw",
                        "bot 2024-11-05T12:00:00Z 11.0 2024-11-05 | rule:range null raw",
                        "bot 2024-11-05T12:00:00Z 5.0 2024-11-05 | rule:human null raw",
                        "null 2024-11-05T12:00:00Z 99.0 2024-11-05 | null_key user_id raw",
                        "d null 1.0 null | null_key event_time raw",
                        "null null null null | null_key user_id, event_time raw",
                        "e +10000-01-01T00:00:00Z 99.0 null | time_out_of_range null raw",
                        "f 0000-12-31T23:59:59.999999Z 1.0 null | time_out_of_range null raw",
                        "g 9999-12-31T23:59:59.999999Z 1.0 9999-12-31 | null null null",
                        "h 0001-01-01T00:00:00Z 1.0 0001-01-01 | null null null",
                        "i 2024-11-05T12:00:00Z NaN 2024-11-05 | rule:range null raw",
                        "null null null null | malformed cut off raw");
    }

    @Test
    void withoutColumnsTheFieldsAreTheTable() {
        PipelineConfig pipeline =
                pipeline("source.columns={}", "dedup.event-time=t", "dedup.key=[id, t]", "quality.rules=[]");

        Dataset<Row> validated = new Validation(pipeline).apply(raw(pipeline, good("a", NOON, 1.0)));

        assertThat(Validation.tableSchema(validated.schema()).toDDL())
                .isEqualTo("id STRING,t TIMESTAMP,value DOUBLE,event_date STRING");
        assertThat(validated.select("id", "t", "value", "event_date").collectAsList())
                .containsExactly(RowFactory.create("a", NOON, 1.0, "2024-11-05"));
    }

    @Test
    void expressionsMakeColumnsInTheirOrderAndSeeNoRefusedRow() {
        String columns = """
                    value = "value * 2"
                    user_id = "coalesce(upper(id), raise_error('no id'))"
                    event_time = "t + interval 1 day"
                    "odd name" = "`id` || '-' || value"
                """;
        PipelineConfig pipeline = ConfigLoader.load(
                "events.conf",
                TEXT.replace("user_id = id\n    event_time = t\n    value = value\n", columns.stripIndent()),
                List.of("quality.rules=[{name = range, expr = \"`odd name` like 'a-%' and value = 2\"}]"));
        Dataset<Row> raw = raw(pipeline, good("a", NOON, 1.0), bad("malformed", "cut off"));

        Dataset<Row> validated = new Validation(pipeline).apply(raw);

        assertThat(Validation.tableSchema(validated.schema()).toDDL())
                .isEqualTo("value DOUBLE,user_id STRING,event_time TIMESTAMP,`odd name` STRING,event_date STRING");
        assertThat(validated
                        .select("value", "user_id", "event_time", "`odd name`", "event_date", RawColumns.REASON)
                        .collectAsList())
                .containsExactlyInAnyOrder(
                        RowFactory.create(2.0, "A", Instant.parse("2024-11-06T12:00:00Z"), "a-1.0", "2024-11-06", null),
                        RowFactory.create(null, null, null, null, null, "malformed"));
    }

    @Test
    void anExpressionThatFailsOnARowStopsTheRun() {
        PipelineConfig pipeline = pipeline("source.columns.value=cast(id as double)");
        Dataset<Row> validated = new Validation(pipeline).apply(raw(pipeline, good("a", NOON, 1.0)));

        Throwable thrown = Foreign.explained(catchThrowable(validated::collectAsList));

        assertThat(thrown)
                .isInstanceOf(Failure.DataGate.class)
                .hasMessageStartingWith(
                        "an SQL expression of the configuration failed on a row: [CAST_INVALID_INPUT] The value 'a' of the"
                                + " type \"STRING\" cannot be cast to \"DOUBLE\" because it is malformed.");
    }

    /** A setting that is replaced, and what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "value = value    ; value = max(value)        | 9: source.columns.value = \"max(value)\": [MISSING_GROUP_BY]",
                "value = value    ; value = explode(array(1)) | 9: source.columns.value = \"explode(array(1))\": [UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS]",
                "value = value    ; value = vlaue             | 9: source.columns.value = \"vlaue\": [UNRESOLVED_COLUMN.WITH_SUGGESTION]",
                "value = value    ; value = no_such(value)    | 9: source.columns.value = \"no_such(value)\": [UNRESOLVED_ROUTINE]",
                "value = value    ; value = \"value +\"    | 9: source.columns.value = \"value +\": ",
                "value = value    ; value = \"value as a, value\" | 9: source.columns.value = \"value as a, value\": ",
                "value = value    ; value = \"*\"             | 9: source.columns.value = \"*\": ",
                "value = value    ; \"a b\" = vlaue           | 9: source.columns.a b = \"vlaue\": [UNRESOLVED_COLUMN.WITH_SUGGESTION]",
                "value between 0 and 10 ; max(value) > 0      | 14: quality.rules[0].expr = \"max(value) > 0\": [MISSING_GROUP_BY]",
                "value between 0 and 10 ; count(*) > 0        | 14: quality.rules[0].expr = \"count(*) > 0\": [MISSING_GROUP_BY]",
                "value between 0 and 10 ; explode(array(true)) | 14: quality.rules[0].expr = \"explode(array(true))\": [UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS]",
                "value between 0 and 10 ; id is null          | 14: quality.rules[0].expr = \"id is null\": [UNRESOLVED_COLUMN.WITH_SUGGESTION]",
                "value between 0 and 10 ; value               | 14: quality.rules[0].expr = \"value\" is a double, not a condition",
                "value between 0 and 10 ; null                | 14: quality.rules[0].expr = \"null\" is a void, not a condition",
                "value between 0 and 10 ; *                   | 14: quality.rules[0].expr = \"*\"",
                "user_id <> 'bot' ; user_id                   | 15: quality.rules[1].expr = \"user_id\" is a string, not a condition",
                "key = [user_id, event_time] ; key = [user, event_time] | 20: dedup.key = user: there is no such column",
                "key = [user_id, event_time] ; key = [USER_ID, event_time] | 20: dedup.key = USER_ID: there is no such column",
                "order = [\"value desc\"] ; order = [vlaue]   | 21: dedup.order = vlaue: there is no such column",
                "event_time = t   ; event_time = cast(t as string) | 19: dedup.event-time = event_time: the column is a string, not a timestamp",
                "event_time = t   ; event_time = to_date(t)   | 19: dedup.event-time = event_time: the column is a date, not a timestamp",
                "value = value    ; value = make_ym_interval(1) | 6: source.columns cannot be stored: column value: no digest is defined for the type interval year to month",
            })
    void aSettingThatDoesNotFitTheFieldsIsNamedWithItsLine(String change, String problem) {
        String[] parts = change.split("\\s*;\\s*", 2);
        PipelineConfig pipeline = ConfigLoader.load("events.conf", TEXT.replace(parts[0], parts[1]), List.of());

        Failure.Configuration failure = catchThrowableOfType(
                Failure.Configuration.class,
                () -> new Validation(pipeline).apply(new RawSource(session(), pipeline).none()));

        assertThat(failure)
                .hasMessageStartingWith("events.conf: " + problem)
                .message()
                .doesNotContain("\n");
        assertThat(failure.exitCode()).isEqualTo(78);
    }

    @Test
    void aMisspeltColumnIsAnsweredWithTheNearest() {
        PipelineConfig pipeline = pipeline("dedup.order=valeu");

        assertThat(catchThrowableOfType(
                                Failure.Configuration.class,
                                () -> new Validation(pipeline).apply(new RawSource(session(), pipeline).none()))
                        .fix())
                .isEqualTo("The columns are user_id, event_time, value.");
        assertThat(catchThrowableOfType(
                                Failure.Configuration.class,
                                () -> new Validation(pipeline("dedup.order=vale"))
                                        .apply(new RawSource(session(), pipeline()).none()))
                        .fix())
                .isEqualTo("Did you mean value? The columns are user_id, event_time, value.");
    }

    /** They would be written over, or be taken for Lakeproof's own. */
    @ParameterizedTest
    @ValueSource(strings = {"event_date", "Event_Date", "_lakeproof_raw", "_lakeproof_stored"})
    void aFieldWithANameOfLakeproofsOwnIsRefused(String name) {
        PipelineConfig pipeline = pipeline(
                "source.schema=id STRING, t TIMESTAMP, " + name + " BINARY",
                "source.columns={}",
                "dedup.event-time=t",
                "dedup.key=[id, t]",
                "dedup.order=[]",
                "quality.rules=[]");

        assertThat(catchThrowableOfType(
                        Failure.Configuration.class,
                        () -> new Validation(pipeline).apply(new RawSource(session(), pipeline).none())))
                .hasMessageContaining("source.schema")
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @CsvSource({
        "America/New_York, 2024-11-15T00:30:00Z, 2024-11-14",
        "America/New_York, 2024-11-15T05:00:00Z, 2024-11-15",
        "UTC, 2024-11-15T00:30:00Z, 2024-11-15",
        "UTC, 2024-11-14T23:59:59.999999Z, 2024-11-14",
        "Asia/Kathmandu, 2024-11-14T18:14:59.999999Z, 2024-11-14",
        "Asia/Kathmandu, 2024-11-14T18:15:00Z, 2024-11-15",
        "Pacific/Apia, 2011-12-30T09:59:59Z, 2011-12-29", // there was no 30 December 2011
        "Pacific/Apia, 2011-12-30T10:00:00Z, 2011-12-31",
        "-03:30, 2024-11-15T03:29:59Z, 2024-11-14",
        "Europe/Berlin, 1500-01-01T00:00:00Z, 1500-01-01",
        "America/New_York, 0001-01-01T04:00:00Z, null",
    })
    void theEventDateIsThatOfThePipelinesZone(String zone, Instant time, String date) {
        PipelineConfig pipeline = pipeline("pipeline.zone=" + zone);
        Dataset<Row> raw = session(pipeline.zone())
                .createDataFrame(
                        List.of(good("a", time, 1.0)),
                        new RawSource(session(), pipeline).none().schema());

        List<Row> rows =
                new Validation(pipeline).apply(raw).select("event_date").collectAsList();

        assertThat(rows).containsExactly(RowFactory.create(date.equals("null") ? null : date));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void losesNoRowAndMakesNone(long seed) {
        Random random = new Random(seed);
        Row[] rows = IntStream.range(0, 500).mapToObj(i -> anyRow(random, i)).toArray(Row[]::new);

        List<Row> validated =
                new Validation(pipeline()).apply(raw(pipeline(), rows)).collectAsList();

        assertThat(validated.stream().map(row -> row.<String>getAs(RawColumns.FILE)))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 500).mapToObj(String::valueOf).toList());
        assertThat(validated).allSatisfy(row -> {
            boolean accepted = row.getAs(RawColumns.REASON) == null;
            assertThat(row.getAs(RawColumns.RAW) == null)
                    .as("seed %s: %s", seed, row)
                    .isEqualTo(accepted);
            assertThat(!accepted || row.getAs("event_date") != null)
                    .as("seed %s: %s", seed, row)
                    .isTrue();
        });
    }

    private static Row anyRow(Random random, int id) {
        if (random.nextInt(10) == 0) {
            return row(null, null, null, String.valueOf(id), "malformed", "any");
        }
        return row(
                random.nextInt(8) == 0 ? null : "user" + random.nextInt(5),
                random.nextInt(8) == 0
                        ? null
                        : Instant.ofEpochSecond(random.nextLong(-100_000_000_000L, 300_000_000_000L)),
                random.nextInt(8) == 0 ? null : random.nextDouble(-5, 15),
                String.valueOf(id),
                null,
                null);
    }

    private static Row good(String id, Instant time, Double value) {
        return row(id, time, value, "file", null, null);
    }

    private static Row bad(String reason, String detail) {
        return row(null, null, null, "file", reason, detail);
    }

    private static Row row(String id, Instant time, Double value, String file, String reason, String detail) {
        return RowFactory.create(id, time, value, "raw".getBytes(StandardCharsets.UTF_8), file, reason, detail);
    }

    private Dataset<Row> raw(PipelineConfig pipeline, Row... rows) {
        StructType schema = new RawSource(session(), pipeline).none().schema();
        return session(pipeline.zone()).createDataFrame(List.of(rows), schema);
    }

    /** The table's columns, then reason, detail and the raw bytes. */
    private static List<String> shown(Dataset<Row> validated) {
        List<String> shown = new ArrayList<>();
        for (Row row : validated.collectAsList()) {
            byte[] raw = row.getAs(RawColumns.RAW);
            shown.add(row.get(0) + " " + row.get(1) + " " + row.get(2) + " " + row.getAs("event_date") + " | "
                    + row.getAs(RawColumns.REASON) + " " + row.getAs(RawColumns.DETAIL) + " "
                    + (raw == null ? null : new String(raw, StandardCharsets.UTF_8)));
        }
        return shown;
    }

    private static PipelineConfig pipeline(String... sets) {
        return ConfigLoader.load("events.conf", TEXT, List.of(sets));
    }
}
