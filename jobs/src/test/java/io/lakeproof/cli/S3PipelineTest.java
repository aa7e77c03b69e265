package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.SparkTest;
import io.lakeproof.aws.RecordedCalls;
import io.lakeproof.aws.S3Clients;
import io.lakeproof.aws.S3ProxyServer;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** The sample's pipeline, with everything on S3: input, tables, ledger, its configuration and its results. */
@Tag("long")
class S3PipelineTest extends SparkTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2024-11-22T10:00:00Z");
    private static final List<String> STEPS =
            List.of("dedup", "features", "curate", "verify", "verify --table features", "verify --table curated");

    private static S3ProxyServer server;

    @TempDir
    Path folder;

    private final class TestSession implements SessionSource {
        @Override
        public SparkSession open() {
            return spark();
        }

        @Override
        public void close() {}
    }

    @BeforeAll
    static void startServer() throws IOException {
        server = S3ProxyServer.start().bucket("raw").bucket("data");
        try (S3Client client = S3Clients.of(server.config());
                Stream<Path> files = Files.walk(ROOT.resolve("test-data/events"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String key = ROOT.resolve("test-data").relativize(file).toString();
                client.putObject(put -> put.bucket("raw").key(key), file);
            }
            Path sample = ROOT.resolve("conf/sample.conf");
            client.putObject(put -> put.bucket("data").key("conf/sample.conf"), sample);
        }
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void hasTheDigestsThatItHasOnALocalDisk() throws IOException {
        Map<String, String> local = digests(
                ROOT.resolve("conf/sample.conf").toString(),
                places(ROOT.resolve("test-data").toUri().getPath().replaceAll("/$", ""), folder.toString()));
        RecordedCalls.clear();

        Map<String, String> onS3 = digests("s3a://data/conf/sample.conf", onS3());

        assertThat(onS3).isEqualTo(local);
        assertThat(onS3.get("dedup")).isEqualTo(golden());
        assertThat(run("s3a://data/conf/sample.conf", onS3(), "dedup")
                        .path("outcome")
                        .asText())
                .isEqualTo("REPLAYED");
        assertThat(result("results/dedup.json").path("outcome").asText()).isEqualTo("COMMITTED");
        PolicyCheck.everyJobKeepsToItsPolicy(RecordedCalls.byCommand());
    }

    private Map<String, String> digests(String config, List<String> places) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        for (String step : STEPS) {
            JsonNode result = run(config, places, step);
            assertThat(result.path("exitCode").asInt())
                    .as("%s: %s", step, result)
                    .isZero();
            digests.put(step, result.path("digest").asText());
        }
        return digests;
    }

    private JsonNode run(String config, List<String> places, String step) throws IOException {
        List<String> args = new ArrayList<>(List.of(step.split(" ", -1)));
        args.addAll(List.of("--config", config));
        places.forEach(place -> args.addAll(List.of("--set", place)));
        if (config.startsWith("s3a://") && step.equals("dedup") && !exists("results/dedup.json")) {
            args.addAll(List.of("--result", "s3a://data/results/dedup.json"));
        }
        RecordedCalls.of(step.split(" ", -1)[0]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Launcher launcher = new Launcher(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Clock.fixed(NOW, ZoneOffset.UTC),
                new TestSession());
        launcher.run(args.toArray(String[]::new));
        String last = out.toString(StandardCharsets.UTF_8).lines().reduce("", (a, b) -> b);
        assertThat(last).as(err.toString(StandardCharsets.UTF_8)).startsWith("RESULT {");
        return JSON.readTree(last.substring("RESULT ".length()));
    }

    private static List<String> onS3() {
        List<String> sets = new ArrayList<>(places("s3a://raw", "s3a://data"));
        sets.add("s3.endpoint=" + server.endpoint());
        sets.add("s3.path-style=true");
        return sets;
    }

    private static List<String> places(String input, String output) {
        return List.of(
                "source.path=" + input + "/events/date={date}/",
                "dedup.target=" + output + "/clean/events",
                "features.target=" + output + "/features",
                "curate.target=" + output + "/curated/purchases",
                "ledger.path=" + output + "/_lakeproof/ledger");
    }

    private static boolean exists(String key) {
        try (S3Client client = S3Clients.of(server.config())) {
            return client.listObjectsV2(list -> list.bucket("data").prefix(key)).hasContents();
        }
    }

    private static JsonNode result(String key) throws IOException {
        try (S3Client client = S3Clients.of(server.config())) {
            return JSON.readTree(
                    client.getObjectAsBytes(get -> get.bucket("data").key(key)).asUtf8String());
        }
    }

    private static String golden() throws IOException {
        return JSON.readTree(ROOT.resolve("test-data/goldens/events.json").toFile())
                .path("digest")
                .asText();
    }
}
