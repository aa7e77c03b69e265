package io.lakeproof.submit;

import static io.lakeproof.submit.ScriptRuns.ARGUMENTS;
import static io.lakeproof.submit.ScriptRuns.MISSING;
import static io.lakeproof.submit.ScriptRuns.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** The scripts against commands that record what they are asked, and answer as told. */
@Tag("long")
class SubmitScriptsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String DONE =
            "{\"schemaVersion\":1,\"runId\":\"a{b\",\"outcome\":\"REPLAYED\",\"exitCode\":0,\"error\":null}";

    @TempDir
    private Path folder;

    private ScriptRuns scripts;

    @BeforeEach
    void fakes() throws IOException {
        scripts = new ScriptRuns(folder);
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
        scripts.states("PENDING", "RUNNING", "COMPLETED", "SUCCESS");
        scripts.result(DONE);

        ScriptRuns.Ran real = scripts.run(script, List.of("--region", "eu-west-1", "--poll", "0.01"), ARGUMENTS);

        assertThat(real.code()).as(real.err()).isZero();
        assertThat(real.out()).isEqualTo("RESULT " + DONE + "\n");
        List<String> call = scripts.calls().get(0);
        List<String> arguments = sparkArguments(call);
        assertThat(call).startsWith("aws", "--region", "eu-west-1");
        assertThat(arguments.subList(0, arguments.size() - 1)).endsWith(ARGUMENTS.toArray(String[]::new));
        String result = arguments.get(arguments.size() - 1);
        assertThat(result).matches("--result s3://bucket/r/\\S+\\.json");
        assertThat(scripts.calls().get(scripts.calls().size() - 1))
                .contains("cp", result.substring("--result ".length()));

        ScriptRuns.Ran planned = scripts.run(script, List.of("--region", "eu-west-1", "--dry-run"), ARGUMENTS);
        List<List<String>> before = scripts.calls();
        scripts.shell(planned.out());

        assertThat(planned.out().lines().count()).isEqualTo(1);
        List<String> printed = scripts.calls().get(before.size());
        assertThat(withoutResult(printed)).isEqualTo(withoutResult(call));
    }

    @ParameterizedTest
    @MethodSource("services")
    void theExitCodeIsThatOfTheResult(List<String> script) throws Exception {
        scripts.states("FAILED");
        scripts.result(MISSING);

        ScriptRuns.Ran missing = scripts.run(script, List.of("--poll", "0.01"), ARGUMENTS);

        assertThat(List.of(missing.code(), missing.out())).containsExactly(66, "RESULT " + MISSING + "\n");

        scripts.noResult();
        ScriptRuns.Ran lost = scripts.run(script, List.of("--poll", "0.01"), ARGUMENTS);

        assertThat(lost.code()).isEqualTo(75);
        assertThat(lost.err()).contains("error: the run ended as FAILED and left no RESULT\nfix:   ");
    }

    @ParameterizedTest
    @MethodSource("services")
    void aSignalCancelsTheRun(List<String> script) throws Exception {
        scripts.states("RUNNING");

        try (RunningProcess run = scripts.start(script, List.of("--poll", "60"), ARGUMENTS)) {
            run.await("the first look", () -> scripts.calls().size() >= 2);
            run.terminate();

            assertThat(run.exitCode()).isEqualTo(143);
            assertThat(String.join(" ", scripts.calls().get(scripts.calls().size() - 1)))
                    .containsPattern("cancel-(steps|job-run) ");
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
        ScriptRuns.Ran ran = scripts.run(List.of(script), List.of(arguments.split(" ", -1)), List.of());

        assertThat(ran.code()).isEqualTo(64);
        assertThat(ran.err()).startsWith("error: " + problem + "\nfix:   ");
        assertThat(scripts.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark-submit.sh", "emr.sh", "emr-serverless.sh", "databricks.sh"})
    void helpIsTheCommentAtTheTop(String script) throws Exception {
        ScriptRuns.Ran ran = scripts.run(List.of(script), List.of("--help"), List.of());

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("  scripts/submit/" + script + " [options] COMMAND", "--dry-run");
    }

    @Test
    void sparkSubmitTakesTheDeltaThatTheBuildUses() throws Exception {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        Path jar = Files.writeString(folder.resolve("l.jar"), "");
        List<String> options = List.of("--jar", jar.toString(), "--master", "spark://h:1", "--packages", "a:b:1");

        for (String line : List.of("4.0", "3.5")) {
            ScriptRuns.Ran ran =
                    scripts.run(Map.of("LAKEPROOF_SPARK", line), List.of("spark-submit.sh"), options, ARGUMENTS);

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
            assertThat(scripts.calls().get(scripts.calls().size() - 1)).isEqualTo(expected);
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

    private static String first(String pom, String property) {
        return pom.split("<" + property + ">", -1)[1].split("<", -1)[0];
    }

    private static String last(String pom, String property) {
        String[] parts = pom.split("<" + property + ">", -1);
        return parts[parts.length - 1].split("<", -1)[0];
    }
}
