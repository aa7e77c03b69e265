package io.lakeproof.submit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar that is shipped, by {@code scripts/submit/spark-submit.sh}, on a real cluster: the same tables in every mode, whatever
 * is lost on the way, and the documented exit codes. The tests go on from each other's tables.
 */
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SparkSubmitIT {
    private static final Path ROOT = Path.of(System.getProperty("lakeproof.root"));
    private static final Path JAR = Path.of(System.getProperty("lakeproof.jar"));
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of the tables that runs on the cluster make; those of client mode and of cluster mode lie apart. */
    private static final String FEATURES = "features";

    @TempDir
    private static Path folder;

    private static StandaloneCluster cluster;
    private static JsonNode golden;
    private static int calls;

    @BeforeAll
    static void startCluster() throws IOException, InterruptedException {
        golden = JSON.readTree(ROOT.resolve("test-data/goldens/events.json").toFile());
        cluster = StandaloneCluster.start(folder, 2);
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void aDriverThatIsStoppedOrLostLeavesNothingAndALostExecutorChangesNothing() throws Exception {
        Path clean = folder.resolve("client/clean/events");
        Path result = folder.resolve("stopped.json");

        try (RunningProcess stopped = inTheMiddleOfAShuffle(client("dedup", "--result", result.toString()))) {
            stopped.terminate();

            assertThat(stopped.exitCode()).isEqualTo(143);
            assertThat(stopped.result().at("/error/kind").asText()).isEqualTo("Cancelled");
            assertThat(JSON.readTree(result.toFile())).isEqualTo(stopped.result());
        }
        assertThat(clean).doesNotExist();

        try (RunningProcess lost = inTheMiddleOfAShuffle(client("dedup"))) {
            lost.kill();

            assertThat(lost.exitCode()).isEqualTo(137);
        }
        assertThat(clean).doesNotExist();

        try (RunningProcess run = inTheMiddleOfAShuffle(client("dedup"))) {
            long before = removedExecutors();
            cluster.children().get(0).destroyForcibly();

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(removedExecutors()).isGreaterThan(before);
            assertCommitted(run.result(), golden.get("digest").asText());
            assertThat(run.result().get("counts")).isEqualTo(golden.get("counts"));
        }
    }

    @Test
    @Order(2)
    void everyModeMakesTheSameTablesAndAWorkerMayBeLost() throws Exception {
        JsonNode dedup = inClusterMode("dedup");
        JsonNode features = inClusterMode(FEATURES);

        assertCommitted(dedup, golden.get("digest").asText());
        assertThat(features.get("outcome").asText()).isEqualTo("COMMITTED");

        try (RunningProcess local =
                submit("local[2]", "client", FEATURES, "client", "--set=features.target=" + folder + "/local")) {
            assertThat(local.exitCode()).as(local.err()).isZero();
            assertCommitted(local.result(), features.get("digest").asText());
        }

        try (RunningProcess run = inTheMiddleOfAShuffle(client(FEATURES))) {
            cluster.killAWorkerThatWorks();

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.result().get("digest")).isEqualTo(features.get("digest"));
        }
    }

    @Test
    @Order(3)
    void clientModeEndsWithTheDocumentedCode() throws Exception {
        String one = "--from=2024-11-05";
        String day = "--to=2024-11-05";
        List<RunningProcess> small = List.of(
                alone("dedpu"),
                alone("config check", "--set=pipeline.zone=Mars"),
                alone("config check", "--result=/proc/none/result.json"),
                alone("dedup", "--set=source.path=/nowhere"));
        assertThat(codes(small)).containsExactly(64, 78, 77, 66);

        Files.delete(aDataFile(folder.resolve("client/clean/events/event_date=2024-11-05")));
        List<RunningProcess> large = List.of(
                alone("dedup", one, day, "--set=quality.max-quarantined=0", "--set=dedup.target=" + folder + "/gated"),
                alone("verify", "--level=log"));
        assertThat(codes(large)).containsExactly(65, 74);
    }

    @Test
    @Order(4)
    void clusterModeLeavesItsCodeInTheResultFile() throws Exception {
        JsonNode missing = inClusterMode("dedup", "--set=source.path=/nowhere");

        assertThat(missing.get("exitCode").asInt()).isEqualTo(66);
        assertThat(missing.at("/error/retry").asText()).isEqualTo("SAFE");
    }

    /** The exit codes of runs, each of which must have said the same in its RESULT line. */
    private static List<Integer> codes(List<RunningProcess> runs) throws Exception {
        List<Integer> codes = new ArrayList<>();
        for (RunningProcess run : runs) {
            try (run) {
                int code = run.exitCode();
                assertThat(run.result().get("exitCode").asInt()).isEqualTo(code);
                codes.add(code);
            }
        }
        return codes;
    }

    private static RunningProcess client(String command, String... options) throws IOException {
        return submit(cluster.master(), "client", command, "client", options);
    }

    /** In client mode too, but with the executor in the driver. */
    private static RunningProcess alone(String command, String... options) throws IOException {
        return submit("local[2]", "client", command, "client", options);
    }

    /** Submits a driver to the cluster and waits for the result that it leaves. */
    private static JsonNode inClusterMode(String command, String... options) throws Exception {
        Path result = folder.resolve("result-" + calls + ".json");
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--result=" + result);
        try (RunningProcess submission =
                submit(cluster.master(), "cluster", command, "cluster", all.toArray(String[]::new))) {
            assertThat(submission.exitCode()).as(submission.err()).isZero();
        }
        RunningProcess.await(
                "the result of " + command,
                () -> Files.exists(result) && RunningProcess.text(result).endsWith("}\n"),
                RunningProcess.PATIENCE);
        return JSON.readTree(result.toFile());
    }

    private static RunningProcess submit(String master, String mode, String command, String tables, String... options)
            throws IOException {
        List<String> line = new ArrayList<>(List.of("bash", "scripts/submit/spark-submit.sh"));
        line.addAll(List.of("--master", master, "--deploy-mode", mode, "--delta", "provided"));
        if (!master.equals(cluster.master()) || mode.equals("cluster")) {
            // To compile the small queries takes half of the time; the runs of client mode do it.
            line.addAll(List.of("--conf", "spark.sql.codegen.factoryMode=NO_CODEGEN"));
            line.addAll(List.of("--conf", "spark.sql.codegen.wholeStage=false"));
        }
        line.addAll(List.of("--jar", JAR.toString()));
        line.addAll(List.of(command.split(" ", -1)));
        line.addAll(List.of("--config", sample(tables)));
        line.addAll(List.of(options));
        return RunningProcess.start(folder.resolve("run-" + calls++), ROOT, cluster.environment(), line);
    }

    /** conf/sample.conf with its tables in a folder of this name. */
    private static String sample(String tables) throws IOException {
        Path conf = folder.resolve(tables + ".conf");
        Files.writeString(
                conf,
                Files.readString(ROOT.resolve("conf/sample.conf"))
                        .replace("test-data/", ROOT + "/test-data/")
                        .replace("out/sample/", folder + "/" + tables + "/"));
        return conf.toString();
    }

    /** Waits until a map task of this run has written what reduce tasks have not read yet. */
    private static RunningProcess inTheMiddleOfAShuffle(RunningProcess run) throws InterruptedException {
        Set<Path> before = cluster.shuffleFiles();
        run.await("a shuffle", () -> !before.containsAll(cluster.shuffleFiles()));
        return run;
    }

    private static long removedExecutors() {
        return Pattern.compile("Removing executor app-\\S+ because it is EXITED")
                .matcher(cluster.masterLog())
                .results()
                .count();
    }

    private static void assertCommitted(JsonNode result, String digest) {
        assertThat(result.get("outcome").asText()).as(result.toString()).isEqualTo("COMMITTED");
        assertThat(result.get("versionAfter").asLong()).isZero();
        assertThat(result.get("digest").asText()).isEqualTo(digest);
    }

    private static Path aDataFile(Path partition) throws IOException {
        try (Stream<Path> files = Files.list(partition)) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
