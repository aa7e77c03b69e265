package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import io.lakeproof.run.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest extends SparkTest {
    private static final Instant NOW = Instant.parse("2024-11-22T10:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a command line ended with. */
    private record Ended(int code, String out, String err) {
        String lastLine() {
            return out.lines().reduce("", (a, b) -> b);
        }

        Map<String, Object> result() {
            assertThat(lastLine()).startsWith("RESULT {");
            return json(lastLine().substring("RESULT ".length()));
        }

        Object error(String field) {
            return ((Map<?, ?>) result().get("error")).get(field);
        }
    }

    /** The session of the tests; counts how often it was asked for. */
    private final class TestSession implements SessionSource {
        private int opened;

        @Override
        public SparkSession open() {
            opened++;
            return spark();
        }

        @Override
        public void close() {}
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--version",
                "-V",
                "dedup --help",
                "verify --help",
                "diff --help",
                "lineage --help",
                "lineage show --help",
                "lineage export --help",
                "drill --help",
                "config --help",
                "config check --help",
                "config explain --help",
                "quarantine --help",
                "quarantine report --help",
                "quarantine requeue --help",
            })
    void helpAndVersionAreNoRuns(String args) {
        Ended ended = run(args.split(" ", -1));

        assertThat(ended.code()).isZero();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isNotBlank().doesNotContain("RESULT {\"");
    }

    @Test
    void theVersionNamesWhatItRunsOn() {
        assertThat(run("--version").out())
                .matches("lakeproof \\Q" + Version.NUMBER + "\\E, commit (unknown|[0-9a-f]{40}[+]?)\n"
                        + "Spark [34][.][0-9.]+, Scala 2[.]1[23][.][0-9]+, Delta [34][.][0-9.]+, Hadoop 3[.][0-9.]+, Java \\Q"
                        + Runtime.version() + "\\E\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                          | lakeproof | a command is missing | `lakeproof --help` lists what there is.",
                "dedpu                       | lakeproof | Unmatched argument at index 0: 'dedpu' | Did you mean dedup? `lakeproof --help` lists what there is.",
                "dedup                       | dedup | Missing required option: '--config=FILE' | `lakeproof dedup --help` lists what there is.",
                "dedup --config              | dedup | Missing required parameter for option '--config' (FILE) | `lakeproof dedup --help` lists what there is.",
                "dedup --config=a --dry      | dedup | Unknown option: '--dry' | Did you mean --dry-run? `lakeproof dedup --help` lists what there is.",
                "dedup --config=a b          | dedup | Unmatched argument at index 2: 'b' | `lakeproof dedup --help` lists what there is.",
                "dedup --config=a --from=2024-13-45 | dedup | Invalid value for option '--from': cannot convert '2024-13-45' to class java.time.LocalDate (java.time.format.DateTimeParseException: Text '2024-13-45' could not be parsed: Invalid value for MonthOfYear (valid values 1 - 12): 13) | `lakeproof dedup --help` lists what there is.",
                "dedup --config=a --from=    | dedup | Invalid value for option '--from': cannot convert '' to class java.time.LocalDate (java.time.format.DateTimeParseException: Text '' could not be parsed at index 0) | `lakeproof dedup --help` lists what there is.",
                "dedup --config=a --from=2024-01-01 --from=2024-01-02 | dedup | option '--from' (DATE) should be specified only once | `lakeproof dedup --help` lists what there is.",
                "verify --config=a --version=x | verify | Invalid value for option '--version': 'x' is not a long | `lakeproof verify --help` lists what there is.",
                "verify --config=a --level=rows | verify | Invalid value for option '--level': expected one of [LOG, BYTES, CONTENT] (case-insensitive) but was 'rows' | `lakeproof verify --help` lists what there is.",
                "lineage                     | lineage | lineage needs a command: show or export | `lakeproof lineage --help` lists what there is.",
                "config                      | config | config needs a command: check or explain | `lakeproof config --help` lists what there is.",
                "quarantine                  | quarantine | quarantine needs a command: report or requeue | `lakeproof quarantine --help` lists what there is.",
                "quarantine report --config=a --limit=x | quarantine report | Invalid value for option '--limit': 'x' is not an int | `lakeproof quarantine report --help` lists what there is.",
                "lineage sho                 | lineage | Unmatched argument at index 1: 'sho' | Did you mean show? `lakeproof lineage --help` lists what there is.",
                "lineage export --config=a   | lineage export | Missing required option: '--to=URI' | `lakeproof lineage export --help` lists what there is.",
                "drill --config=a --pin=x    | drill | Missing required option: '--scratch=PATH' | `lakeproof drill --help` lists what there is.",
                "config check                | config check | Missing required option: '--config=FILE' | `lakeproof config check --help` lists what there is.",
            })
    void aWrongCommandLineIs64AndSaysHowItIsWritten(String args, String command, String message, String fix) {
        Ended ended =
                run(Stream.of(args.split(" ", -1)).filter(arg -> !arg.isEmpty()).toArray(String[]::new));

        assertThat(ended.code()).isEqualTo(64);
        assertThat(ended.err()).isEqualTo("error: " + message + "\nfix:   " + fix + "\n");
        assertThat(ended.out().lines()).hasSize(1);
        assertThat(ended.result())
                .isEqualTo(failed(ended, command, command.split(" ", 2)[0], "Usage", 64, Retry.NEVER, message, fix));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nowhere.conf |                 | 64 | Usage | nowhere.conf: there is no such file | Name an existing file with --config.",
                "CONF | --from=2024-11-07 --to=2024-11-03 | 64 | Usage | --from 2024-11-07 is after --to 2024-11-03 | Swap the two dates.",
                "CONF | --set=x | 64 | Usage | --set x is not of the form key=value | Write for example --set dedup.target=/data/clean",
                "CONF | --set=source.path=/nowhere | 66 | InputMissing | no input: /nowhere matches nothing | Wait for the files, or mend source.path.",
                "CONF | --from=2030-01-01 | 66 | InputMissing | no input: ROOT/test-data/events/date={date}/ has no files for 2030-01-01.. | Wait for the files, or mend source.path or --from and --to.",
                "CONF | --set=dedup.target= | 78 | Configuration | '1 problem in the configuration:\n  --set dedup.target: dedup.target = \"\": a path is needed, for example s3a://bucket/clean/events' | Mend the lines named; `lakeproof config check --config FILE` checks again without running.",
            })
    void aRunThatCannotStartSaysWhy(String config, String args, int code, String kind, String message, String fix)
            throws IOException {
        List<String> line = new ArrayList<>(dedup(config.equals("CONF") ? sample() : config));
        Stream.of((args == null ? "" : args).split(" ", -1))
                .filter(arg -> !arg.isEmpty())
                .forEach(line::add);
        String said = message.replace("ROOT", ROOT.toString());

        Ended ended = run(line.toArray(String[]::new));

        assertThat(ended.err()).isEqualTo("error: " + said + "\nfix:   " + fix + "\n");
        assertThat(List.of(ended.code(), ended.error("exitCode"), ended.error("kind"), ended.error("message")))
                .containsExactly(code, code, kind, said);
        assertThat(ended.result().get("runId")).isEqualTo("r1");
        assertThat(folder.resolve("clean")).doesNotExist();
    }

    static List<Arguments> failures() {
        return List.of(
                Arguments.of(new Failure.Usage("p", "f"), 64, "Usage", Retry.NEVER),
                Arguments.of(new Failure.DataGate("p", "f"), 65, "DataGate", Retry.NEVER),
                Arguments.of(new Failure.InputMissing("p", "f"), 66, "InputMissing", Retry.SAFE),
                Arguments.of(new Failure.Integrity("p", "f"), 74, "Integrity", Retry.NEVER),
                Arguments.of(new Failure.Conflict("p", "f"), 75, "Conflict", Retry.SAFE),
                Arguments.of(
                        new Failure.Conflict(Retry.VERIFY_FIRST, "p", "f", null), 75, "Conflict", Retry.VERIFY_FIRST),
                Arguments.of(new Failure.AccessDenied("p", "f", null), 77, "AccessDenied", Retry.NEVER),
                Arguments.of(new Failure.Configuration("p", "f"), 78, "Configuration", Retry.NEVER),
                Arguments.of(new RuntimeException(new Failure.Conflict("p", "f")), 75, "Conflict", Retry.SAFE));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureHasItsExitCode(RuntimeException failure, int code, String kind, Retry retry) throws IOException {
        Ended ended = runJob(failure);

        assertThat(ended.code()).isEqualTo(code);
        assertThat(ended.err()).isEqualTo("error: p\nfix:   f\n");
        assertThat(ended.result()).isEqualTo(failed(ended, "test job", "test", kind, code, retry, "p", "f"));
    }

    @Test
    void whatNobodyForesawIsABugWithItsStackTrace() throws IOException {
        Ended ended = runJob(new IllegalStateException("rows do not add up"));

        assertThat(ended.code()).isEqualTo(70);
        assertThat(ended.err())
                .startsWith("error: this is a bug; please report it with this stack trace\n"
                        + "java.lang.IllegalStateException: rows do not add up\n\tat ");
        assertThat(ended.result())
                .isEqualTo(failed(
                        ended,
                        "test job",
                        "test",
                        "IllegalStateException",
                        70,
                        Retry.VERIFY_FIRST,
                        "rows do not add up",
                        "This is a bug: run again with --verbose and report the stack trace."));
    }

    @Test
    void theResultFileHoldsTheResultLineWhateverTheOutcome() throws IOException {
        Path file = folder.resolve("deep/er/result.json");

        Ended misused = run("dedup", "--result", file.toString());
        String ofMisuse = Files.readString(file);
        Ended failed = run(with(dedup(sample()), "--set=source.path=/nowhere", "--result=" + file));
        String ofFailure = Files.readString(file);
        Ended checked = run("config", "check", "--config", sample(), "--result", file.toString());
        String ofSuccess = Files.readString(file);

        assertThat(List.of(misused.code(), failed.code(), checked.code())).containsExactly(64, 66, 0);
        assertThat("RESULT " + ofMisuse).isEqualTo(misused.lastLine() + "\n");
        assertThat("RESULT " + ofFailure).isEqualTo(failed.lastLine() + "\n");
        assertThat("RESULT " + ofSuccess).isEqualTo(checked.lastLine() + "\n");
    }

    @Test
    void aResultThatCannotBeWrittenIsAFailureUnlessTheRunHadFailed() throws IOException {
        Path inAFile = Files.writeString(folder.resolve("file"), "").resolve("result.json");

        Ended checked = run("config", "check", "--config", sample(), "--result", inAFile.toString());
        Ended failed = run(with(dedup(sample()), "--set=source.path=/nowhere", "--result=" + inAFile));

        assertThat(checked.code()).isEqualTo(77);
        assertThat(checked.err())
                .startsWith("error: the result cannot be written to " + inAFile + ": ")
                .contains("\nfix:   ");
        assertThat(List.of(
                        checked.result().get("outcome"),
                        checked.error("kind"),
                        checked.error("retry"),
                        checked.error("fix")))
                .containsExactly(
                        "FAILED",
                        "AccessDenied",
                        "NEVER",
                        "Name a place that the job may write; running again replays.");
        assertThat((String) checked.error("message"))
                .startsWith("the run ended as DONE, but --result " + inAFile + " cannot be written: ");
        assertThat(List.of(failed.code(), failed.error("kind"))).containsExactly(66, "InputMissing");
        assertThat(failed.err())
                .startsWith(
                        "error: no input: /nowhere matches nothing\nfix:   Wait for the files, or mend source.path.\n"
                                + "error: the result cannot be written to " + inAFile + ": ");
    }

    @ParameterizedTest
    @CsvSource({"nofs://x/result.json", "''"})
    void aResultThatIsNoPlaceIsAFailureToo(String uri) throws IOException {
        Ended checked = run("config", "check", "--config", sample(), "--result=" + uri);

        assertThat(List.of(checked.code(), checked.error("kind"))).containsExactly(77, "AccessDenied");
    }

    @Test
    void noCommandStartsSparkBeforeItsConfigurationIsRight() throws IOException {
        TestSession session = new TestSession();
        String[] wrong = with(dedup(sample()), "--set=dedup.target=");

        run(session, wrong);
        run(session, "verify", "--config", sample(), "--set=dedup.target=");
        run(session, "--help");

        assertThat(session.opened).isZero();
    }

    @Test
    void checkReportsAConfigurationAndItsExpressions() throws IOException {
        Ended good = run("config", "check", "--config", sample(), "--run-id=r1");
        Ended bad = run("config", "check", "--config", sample(), "--set=quality.rules=[{name=r,expr=\"vlaue > 1\"}]");

        assertThat(good.err()).isEmpty();
        assertThat(good.out().lines().toList())
                .containsExactly("config       " + sample() + ": OK", "done         in 0.0 s", good.lastLine());
        Map<String, Object> expected = result("config check", "config", "r1", "DONE", 0);
        expected.put("target", folder + "/clean/events");
        assertThat(good.result()).isEqualTo(expected);
        assertThat(bad.code()).isEqualTo(78);
        assertThat(bad.err())
                .startsWith("error: --set quality.rules: 1: quality.rules[0].expr = \"vlaue > 1\": [UNRESOLVED_COLUMN");
    }

    /** One table through its life: planned, loaded, loaded again, verified, shown, spoilt. */
    @Test
    void loadsReplaysVerifiesAndShowsTheSample() throws IOException {
        Map<?, ?> golden =
                JSON.readValue(ROOT.resolve("test-data/goldens/events.json").toFile(), Map.class);
        String conf = sample();
        Path nothing = folder.resolve("clean");

        Ended planned = run(with(dedup(conf), "--dry-run"));

        assertThat(planned.code()).isZero();
        assertThat(planned.result()).containsEntry("outcome", "DONE").containsEntry("counts", null);
        assertThat(planned.out())
                .contains("target       " + folder + "/clean/events, not there yet: it will be created\n")
                .contains("dry run: nothing was written\n");
        assertThat(nothing).doesNotExist();
        assertThat(folder.resolve("_lakeproof")).doesNotExist();

        Ended loaded = run(with(dedup(conf)));

        assertThat(loaded.err()).isEmpty();
        assertThat(loaded.code()).isZero();
        Map<String, Object> expected = result("dedup", "dedup", "r1", "COMMITTED", 0);
        expected.put("runKey", planned.result().get("runKey"));
        expected.put("scope", scope(golden));
        expected.put("target", folder + "/clean/events");
        expected.put("versionBefore", -1);
        expected.put("versionAfter", 0);
        expected.put("digest", golden.get("digest"));
        expected.put("counts", golden.get("counts"));
        assertThat(loaded.result()).isEqualTo(expected);

        Ended again = run(with(dedup(conf), "--run-id=r2"));

        expected.put("runId", "r2");
        expected.put("outcome", "REPLAYED");
        expected.put("versionBefore", 0);
        assertThat(again.result()).isEqualTo(expected);
        assertThat(again.out()).contains("replayed     run r1 had done the same work; nothing was written\n");

        Ended verified = run("verify", "--config", conf, "--run-id=r3");

        Map<String, Object> ofVerify = result("verify", "verify", "r3", "DONE", 0);
        ofVerify.put("runKey", expected.get("runKey"));
        ofVerify.put("target", folder + "/clean/events");
        ofVerify.put("versionAfter", 0);
        ofVerify.put("digest", golden.get("digest"));
        assertThat(verified.result()).isEqualTo(ofVerify);
        assertThat(verified.out()).contains("verified     " + folder + "/clean/events, version 0: OK\n");

        Ended ofNoVersion = run("verify", "--config", conf, "--version=99");

        assertThat(ofNoVersion.code()).isEqualTo(64);
        assertThat(ofNoVersion.err())
                .isEqualTo("error: there is no version 99 of " + folder + "/clean/events\n"
                        + "fix:   Versions go from 0 to 0; `lakeproof lineage show` lists the sealed ones.\n");

        Ended shown = run("lineage", "show", "--config", conf, "--run-id=r4");
        Ended whole = run("lineage", "show", "--config", conf, "--version=0");

        assertThat(List.of(shown.code(), whole.code())).containsExactly(0, 0);
        assertThat(shown.result()).containsEntry("digest", golden.get("digest")).containsEntry("outcome", "DONE");
        assertThat(shown.out())
                .contains("└─ version 0  COMMITTED  2024-11-22T10:00:00Z  digest "
                        + ((String) golden.get("digest")).substring(0, 12))
                .contains("   ├─ run     dedup r1, key ")
                .contains("chain        intact, 1 seals\n");
        assertThat(whole.out())
                .contains("file:" + ROOT + "/test-data/events/date=2024-11-03/part-0.json")
                .contains((String) golden.get("digest"));

        Ended gated =
                run(with(dedup(conf), "--set=quality.max-quarantined=0", "--set=dedup.order=[\"ingest_time asc\"]"));

        assertThat(gated.code()).isEqualTo(65);
        assertThat(gated.err())
                .startsWith("error: 78 of 5132 rows were refused {duplicate_field=3, invalid_time=7, invalid_utf8=6,"
                        + " malformed=19, null_key=13, number_out_of_range=4, rule:value_range=19, type_mismatch=7}, more than"
                        + " quality.max-quarantined = 0 rows; nothing was published but the quarantine\nfix:   Look at "
                        + folder + "/_lakeproof/quarantine where run_key = '");

        spark().read()
                .format("delta")
                .load(folder + "/clean/events")
                .limit(1)
                .write()
                .format("delta")
                .mode("append")
                .save(folder + "/clean/events");
        Ended spoilt = run("verify", "--config", conf);

        assertThat(List.of(spoilt.code(), spoilt.error("kind"))).containsExactly(74, "Integrity");
        assertThat(spoilt.err())
                .startsWith("error: version 1 of " + folder
                        + "/clean/events is not what seal 1 of version 0 says; 1 difference:\n" + "  event_date=");
    }

    private static Map<String, Object> scope(Map<?, ?> golden) {
        List<String> dates = ((List<?>) golden.get("partitions"))
                .stream()
                        .map(partition ->
                                ((String) ((Map<?, ?>) partition).get("path")).substring("event_date=".length()))
                        .sorted()
                        .toList();
        Map<String, Object> scope = new LinkedHashMap<>();
        scope.put("from", null);
        scope.put("to", null);
        scope.put("model", null);
        scope.put("dates", dates.size());
        scope.put("firstDate", dates.get(0));
        scope.put("lastDate", dates.get(dates.size() - 1));
        return scope;
    }

    /** The documented fields, all of them, of a run that knows no more than its command. */
    private static Map<String, Object> result(String command, String job, Object runId, String outcome, int exitCode) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("schemaVersion", 1);
        fields.put("command", command);
        fields.put("job", job);
        fields.put("runId", runId);
        fields.put("runKey", null);
        fields.put("outcome", outcome);
        fields.put("exitCode", exitCode);
        fields.put("scope", null);
        fields.put("target", null);
        fields.put("versionBefore", null);
        fields.put("windowed", null);
        fields.put("exported", null);
        fields.put("drill", null);
        fields.put("retained", null);
        fields.put("lifecycle", null);
        fields.put("doctor", null);
        fields.put("differences", null);
        fields.put("versionAfter", null);
        fields.put("digest", null);
        fields.put("counts", null);
        fields.put("durationMs", 0);
        fields.put("error", null);
        return fields;
    }

    private static Map<String, Object> failed(
            Ended ended,
            String command,
            String job,
            String kind,
            int exitCode,
            Retry retry,
            String message,
            String fix) {
        Map<String, Object> fields = result(command, job, ended.result().get("runId"), "FAILED", exitCode);
        fields.put(
                "error",
                Map.of("kind", kind, "exitCode", exitCode, "retry", retry.name(), "message", message, "fix", fix));
        return fields;
    }

    /** conf/sample.conf with its data where it is and its tables in the folder of this test. */
    private String sample() throws IOException {
        String text = Files.readString(ROOT.resolve("conf/sample.conf"));
        Path conf = folder.resolve("sample.conf");
        Files.writeString(conf, text.replace("test-data/", ROOT + "/test-data/").replace("out/sample/", folder + "/"));
        return conf.toString();
    }

    private static List<String> dedup(String conf) {
        return List.of("dedup", "--config", conf, "--run-id=r1");
    }

    /** The options behind the line; a second --run-id takes the place of the first. */
    private static String[] with(List<String> line, String... options) {
        List<String> all = new ArrayList<>(line);
        if (Arrays.stream(options).anyMatch(option -> option.startsWith("--run-id="))) {
            all.removeIf(option -> option.startsWith("--run-id="));
        }
        all.addAll(List.of(options));
        return all.toArray(String[]::new);
    }

    private Ended run(String... args) {
        return run(new TestSession(), args);
    }

    private static Ended run(SessionSource session, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = launcher(out, err, session).run(args);
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Ended runJob(RuntimeException failure) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CommonOptions options = new CommonOptions();
        options.config = sample();
        int code = launcher(out, err, new TestSession()).run("test job", options, (facts, pipeline) -> {
            throw failure;
        });
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Launcher launcher(ByteArrayOutputStream out, ByteArrayOutputStream err, SessionSource session) {
        return new Launcher(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Clock.fixed(NOW, ZoneOffset.UTC),
                session);
    }

    private static Map<String, Object> json(String text) {
        try {
            return JSON.readValue(text, new TypeReference<>() {});
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
