package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    private static final String SMALLEST = """
            pipeline { name = user-events }
            source {
              path = "raw/date={date}/"
              format = json
              schema = "user_id STRING, event_time TIMESTAMP"
            }
            dedup { key = [user_id, event_time], target = "clean/events" }
            ledger { path = "_lakeproof/ledger" }
            """;

    @Test
    void readsEverySettingWithTheLineItStandsOn() {
        String text = """
                pipeline { name = user-events, zone = Europe/Berlin }
                source {
                  path = ["raw/web/date={date}/", "raw/app/*.csv"]
                  format = csv
                  schema = "id STRING, t STRING, value DOUBLE"
                  columns {
                    user_id = id
                    seen = "to_timestamp(t)"
                    a = value
                  }
                  options { separator = ";", header = false, quote = "'", escape = "\\\\", null-value = NA, timestamp-format = "dd.MM.yyyy" }
                }
                quality {
                  rules = [
                    { name = value_range, expr = "a between -1e6 and 1e6" }
                    { name = known, expr = "user_id is not null" }
                  ]
                  max-quarantined = 0.5%
                }
                dedup {
                  key = [user_id, seen]
                  event-time = seen
                  order = ["a desc", user_id]
                  target = "s3a://data/clean/events/"
                  retention = P30D
                }
                ledger { path = "s3a://data/_lakeproof/ledger" }
                quarantine { path = "s3a://data/refused//" }
                """;

        PipelineConfig pipeline = load(text);

        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("user_id", "id");
        columns.put("seen", "to_timestamp(t)");
        columns.put("a", "value");
        assertThat(pipeline)
                .isEqualTo(new PipelineConfig(
                        "user-events",
                        ZoneId.of("Europe/Berlin"),
                        new SourceConfig(
                                List.of("raw/web/date={date}/", "raw/app/*.csv"),
                                SourceFormat.CSV,
                                "id STRING, t STRING, value DOUBLE",
                                columns,
                                Map.of(
                                        "separator", ";",
                                        "header", "false",
                                        "quote", "'",
                                        "escape", "\\",
                                        "null-value", "NA",
                                        "timestamp-format", "dd.MM.yyyy")),
                        new QualityConfig(
                                List.of(
                                        new QualityRule("value_range", "a between -1e6 and 1e6"),
                                        new QualityRule("known", "user_id is not null")),
                                new Limit(new BigDecimal("0.5"), true)),
                        TelemetryConfig.OFF,
                        new DedupConfig(
                                List.of("user_id", "seen"),
                                "seen",
                                List.of(new OrderColumn("a", true), new OrderColumn("user_id", false)),
                                NullKey.QUARANTINE,
                                OnConflict.KEEP,
                                "s3a://data/clean/events",
                                30),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "s3a://data/_lakeproof/ledger",
                        "s3a://data/refused",
                        S3Config.DEFAULT,
                        origins("""
                                pipeline 1
                                pipeline.name 1
                                pipeline.zone 1
                                source 2
                                source.path 3
                                source.format 4
                                source.schema 5
                                source.columns 6
                                source.columns.user_id 7
                                source.columns.seen 8
                                source.columns.a 9
                                source.options 11
                                source.options.separator 11
                                source.options.header 11
                                source.options.quote 11
                                source.options.escape 11
                                source.options.null-value 11
                                source.options.timestamp-format 11
                                quality 13
                                quality.rules 14
                                quality.rules[0].name 15
                                quality.rules[0].expr 15
                                quality.rules[1].name 16
                                quality.rules[1].expr 16
                                quality.max-quarantined 18
                                dedup 20
                                dedup.key 21
                                dedup.event-time 22
                                dedup.order 23
                                dedup.target 24
                                dedup.retention 25
                                ledger 27
                                ledger.path 27
                                quarantine 28
                                quarantine.path 28
                                """)));
        assertThat(List.copyOf(pipeline.source().columns().keySet())).containsExactly("user_id", "seen", "a");
    }

    @Test
    void hasADefaultForWhateverNeedNotBeSet() {
        PipelineConfig pipeline = load(SMALLEST);

        assertThat(pipeline)
                .isEqualTo(new PipelineConfig(
                        "user-events",
                        ZoneOffset.UTC,
                        new SourceConfig(
                                List.of("raw/date={date}/"),
                                SourceFormat.JSON,
                                "user_id STRING, event_time TIMESTAMP",
                                Map.of(),
                                Map.of()),
                        new QualityConfig(List.of(), new Limit(BigDecimal.valueOf(100), true)),
                        TelemetryConfig.OFF,
                        new DedupConfig(
                                List.of("user_id", "event_time"),
                                "event_time",
                                List.of(),
                                NullKey.QUARANTINE,
                                OnConflict.KEEP,
                                "clean/events",
                                365),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "_lakeproof/ledger",
                        "_lakeproof/quarantine",
                        S3Config.DEFAULT,
                        origins("""
                                pipeline 1
                                pipeline.name 1
                                source 2
                                source.path 3
                                source.format 4
                                source.schema 5
                                dedup 7
                                dedup.key 7
                                dedup.target 7
                                ledger 8
                                ledger.path 8
                                """)));
    }

    @Test
    void reportsEveryProblemAtOnceWithItsLineAndTheFix() {
        String text = """
                pipeline { name = "user events", zone = Mars/Phobos }
                source {
                  path = "raw/date={date}/"
                  format = jsn
                  schema = "a INT"
                  colums { a = b }
                }
                quality {
                  rules = [ { name = r, expr = "reflect('java.lang.System', 'exit')", when = x } ]
                  max-quarantined = many
                }
                dedup {
                  key = [user_id]
                  order = ["ingest_time downwards"]
                  retention = P1M
                }
                souce { }
                """;

        Failure.Configuration failure = refused(text);

        assertThat(failure).hasMessage("""
                        13 problems in the configuration:
                          events.conf: 1: pipeline.name = "user events": a name has 1 to 64 letters, digits, dots, underscores or hyphens
                          events.conf: 1: pipeline.zone = "Mars/Phobos": Unknown time-zone ID: Mars/Phobos
                          events.conf: 4: source.format = "jsn": not a format; known: json, csv, parquet, delta
                          events.conf: 6: source.colums is not a setting; did you mean columns? known here: columns, extra-column, format, max-line, on-extra, on-missing, options, path, schema
                          events.conf: 9: quality.rules[0].expr = "reflect('java.lang.System', 'exit')": "reflect" is refused, since it runs Java methods; an expression here is a function of one row (a column of that name: write it in backquotes)
                          events.conf: 9: quality.rules[0].when is not a setting; known here: expr, name
                          events.conf: 10: quality.max-quarantined = "many": write a share of the rows read, for example 1%, or a number of rows
                          events.conf: 13: dedup.key = [user_id] lacks the event time "event_time": rows of one key must share an event date; add it, or name the time column in dedup.event-time
                          events.conf: 14: dedup.order = "ingest_time downwards": write a column and asc or desc, for example "ingest_time desc"
                          events.conf: 12: dedup.target is missing
                          events.conf: 15: dedup.retention = "P1M": write whole days, for example P365D
                          events.conf: ledger.path is missing
                          events.conf: 17: souce is not a setting; did you mean source? known here: curate, dedup, features, ledger, lifecycle, pipeline, quality, quarantine, s3, source, telemetry""".stripIndent());
        assertThat(List.of(failure.exitCode(), failure.retry(), failure.kind(), failure.fix()))
                .containsExactly(
                        78,
                        Retry.NEVER,
                        "Configuration",
                        "Mend the lines named; `lakeproof config check --config FILE` checks again without running.");
    }

    @Test
    void namesEveryMissingSettingOfAnEmptyFile() {
        assertThat(refused("")).hasMessage("""
                        7 problems in the configuration:
                          events.conf: pipeline.name is missing
                          events.conf: source.path is missing or empty: name files, a folder or a glob, for example "raw/date={date}/"
                          events.conf: source.format is missing
                          events.conf: source.schema is missing: json needs its fields as DDL, for example "user_id STRING, event_time TIMESTAMP"
                          events.conf: dedup.key is missing or empty: name at least one column, for example [user_id, event_time]
                          events.conf: dedup.target is missing
                          events.conf: ledger.path is missing""");
    }

    /** Setting and value; what is said of it behind its name. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "pipeline.name=            | = \"\": a name has 1 to 64 letters, digits, dots, underscores or hyphens",
                "pipeline.name=ä           | = \"ä\": a name has 1 to 64 letters, digits, dots, underscores or hyphens",
                "pipeline.name=[a]         | = [\"a\"]: must be a text",
                "pipeline.zone=+25:00      | = \"+25:00\": Zone offset hours not in valid range: value 25 is not in the range -18 to 18",
                "pipeline.zone=Berlin      | = \"Berlin\": Unknown time-zone ID: Berlin",
                "source.path=              | is missing or empty: name files, a folder or a glob, for example \"raw/date={date}/\"",
                "source.path=[a,\" \"]     | is missing or empty: name files, a folder or a glob, for example \"raw/date={date}/\"",
                "source.path=[a,[b]]       | holds [\"b\"]: every element must be a text",
                "source.format=JSON        | = \"JSON\": not a format; known: json, csv, parquet, delta",
                "source.columns=x          | must be an object { … }",
                "source.columns.EVENT_DATE=b | is a name that Lakeproof uses itself; choose another",
                "source.columns._lakeproof_raw=b | is a name that Lakeproof uses itself; choose another",
                "source.columns.a={b=c}    | = {\"b\":\"c\"}: must be a text",
                "source.columns.a=         | = \"\": an SQL expression is needed",
                "source.columns.a=now()    | = \"now()\": \"now\" is refused, since it depends on when, where or how often it runs; an expression here is a function of one row (a column of that name: write it in backquotes)",
                "quality.rules=x           | must be a list [ { … }, … ]",
                "quality.rules=[x]         | holds \"x\": every element must be an object { … }",
                "quality.max-quarantined=-1 | = \"-1\": write a share of the rows read, for example 1%, or a number of rows",
                "quality.max-quarantined=x | = \"x\": write a share of the rows read, for example 1%, or a number of rows",
                "quality.max-quarantined=% | = \"%\": write a share of the rows read, for example 1%, or a number of rows",
                "dedup.key=[]              | is missing or empty: name at least one column, for example [user_id, event_time]",
                "dedup.key=user_id         | = [user_id] lacks the event time \"event_time\": rows of one key must share an event date; add it, or name the time column in dedup.event-time",
                "dedup.key=[event_time,a,a] | = [event_time, a, a] names a column twice",
                "dedup.order=a b c         | = \"a b c\": write a column and asc or desc, for example \"ingest_time desc\"",
                "dedup.target=             | = \"\": a path is needed, for example s3a://bucket/clean/events",
                "dedup.target=/            | = \"/\": a path is needed, for example s3a://bucket/clean/events",
                "dedup.retention=P0D       | = \"P0D\": write whole days, for example P365D",
                "dedup.retention=P-1D      | = \"P-1D\": write whole days, for example P365D",
                "dedup.retention=P1M       | = \"P1M\": write whole days, for example P365D",
                "dedup.retention=PT24H     | = \"PT24H\": Text cannot be parsed to a Period",
                "dedup.retention=30        | = \"30\": Text cannot be parsed to a Period",
                "ledger.path=clean/events/ | = \"clean/events\": ledger, quarantine and dedup.target must be three paths",
                "ledger.path=///           | = \"///\": a path is needed, for example s3a://bucket/clean/events",
            })
    void refusesAValueAndSaysWhy(String set, String problem) {
        String key = set.substring(0, set.indexOf('='));

        Failure.Configuration failure = refused(SMALLEST, set);

        assertThat(failure)
                .hasMessage(
                        "1 problem in the configuration:\n  --set %s: %s %s", key, key, problem == null ? "" : problem);
    }

    /** Where, the key, and what is known there. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "livecycle=1           | livecycle is not a setting; did you mean lifecycle? known here: curate, dedup, features, ledger, lifecycle, pipeline, quality, quarantine, s3, source, telemetry",
                "pipeline.zon=UTC      | pipeline.zon is not a setting; did you mean zone? known here: name, zone",
                "pipeline.Zone=UTC     | pipeline.Zone is not a setting; did you mean zone? known here: name, zone",
                "source.pth=a          | source.pth is not a setting; did you mean path? known here: columns, extra-column, format, max-line, on-extra, on-missing, options, path, schema",
                "quality.max-quarantine=1 | quality.max-quarantine is not a setting; did you mean max-quarantined? known here: expect, freshness, max-quarantined, min-rows, rules",
                "dedup.keys=a          | dedup.keys is not a setting; did you mean key? known here: anchor, event-time, future-tolerance, key, late, lateness, null-key, on-conflict, order, retention, target, windowed-target, within",
                "ledger.\"pa th\"=a    | ledger.\"pa th\" is not a setting; did you mean path? known here: path",
            })
    void refusesAnUnknownKeyAndNamesTheNearest(String set, String problem) {
        Failure.Configuration failure = refused(SMALLEST, set);

        assertThat(failure)
                .hasMessage(
                        "1 problem in the configuration:\n  --set %s: %s", set.substring(0, set.indexOf('=')), problem);
    }

    @Test
    void readsTelemetryAndTheAgeOfTheNewestEvent() {
        String text = SMALLEST + """
                quality { freshness { max = PT26H } }
                telemetry { emf = true, namespace = "Data/Lake", emf-file = "/var/log/m.json" }
                """;

        assertThat(load(text).telemetry())
                .isEqualTo(new TelemetryConfig(true, "Data/Lake", Optional.of("/var/log/m.json")));
        assertThat(load(text).quality().maxAge()).contains(Duration.ofHours(26));
        assertThat(load(text, "quality.freshness.max=P2D").quality().maxAge()).contains(Period.ofDays(2));
        assertThat(load(text).dedupDigest()).isEqualTo(load(SMALLEST).dedupDigest());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "quality.freshness.max=PT0S | quality.freshness.max = \"PT0S\": with nothing allowed no event is fresh; write for example PT26H",
                "quality.freshness.max=P1DT1H | quality.freshness.max = \"P1DT1H\": days and hours cannot be mixed; write calendar days as P30D, or a duration as PT36H",
                "telemetry.emf=yes | telemetry.emf = \"yes\": true or false",
                "telemetry.namespace=x | telemetry.namespace does nothing without telemetry.emf = true; delete it or set that",
                "telemetry.emf-file=x | telemetry.emf-file does nothing without telemetry.emf = true; delete it or set that",
            })
    void refusesTelemetryThatCannotBe(String set, String problem) {
        assertThat(refused(SMALLEST, set))
                .hasMessage(
                        "1 problem in the configuration:\n  --set %s: %s", set.substring(0, set.indexOf('=')), problem);
    }

    @Test
    void refusesOptionsOfAnotherFormatAndBadOptionsOfCsv() {
        assertThat(refused(SMALLEST, "source.options.separator=;"))
                .hasMessage("1 problem in the configuration:\n  --set source.options.separator:"
                        + " source.options.separator is not a setting; none is known here");
        assertThat(refused(
                        SMALLEST,
                        "source.format=csv",
                        "source.options.separator=ab",
                        "source.options.quote=",
                        "source.options.header=yes",
                        "source.options.delimiter=;"))
                .hasMessage("""
                        4 problems in the configuration:
                          --set source.options.header: source.options.header = "yes": true or false
                          --set source.options.quote: source.options.quote = "": one character
                          --set source.options.separator: source.options.separator = "ab": one character
                          --set source.options.delimiter: source.options.delimiter is not a setting; known here: escape, header, null-value, quote, separator, timestamp-format""");
    }

    @Test
    void wantsASchemaForTextAndNoneForFormatsThatCarryTheirOwn() {
        String noSchema = SMALLEST.replace("schema = \"user_id STRING, event_time TIMESTAMP\"", "");

        assertThat(refused(noSchema))
                .hasMessage(
                        "1 problem in the configuration:\n  events.conf: 2: source.schema is missing: json needs its"
                                + " fields as DDL, for example \"user_id STRING, event_time TIMESTAMP\"");
        assertThat(refused(SMALLEST, "source.format=parquet"))
                .hasMessage("1 problem in the configuration:\n  events.conf: 5: source.schema does nothing for parquet,"
                        + " which carries its own; delete it");
        assertThat(refused(noSchema, "source.format=delta"))
                .hasMessageContaining("a Delta table is named by its path, without {date} or wildcards");
        assertThat(load(noSchema, "source.format=delta", "source.path=raw").source())
                .isEqualTo(new SourceConfig(List.of("raw"), SourceFormat.DELTA, null, Map.of(), Map.of()));
    }

    @Test
    void refusesNamesThatCannotBeToldApart() {
        assertThat(refused(
                        SMALLEST,
                        "source.columns={user_id = a, USER_ID = b}",
                        "quality.rules=[{name=r,expr=a},{name=r,expr=b}]"))
                .hasMessage("""
                        2 problems in the configuration:
                          --set source.columns: 1: source.columns.user_id differs from USER_ID only in case, which Delta cannot store
                          --set quality.rules: 1: quality.rules[1].name = "r" is the name of an earlier rule too; reasons must be told apart""");
    }

    @Test
    void refusesAnUnnamedQuarantineThatFallsOnTheTarget() {
        assertThat(refused(SMALLEST, "dedup.target=_lakeproof/quarantine"))
                .hasMessage("1 problem in the configuration:\n  events.conf: 8: ledger.path = \"_lakeproof/ledger\":"
                        + " ledger, quarantine and dedup.target must be three paths");
    }

    @Test
    void namesTheLineOfASyntaxError() {
        Failure.Configuration failure = refused("pipeline { name = a }\nsource {\n  path = [a\n}\n");

        assertThat(failure)
                .hasMessageStartingWith("the configuration cannot be read: events.conf: 4: ")
                .extracting(Failure::fix)
                .isEqualTo(
                        "Mend the HOCON at the line named (https://github.com/lightbend/config/blob/main/HOCON.md).");
    }

    @Test
    void resolvesSubstitutionsAndNamesTheLineOfOneThatItCannot() {
        String text = SMALLEST + "base = \"/data\"\n";
        String based = SMALLEST.replace("\"clean/events\"", "${pipeline.name}\"/events\"");

        assertThat(load(based).dedup().target()).isEqualTo("user-events/events");
        assertThat(load(SMALLEST, "dedup.order=[${pipeline.name}]").dedup().order())
                .containsExactly(new OrderColumn("user-events", false));
        assertThat(load(based, "pipeline.name=other").dedup().target()).isEqualTo("other/events");
        assertThat(refused(based.replace("${pipeline.name}", "${nowhere.at.all}")))
                .hasMessage(
                        "the configuration cannot be read: events.conf: 7: Could not resolve substitution to a value:"
                                + " ${nowhere.at.all}");
        assertThat(refused(text))
                .hasMessage(
                        "1 problem in the configuration:\n  events.conf: 9: base is not a setting; known here: curate, dedup,"
                                + " features, ledger, lifecycle, pipeline, quality, quarantine, s3, source, telemetry");
    }

    @Test
    void setOverridesTextsAndListsAndTheLastWins() {
        PipelineConfig pipeline = load(
                SMALLEST,
                "pipeline.name = other ",
                "dedup.key=[\"a b\", event_time]",
                "source.path=\"x=y\"",
                "dedup.target=/a=b",
                "dedup.target=/c=d",
                "source.schema=a INT, b STRUCT<c: INT>");

        assertThat(pipeline.name()).isEqualTo("other");
        assertThat(pipeline.dedup())
                .isEqualTo(new DedupConfig(
                        List.of("a b", "event_time"),
                        "event_time",
                        List.of(),
                        NullKey.QUARANTINE,
                        OnConflict.KEEP,
                        "/c=d",
                        365));
        assertThat(pipeline.source())
                .isEqualTo(new SourceConfig(
                        List.of("x=y"), SourceFormat.JSON, "a INT, b STRUCT<c: INT>", Map.of(), Map.of()));
        assertThat(pipeline.origins()).containsEntry("dedup.target", "--set dedup.target");
        assertThat(pipeline.problem("dedup.target", "is odd", "Mend it."))
                .hasMessage("--set dedup.target: dedup.target is odd");
        assertThat(pipeline.problem("dedup.event-time", "is odd", "Mend it.")).hasMessage("dedup.event-time is odd");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dedup.target  | --set dedup.target is not of the form key=value | Write for example --set dedup.target=/data/clean",
                "=x            | --set =x is not of the form key=value           | Write for example --set dedup.target=/data/clean",
            })
    void refusesASetThatIsNoSetting(String set, String message, String fix) {
        Failure.Usage failure = catchThrowableOfType(Failure.Usage.class, () -> load(SMALLEST, set));

        assertThat(failure).hasMessage(message);
        assertThat(List.of(failure.exitCode(), failure.fix())).containsExactly(64, fix);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a..b=x", "dedup.key=[a", "dedup.key={", "dedup.key=\"a"})
    void refusesASetThatIsNoHocon(String set) {
        Failure.Usage failure = catchThrowableOfType(Failure.Usage.class, () -> load(SMALLEST, set));

        assertThat(failure).hasMessageStartingWith("--set " + set + ": ");
        assertThat(List.of(failure.exitCode(), failure.fix()))
                .containsExactly(64, "Write key=value, a list as key=[\"a\",\"b\"]");
    }

    private static PipelineConfig load(String text, String... sets) {
        return ConfigLoader.load("events.conf", text, List.of(sets));
    }

    private static Failure.Configuration refused(String text, String... sets) {
        return catchThrowableOfType(Failure.Configuration.class, () -> load(text, sets));
    }

    /** Lines of a key and the number of its line. */
    private static Map<String, String> origins(String lines) {
        return lines.lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(pair -> pair[0], pair -> "events.conf: " + pair[1]));
    }
}
