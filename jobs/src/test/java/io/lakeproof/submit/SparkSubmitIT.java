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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final String FEATURES = "features";
    private static final AtomicInteger CALLS = new AtomicInteger();

    @TempDir
    private static Path folder;

    private static StandaloneCluster cluster;
    private static JsonNode golden;
    private static String featuresOfLocalMode = "";
    private static CompletableFuture<List<JsonNode>> clusterMode = new CompletableFuture<>();

    @BeforeAll
    static void startCluster() throws IOException, InterruptedException {
        golden = JSON.readTree(ROOT.resolve("test-data/goldens/events.json").toFile());
        configure("client");
        configure("cluster");
        cluster = StandaloneCluster.start(folder, 2);
    }

    @AfterAll
    static void stopCluster() throws IOException {
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

    /** The runs in cluster mode wait a lot, so they go on beside this. */
    @Test
    @Order(2)
    void clientModeEndsWithTheDocumentedCode() throws Exception {
        clusterMode = CompletableFuture.supplyAsync(SparkSubmitIT::clusterModeRuns);

        assertThat(codes(List.of(
                        alone("dedpu"),
                        alone("config check", "--set=pipeline.zone=Mars"),
                        alone("config check", "--result=/proc/none/result.json"),
                        alone("dedup", "--set=source.path=/nowhere"))))
                .containsExactly(64, 78, 77, 66);

        String target = "--set=features.target=" + folder.resolve("local");
        try (RunningProcess local = alone(FEATURES, target)) {
            assertThat(local.exitCode()).as(local.err()).isZero();
            featuresOfLocalMode = local.result().get("digest").asText();
            assertCommitted(local.result(), featuresOfLocalMode);
        }
        Files.delete(aDataFile(folder.resolve("local/year=2024/month=11/day=05/model=v1")));
        assertThat(codes(List.of(
                        alone(
                                "dedup",
                                "--from=2024-11-05",
                                "--to=2024-11-05",
                                "--set=quality.max-quarantined=0",
                                "--set=dedup.target=" + folder.resolve("gated")),
                        alone("verify", "--table=features", target, "--level=log"))))
                .containsExactly(65, 74);
    }

    @Test
    @Order(3)
    void everyModeMakesTheSameTablesAndAWorkerMayBeLost() throws Exception {
        List<JsonNode> results = clusterMode.get(2 * RunningProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertCommitted(results.get(0), golden.get("digest").asText());
        assertCommitted(results.get(1), featuresOfLocalMode);
        assertThat(results.get(2).get("exitCode").asInt()).isEqualTo(66);
        assertThat(results.get(2).at("/error/retry").asText()).isEqualTo("SAFE");

        try (RunningProcess run = inTheMiddleOfAShuffle(client(FEATURES))) {
            cluster.killAWorkerThatWorks();

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertCommitted(run.result(), featuresOfLocalMode);
        }
    }

    private static List<JsonNode> clusterModeRuns() {
        try {
            return List.of(
                    inClusterMode("dedup"),
                    inClusterMode(FEATURES),
                    inClusterMode("dedup", "--set=source.path=/nowhere"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
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
        Path result = folder.resolve("result-" + CALLS.get() + "-of-" + command + ".json");
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
        line.addAll(List.of("--config", folder.resolve(tables + ".conf").toString()));
        line.addAll(List.of(options));
        return RunningProcess.start(
                folder.resolve("run-" + CALLS.incrementAndGet()), ROOT, cluster.environment(), line);
    }

    /** Writes conf/sample.conf with its tables in a folder of this name. */
    private static void configure(String tables) throws IOException {
        Files.writeString(
                folder.resolve(tables + ".conf"),
                Files.readString(ROOT.resolve("conf/sample.conf"))
                        .replace("test-data/", ROOT + "/test-data/")
                        .replace("out/sample/", folder + "/" + tables + "/"));
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
