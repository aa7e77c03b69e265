package io.lakeproof.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts against commands and a server that record what they are asked, and answer as told. */
@Tag("long")
class SubmitScriptsTest {
    private static final Path ROOT = Path.of(System.getProperty("lakeproof.root"));
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Arguments that a shell, JSON or a split at spaces would spoil. */
    private static final List<String> ARGUMENTS = List.of(
            "dedup",
            "--config",
            "s3://bucket/a b.conf",
            "--set",
            "quality.rules=[{name=r,expr=\"page <> 'it''s' and value > 1e3\"}]",
            "--set=x=$(touch /tmp/never) `id` \\ \\n & | ; * ? !",
            "--set",
            "y=grün\ttab\nline",
            "");

    private static final String DONE =
            "{\"schemaVersion\":1,\"runId\":\"a{b\",\"outcome\":\"REPLAYED\",\"exitCode\":0,\"error\":null}";
    private static final String MISSING = "{\"schemaVersion\":1,\"runId\":\"r\",\"outcome\":\"FAILED\",\"exitCode\":66,"
            + "\"error\":{\"exitCode\":66,\"message\":\"no \\\"x\\\" in {y}\\nnor {z}\"}}";

    /** Records its arguments, each ended by a zero byte, in a new file; answers from files beside it. */
    private static final String FAKE = """
        #!/usr/bin/env bash
        here=$(dirname "$0")
        printf '%s\\0' "$(basename "$0")" "$@" >"$here/calls/$(find "$here/calls" -type f | wc -l)"
        case " $* " in
          *' add-steps '*) echo s-1 ;;
          *' start-job-run '*) echo run-1 ;;
          *' describe-step '* | *' get-job-run '*)
            head -n 1 "$here/states"
            if [ "$(wc -l <"$here/states")" -gt 1 ]; then sed -i 1d "$here/states"; fi ;;
          *' s3 cp '*) cat "$here/result" ;;
        esac
        """;

    @TempDir
    private Path folder;

    @BeforeEach
    void fakes() throws IOException {
        Files.createDirectories(folder.resolve("bin/calls"));
        for (String name : List.of("aws", "spark-submit")) {
            Path fake = Files.writeString(folder.resolve("bin").resolve(name), FAKE);
            assertThat(fake.toFile().setExecutable(true)).isTrue();
        }
    }

    static List<List<String>> services() {
        return List.of(
                List.of("emr.sh", "--cluster-id", "j-1", "--jar", "s3://bucket/l.jar", "--results", "s3://bucket/r/"),
                List.of(
                        "emr-serverless.sh",
                        "--application-id",
                        "00f1",
                        "--role",
                        "arn:aws:iam::1:role/x",
                        "--jar",
                        "s3://bucket/l.jar",
                        "--results",
                        "s3://bucket/r"));
    }

    @ParameterizedTest
    @MethodSource("services")
    void argumentsReachTheServiceAsTheyAreAndTheDryRunPrintsThatCall(List<String> script) throws Exception {
        Files.writeString(folder.resolve("bin/states"), "PENDING\nRUNNING\nCOMPLETED\nSUCCESS\n");
        Files.writeString(folder.resolve("bin/result"), DONE);

        Ran real = run(script, List.of("--region", "eu-west-1", "--poll", "0.01"), ARGUMENTS);

        assertThat(real.code()).as(real.err()).isZero();
        assertThat(real.out()).isEqualTo("RESULT " + DONE + "\n");
        List<String> call = calls().get(0);
        List<String> arguments = sparkArguments(call);
        assertThat(call).startsWith("aws", "--region", "eu-west-1");
        assertThat(arguments.subList(0, arguments.size() - 1)).endsWith(ARGUMENTS.toArray(String[]::new));
        String result = arguments.get(arguments.size() - 1);
        assertThat(result).matches("--result s3://bucket/r/\\S+\\.json");
        assertThat(calls().get(calls().size() - 1)).contains("cp", result.substring("--result ".length()));

        Ran planned = run(script, List.of("--region", "eu-west-1", "--dry-run"), ARGUMENTS);
        List<List<String>> before = calls();
        shell(planned.out());

        assertThat(planned.out().lines().count()).isEqualTo(1);
        List<String> printed = calls().get(before.size());
        assertThat(withoutResult(printed)).isEqualTo(withoutResult(call));
    }

