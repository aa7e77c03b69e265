package io.lakeproof.submit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.Collector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar that is shipped, by {@code scripts/submit/spark-submit.sh}, on a real cluster: the same tables in every mode, whatever
 * is lost on the way, and the documented exit codes. What several tests need is made once, by the first of them.
 */
@Tag("long")
class SparkSubmitIT {
    private static final Path ROOT = Path.of(System.getProperty("lakeproof.root"));
    private static final Path JAR = Path.of(System.getProperty("lakeproof.jar"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FEATURES = "features";
    private static final AtomicInteger CALLS = new AtomicInteger();

    /** The clean table of client mode, made by a run that loses an executor in the middle of a shuffle. */
    private static final Once<JsonNode> CLEAN = new Once<>(SparkSubmitIT::dedupThatLosesAnExecutor);

    /** The features of it, made in local mode, in the folder {@code local-mode}. */
    private static final Once<JsonNode> LOCAL = new Once<>(SparkSubmitIT::featuresInLocalMode);

    /** Runs in cluster mode, which wait a lot: they go on beside others. */
    private static final Once<CompletableFuture<List<JsonNode>>> CLUSTER =
            new Once<>(() -> CompletableFuture.supplyAsync(SparkSubmitIT::clusterModeRuns));

    /** Something that is made when it is first asked for. If that fails, it fails for everybody. */
    private static final class Once<T> {
        private final Callable<T> maker;
        private @Nullable FutureTask<T> made;

        Once(Callable<T> maker) {
            this.maker = maker;
        }

        synchronized T get() throws Exception {
            if (made == null) {
                made = new FutureTask<>(maker);
                made.run();
            }
            return made.get();
        }

        synchronized boolean isMade() {
            return made != null;
        }
    }

    @TempDir
    private static Path folder;

    private static StandaloneCluster cluster;
    private static JsonNode golden;

    @BeforeAll
    static void startCluster() throws IOException, InterruptedException {
        golden = JSON.readTree(ROOT.resolve("test-data/goldens/events.json").toFile());
        configure("stopped");
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
    void aDriverThatIsStoppedOrLostLeavesNothingAndALostExecutorChangesNothing() throws Exception {
        aloneOnTheCluster();
        Path clean = folder.resolve("stopped/clean/events");
        Path result = folder.resolve("stopped.json");

        try (Collector collector = new Collector();
                RunningProcess stopped =
                        inTheMiddleOfAShuffle(traced(collector, "dedup", "stopped", "--result", result.toString()))) {
            stopped.terminate();

            assertThat(stopped.exitCode()).isEqualTo(143);
            assertThat(stopped.result().at("/error/kind").asText()).isEqualTo("Cancelled");
            assertThat(JSON.readTree(result.toFile())).isEqualTo(stopped.result());
            assertTraced(collector.spans(), stopped);
        }
        assertThat(clean).doesNotExist();

        try (RunningProcess lost =
                inTheMiddleOfAShuffle(submit(cluster.master(), "client", Map.of(), "dedup", "stopped"))) {
            lost.kill();

            assertThat(lost.exitCode()).isEqualTo(137);
        }
        assertThat(clean).doesNotExist();

        JsonNode run = CLEAN.get();
        assertCommitted(run, golden.get("digest").asText());
        assertThat(run.get("counts")).isEqualTo(golden.get("counts"));
    }

    /** A signal leaves no job without an end, and all spans leave before the JVM does, by the libraries in the jar. */
    private static void assertTraced(List<Collector.Received> spans, RunningProcess stopped) {
        List<Collector.Received> runs = spans.stream()
                .filter(span -> span.name().equals("lakeproof dedup"))
                .toList();
        assertThat(runs).as(stopped.err()).hasSize(1);
        assertThat(runs.get(0).isError()).isTrue();
        assertThat(runs.get(0).attributes())
                .containsEntry("lakeproof.exit_code", "143")
                .containsEntry("error.type", "Cancelled");
        assertThat(spans).anyMatch(span -> span.attributes().containsKey("spark.job.id"));
    }

    @Test
    void clientModeEndsWithTheDocumentedCode() throws Exception {
        CLEAN.get();
        CLUSTER.get();

        assertThat(codes(List.of(
                        alone("dedpu"),
                        alone("config check", "--set=pipeline.zone=Mars"),
                        alone("config check", "--result=/proc/none/result.json"),
                        alone("dedup", "--set=source.path=/nowhere"))))
                .containsExactly(64, 78, 77, 66);

        JsonNode local = LOCAL.get();
        assertCommitted(local, local.get("digest").asText());
        Path damaged = Files.createDirectory(folder.resolve("damaged"));
        copy(folder.resolve("local-mode"), damaged);
        Files.delete(aDataFile(damaged.resolve("year=2024/month=11/day=05/model=v1")));
        assertThat(codes(List.of(
                        alone(
                                "dedup",
                                "--from=2024-11-05",
                                "--to=2024-11-05",
                                "--set=quality.max-quarantined=0",
                                "--set=dedup.target=" + folder.resolve("gated")),
                        alone("verify", "--table=features", "--set=features.target=" + damaged, "--level=log"))))
                .containsExactly(65, 74);
    }

    @Test
    void everyModeMakesTheSameTablesAndAWorkerMayBeLost() throws Exception {
        CLEAN.get();
        String featuresOfLocalMode = LOCAL.get().get("digest").asText();
        aloneOnTheCluster();
        List<JsonNode> results = CLUSTER.get().get(2 * RunningProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertCommitted(results.get(0), golden.get("digest").asText());
        assertCommitted(results.get(1), featuresOfLocalMode);
        assertThat(results.get(2).get("exitCode").asInt()).isEqualTo(66);
        assertThat(results.get(2).at("/error/retry").asText()).isEqualTo("SAFE");

        try (RunningProcess run = inTheMiddleOfAShuffle(client(FEATURES))) {
            cluster.killAWorkerThatWorks();

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertCommitted(run.result(), featuresOfLocalMode);
        }
        cluster.addWorker();
    }

    /** Who kills what runs on the cluster must not hit the runs of another test. */
    private static void aloneOnTheCluster() throws Exception {
        if (CLUSTER.isMade()) {
            CLUSTER.get().get(2 * RunningProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static JsonNode dedupThatLosesAnExecutor() throws Exception {
        aloneOnTheCluster();
        try (RunningProcess run = inTheMiddleOfAShuffle(client("dedup"))) {
            long before = removedExecutors();
            cluster.children().get(0).destroyForcibly();

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(removedExecutors()).isGreaterThan(before);
            return run.result();
        }
    }

    private static JsonNode featuresInLocalMode() throws Exception {
        CLEAN.get();
        try (RunningProcess local = alone(FEATURES, "--set=features.target=" + folder.resolve("local-mode"))) {
            assertThat(local.exitCode()).as(local.err()).isZero();
            return local.result();
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
        return submit(cluster.master(), "client", Map.of(), command, "client", options);
    }

    /** In client mode too, but with the executor in the driver. */
    private static RunningProcess alone(String command, String... options) throws IOException {
        return submit("local[2]", "client", Map.of(), command, "client", options);
    }

    private static RunningProcess traced(Collector collector, String command, String tables, String... options)
            throws IOException {
        Map<String, String> variables =
                Map.of("OTEL_TRACES_EXPORTER", "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
        return submit(cluster.master(), "client", variables, command, tables, options);
    }

    /** Submits a driver to the cluster and waits for the result that it leaves. */
    private static JsonNode inClusterMode(String command, String... options) throws Exception {
        Path result = folder.resolve("result-" + CALLS.get() + "-of-" + command + ".json");
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--result=" + result);
        try (RunningProcess submission =
                submit(cluster.master(), "cluster", Map.of(), command, "cluster", all.toArray(String[]::new))) {
            assertThat(submission.exitCode()).as(submission.err()).isZero();
        }
        RunningProcess.await(
                "the result of " + command,
                () -> Files.exists(result) && RunningProcess.text(result).endsWith("}\n"),
                RunningProcess.PATIENCE);
        return JSON.readTree(result.toFile());
    }

    private static RunningProcess submit(
            String master, String mode, Map<String, String> variables, String command, String tables, String... options)
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
        Map<String, String> environment = new HashMap<>(cluster.environment());
        environment.putAll(variables);
        return RunningProcess.start(folder.resolve("run-" + CALLS.incrementAndGet()), ROOT, environment, line);
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

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.skip(1).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static Path aDataFile(Path partition) throws IOException {
        try (Stream<Path> files = Files.list(partition)) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
