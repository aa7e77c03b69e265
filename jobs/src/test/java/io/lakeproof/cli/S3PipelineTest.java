package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.SparkTest;
import io.lakeproof.aws.RecordedCalls;
import io.lakeproof.aws.S3Clients;
import io.lakeproof.aws.S3ProxyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** The sample's pipeline, with everything on S3: input, tables, ledger, its configuration and its results. */
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class S3PipelineTest extends SparkTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> STEPS =
            List.of("dedup", "features", "curate", "verify", "verify --table features", "verify --table curated");

    private static final List<String> OTHER_STEPS = List.of(
            "pin kept --version 0",
            "pins",
            "lineage show",
            "compact --table features",
            "retain",
            "drill --version 0 --no-recompute --scratch s3a://data/scratch/drill --clean");

    private static final List<String> FURTHER_STEPS = List.of(
            "lineage export --to s3a://data/results/lineage.ndjson",
            "quarantine report",
            "quarantine requeue --set quality.rules=[]",
            "diff --left clean@0 --right clean@1",
            "backfill --mode missing",
            "curate --set curate.version=v2",
            "rollback --table curated --to-version 0",
            "unpin kept");

    private static S3ProxyServer server;

    @TempDir
    Path folder;

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

    @Order(1)
    @Test
    void hasTheDigestsThatItHasOnALocalDisk() throws IOException {
        Map<String, String> local = digests(
                ROOT.resolve("conf/sample.conf").toString(),
                places(ROOT.resolve("test-data").toUri().getPath().replaceAll("/$", ""), folder.toString()));
        RecordedCalls.clear();

        Map<String, String> onS3 = digests("s3a://data/conf/sample.conf", onS3());

        assertThat(onS3).isEqualTo(local);
        assertThat(onS3.get("dedup")).isEqualTo(golden());
        assertThat(result("results/dedup.json").path("outcome").asText()).isEqualTo("COMMITTED");
        assertThat(run("s3a://data/conf/sample.conf", onS3(), "dedup")
                        .path("outcome")
                        .asText())
                .isEqualTo("REPLAYED");
        requireDone(OTHER_STEPS);
        requireThatEveryCallIsInThePolicyOfItsJob(RecordedCalls.byCommand());
    }

    /** With the tables, and the calls, of the test before. */
    @Order(2)
    @Tag("exhaustive")
    @Test
    void everyCommandIsInItsPolicyAndNoPolicyHasAnActionThatNobodyNeeds() throws IOException {
        requireDone(FURTHER_STEPS);
        Map<String, Set<RecordedCalls.Call>> calls = RecordedCalls.byCommand();
        assertThat(calls.keySet())
                .isEqualTo(Stream.of(STEPS, OTHER_STEPS, FURTHER_STEPS)
                        .flatMap(List::stream)
                        .map(S3PipelineTest::command)
                        .collect(Collectors.toSet()));
        Map<String, Set<RecordedCalls.Call>> byPolicy = new TreeMap<>();
        calls.forEach((command, own) -> byPolicy.computeIfAbsent(PolicyCheck.policyOf(command), name -> new HashSet<>())
                .addAll(own));
        for (Map.Entry<String, Set<RecordedCalls.Call>> policy : byPolicy.entrySet()) {
            PolicyCheck check = PolicyCheck.of(ROOT.resolve("docs/iam/" + policy.getKey() + ".json"));
            assertThat(check.refused(policy.getValue()))
                    .as("calls that %s does not allow", policy.getKey())
                    .isEmpty();
            assertThat(check.unused(policy.getValue()))
                    .as("actions of %s that no call needs", policy.getKey())
                    .isEmpty();
        }
    }

    private void requireDone(List<String> steps) throws IOException {
        for (String step : steps) {
            JsonNode result = run("s3a://data/conf/sample.conf", onS3(), step);
            assertThat(result.path("exitCode").asInt())
                    .as("%s: %s", step, result)
                    .isZero();
        }
    }

    private static void requireThatEveryCallIsInThePolicyOfItsJob(Map<String, Set<RecordedCalls.Call>> calls)
            throws IOException {
        Map<String, List<String>> refused = new TreeMap<>();
        Map<String, Set<String>> idle = new TreeMap<>();
        for (Map.Entry<String, Set<RecordedCalls.Call>> command : calls.entrySet()) {
            PolicyCheck policy =
                    PolicyCheck.of(ROOT.resolve("docs/iam/" + PolicyCheck.policyOf(command.getKey()) + ".json"));
            refused.put(command.getKey(), policy.refused(command.getValue()));
            if (STEPS.contains(command.getKey()) && !command.getKey().equals("verify")) {
                idle.put(command.getKey(), policy.idle(command.getValue()));
            }
        }
        assertThat(refused.keySet())
                .isEqualTo(Stream.concat(STEPS.stream(), OTHER_STEPS.stream())
                        .map(S3PipelineTest::command)
                        .collect(Collectors.toSet()));
        assertThat(refused.values())
                .as("calls that are not allowed: %s", refused)
                .allMatch(List::isEmpty);
        // The sample has no value that features refuse.
        Set<String> quarantine = Set.of(
                "s3:GetObject arn:aws:s3:::data/_lakeproof",
                "s3:GetObject arn:aws:s3:::data/_lakeproof/quarantine",
                "s3:GetObject arn:aws:s3:::data/_lakeproof/quarantine/*",
                "s3:PutObject arn:aws:s3:::data/_lakeproof/quarantine/*",
                "s3:DeleteObject arn:aws:s3:::data/_lakeproof/quarantine/_delta_log/*");
        assertThat(idle)
                .as("what the policies allow and no call needs")
                .isEqualTo(Map.of("dedup", Set.of(), "features", quarantine, "curate", Set.of()));
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
        if (config.startsWith("s3a://")) {
            args.addAll(List.of("--result", "s3a://data/results/" + args.get(0) + ".json"));
        }
        RecordedCalls.of(command(step));
        return new Runs(spark()).run(args);
    }

    /** Without its options and arguments. */
    private static String command(String step) {
        List<String> words = List.of(step.split(" ", -1));
        return List.of("lineage", "quarantine").contains(words.get(0))
                ? String.join(" ", words.subList(0, 2))
                : words.get(0);
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

    private static JsonNode result(String key) throws IOException {
        RecordedCalls.of("");
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