    @ParameterizedTest
    @MethodSource("services")
    void theExitCodeIsThatOfTheResult(List<String> script) throws Exception {
        Files.writeString(folder.resolve("bin/states"), "FAILED\n");
        Files.writeString(folder.resolve("bin/result"), MISSING);

        Ran missing = run(script, List.of("--poll", "0.01"), ARGUMENTS);

        assertThat(List.of(missing.code(), missing.out())).containsExactly(66, "RESULT " + MISSING + "\n");

        Files.delete(folder.resolve("bin/result"));
        Ran lost = run(script, List.of("--poll", "0.01"), ARGUMENTS);

        assertThat(lost.code()).isEqualTo(75);
        assertThat(lost.err()).contains("error: the run ended as FAILED and left no RESULT\nfix:   ");
    }

    @ParameterizedTest
    @MethodSource("services")
    void aSignalCancelsTheRun(List<String> script) throws Exception {
        Files.writeString(folder.resolve("bin/states"), "RUNNING\n");

        try (RunningProcess run = start(script, List.of("--poll", "60"), ARGUMENTS)) {
            run.await("the first look", () -> calls().size() >= 2);
            run.terminate();

            assertThat(run.exitCode()).isEqualTo(143);
            assertThat(String.join(" ", calls().get(calls().size() - 1))).containsPattern("cancel-(steps|job-run) ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "emr.sh | --jar s3://b/l.jar --results s3://b/r dedup | --cluster-id is missing",
                "emr.sh | --cluster-id j-1 --jar s3://b/l.jar --results s3a://b/r dedup | --results s3a://b/r is not"
                        + " of the form s3://bucket/folder",
                "emr.sh | --cluster-id j-1 --jar s3://b/l.jar --results s3://b/r dedup --result x | --result is chosen"
                        + " by this script, a new file for each run",
                "emr.sh | --cluster | --cluster needs a value",
                "emr-serverless.sh | --cluster-id j-1 dedup | --cluster-id is not an option of this script",
                "emr-serverless.sh | --conf spark.x=a\tb | --conf spark.x=a\tb has white space in it, which EMR"
                        + " Serverless splits",
                "databricks.sh | --jar x dedup | there is no cluster",
                "databricks.sh | --cluster-id c --jar x | there is no Lakeproof command",
                "spark-submit.sh | --deploy-mode cluster dedup --config x | in cluster mode the exit code is not"
                        + " Lakeproof's",
                "spark-submit.sh | --delta maybe dedup | --delta maybe is neither packages nor provided",
                "spark-submit.sh | --jar /nowhere.jar | there is no Lakeproof command",
            })
    void aWrongCallIs64AndCallsNothing(String script, String arguments, String problem) throws Exception {
        Ran ran = run(List.of(script), List.of(arguments.split(" ", -1)), List.of());

        assertThat(ran.code()).isEqualTo(64);
        assertThat(ran.err()).startsWith("error: " + problem + "\nfix:   ");
        assertThat(calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark-submit.sh", "emr.sh", "emr-serverless.sh", "databricks.sh"})
    void helpIsTheCommentAtTheTop(String script) throws Exception {
        Ran ran = run(List.of(script), List.of("--help"), List.of());

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("  scripts/submit/" + script + " [options] COMMAND", "--dry-run");
    }

    @Test
    void sparkSubmitTakesTheDeltaThatTheBuildUses() throws Exception {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        Path jar = Files.writeString(folder.resolve("l.jar"), "");
        List<String> options = List.of("--jar", jar.toString(), "--master", "spark://h:1", "--packages", "a:b:1");

        for (String line : List.of("4.0", "3.5")) {
            Ran ran = run(Map.of("LAKEPROOF_SPARK", line), List.of("spark-submit.sh"), options, ARGUMENTS);

            assertThat(ran.code()).as(ran.err()).isZero();
            String scala = line.equals("4.0") ? "2.13" : "2.12";
            String version = line.equals("4.0") ? first(pom, "delta.version") : last(pom, "delta.version");
            List<String> expected = new ArrayList<>(List.of(
                    "spark-submit",
                    "--master",
                    "spark://h:1",
                    "--deploy-mode",
                    "client",
                    "--packages",
                    "io.delta:delta-spark_" + scala + ":" + version + ",a:b:1",
                    "--conf",
                    "spark.yarn.maxAppAttempts=1",
                    "--class",
                    "io.lakeproof.cli.Lakeproof",
                    jar.toString()));
            expected.addAll(ARGUMENTS);
            assertThat(calls().get(calls().size() - 1)).isEqualTo(expected);
        }
    }

    @Test
    void shellcheckFindsNothing() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "shellcheck"))),
                "shellcheck is not installed");
        try (RunningProcess check = RunningProcess.start(
                folder.resolve("shellcheck"),
                ROOT,
                Map.of(),
                List.of("bash", "-c", "shellcheck -x -P . scripts/submit/*.sh"))) {
            assertThat(check.exitCode()).as(check.out()).isZero();
        }
    }

    @Test
    void databricksGetsTheArgumentsAndGivesTheResultOfTheLog() throws Exception {
        try (DatabricksStub server = new DatabricksStub(List.of("PENDING", "RUNNING", "TERMINATED"), "FAILED")) {
            server.logs("read 5 rows\nRESULT " + MISSING + "\n");
            List<String> options = List.of(
                    "--cluster-id", "1124-a", "--jar", "/Volumes/m/t/l.jar", "--token-key", "k-1", "--poll", "0.01");

            Ran ran = run(server.environment(), List.of("databricks.sh"), options, ARGUMENTS);

            assertThat(List.of(ran.code(), ran.out())).as(ran.err()).containsExactly(66, "RESULT " + MISSING + "\n");
            JsonNode body = server.bodies().get(0);
            JsonNode task = body.at("/tasks/0");
            assertThat(JSON.convertValue(task.at("/spark_jar_task/parameters"), new TypeReference<List<String>>() {}))
                    .isEqualTo(ARGUMENTS);
            assertThat(List.of(
                            body.path("idempotency_token").asText(),
                            task.path("existing_cluster_id").asText(),
                            task.at("/libraries/0/jar").asText(),
                            task.at("/spark_jar_task/main_class_name").asText()))
                    .containsExactly("k-1", "1124-a", "/Volumes/m/t/l.jar", "io.lakeproof.cli.Lakeproof");
            assertThat(server.tokens()).containsOnly("Bearer secret");
            assertThat(server.outputOf()).isEqualTo("22");

            Ran planned = run(server.environment(), List.of("databricks.sh"), with(options, "--dry-run"), ARGUMENTS);
            assertThat(planned.out())
                    .startsWith("curl -X POST ")
                    .contains("Bearer ***")
                    .doesNotContain("secret");
        }
    }

    @Test
    void databricksRefusesIsSilentOrIsCancelled() throws Exception {
        List<String> options = List.of("--new-cluster", folder.resolve("c.json").toString(), "--jar", "/l.jar");
        Files.writeString(folder.resolve("c.json"), "{\"num_workers\": 2}");
        try (DatabricksStub server = new DatabricksStub(List.of("INTERNAL_ERROR"), "FAILED")) {
            Ran lost = run(server.environment(), List.of("databricks.sh"), with(options, "--poll", "0.01"), ARGUMENTS);

            assertThat(lost.code()).isEqualTo(75);
            assertThat(lost.err()).contains("error: the run ended as INTERNAL_ERROR FAILED and left no RESULT");
            assertThat(server.bodies()
                            .get(0)
                            .at("/tasks/0/new_cluster/num_workers")
                            .asInt())
                    .isEqualTo(2);

            Map<String, String> denied = new HashMap<>(server.environment());
            denied.put("DATABRICKS_TOKEN", "wrong");
            Ran refused = run(denied, List.of("databricks.sh"), options, ARGUMENTS);

            assertThat(refused.code()).isEqualTo(75);
            assertThat(refused.err()).contains("error: the run was not taken: {\"error_code\":\"PERMISSION_DENIED\"}");
        }
        try (DatabricksStub server = new DatabricksStub(List.of("RUNNING"), "");
                RunningProcess run = start(
                        server.environment(), List.of("databricks.sh"), with(options, "--poll", "60"), ARGUMENTS)) {
            run.await("the first look", () -> server.looks() > 0);
            run.terminate();

            assertThat(run.exitCode()).isEqualTo(143);
            assertThat(server.bodies().get(1).path("run_id").asInt()).isEqualTo(11);
        }
    }

    private record Ran(int code, String out, String err) {}

    private Ran run(List<String> script, List<String> options, List<String> arguments) throws Exception {
        return run(Map.of(), script, options, arguments);
    }

    private Ran run(Map<String, String> environment, List<String> script, List<String> options, List<String> arguments)
            throws Exception {
        try (RunningProcess process = start(environment, script, options, arguments)) {
            int code = process.exitCode();
            return new Ran(code, process.out(), process.err());
        }
    }

    private RunningProcess start(List<String> script, List<String> options, List<String> arguments) throws IOException {
        return start(Map.of(), script, options, arguments);
    }

    private RunningProcess start(
            Map<String, String> environment, List<String> script, List<String> options, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "scripts/submit/" + script.get(0)));
        command.addAll(script.subList(1, script.size()));
        command.addAll(options);
        command.addAll(arguments);
        return RunningProcess.start(folder.resolve("script"), ROOT, withFakes(environment), command);
    }

    private void shell(String command) throws Exception {
        try (RunningProcess process = RunningProcess.start(
                folder.resolve("shell"), ROOT, withFakes(Map.of()), List.of("bash", "-c", command))) {
            assertThat(process.exitCode()).isZero();
        }
    }

    private Map<String, String> withFakes(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        all.put("LC_ALL", "C.UTF-8");
        all.put("SPARK_HOME", "");
        return all;
    }

    /** The calls of the fakes so far, in order. */
    private List<List<String>> calls() {
        List<List<String>> calls = new ArrayList<>();
        while (Files.exists(folder.resolve("bin/calls/" + calls.size()))) {
            try {
                String words = Files.readString(folder.resolve("bin/calls/" + calls.size()));
                calls.add(Arrays.asList(
                        words.substring(0, Math.max(0, words.length() - 1)).split("\0", -1)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return calls;
    }

    /** What Spark gets of a call, with the place of the result joined to its option. */
    private static List<String> sparkArguments(List<String> call) throws IOException {
        String json = call.stream()
                .filter(word -> word.startsWith("[{") || word.startsWith("{"))
                .findFirst()
                .orElseThrow();
        JsonNode tree = JSON.readTree(json);
        JsonNode array = tree.isArray() ? tree.at("/0/Args") : tree.at("/sparkSubmit/entryPointArguments");
        List<String> words = new ArrayList<>();
        array.forEach(word -> words.add(word.asText()));
        int last = words.size() - 1;
        String result = words.get(last - 1) + " " + words.get(last);
        List<String> joined = new ArrayList<>(words.subList(0, last - 1));
        joined.add(result);
        return joined;
    }

    private static List<String> withoutResult(List<String> call) {
        return call.stream()
                .map(word -> word.replaceAll("\\d{8}T\\d{6}Z-\\d+-\\d+", "NAME"))
                .toList();
    }

    private static List<String> with(List<String> options, String... more) {
        return Stream.concat(options.stream(), Stream.of(more)).toList();
    }

    private static String first(String pom, String property) {
        return pom.split("<" + property + ">", -1)[1].split("<", -1)[0];
    }

    private static String last(String pom, String property) {
        String[] parts = pom.split("<" + property + ">", -1);
        return parts[parts.length - 1].split("<", -1)[0];
    }
}
