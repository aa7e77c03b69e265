package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.SparkTest;
import io.lakeproof.aws.S3Clients;
import io.lakeproof.aws.S3MockServer;
import io.lakeproof.submit.ServiceCalls;
import io.lakeproof.submit.StateMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The state machines of scripts/submit/orchestrators over real runs on the sample, with drivers that are lost. */
@Tag("long")
class OrchestratorTest extends SparkTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2024-11-22T10:00:00Z"), ZoneOffset.UTC);

    private static final String BUCKET = "orchestrated";

    @TempDir
    private Path folder;

    private S3MockServer server;
    private boolean isCopied;

    @BeforeAll
    void startServer() {
        server = S3MockServer.start().bucket(BUCKET);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    /** A platform that runs each command, but loses some drivers: before they begin, or after all is done. */
    private final class Platform implements ServiceCalls.Platform {
        private final boolean losesDrivers;
        private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
        private final List<String> outcomes = Collections.synchronizedList(new ArrayList<>());

        Platform(boolean losesDrivers) {
            this.losesDrivers = losesDrivers;
        }

        @Override
        public @Nullable String run(List<String> command) {
            int attempt = attempts.merge(command.get(0), 1, Integer::sum);
            if (losesDrivers && attempt == 1) {
                return null;
            }
            String result = launched(onBucket(command));
            boolean lost = losesDrivers && attempt == 2;
            outcomes.add(command.get(0) + (lost ? " lost after " : " ") + text(result, "outcome"));
            return lost ? null : result;
        }
    }

    /**
     * The same command; that of the lifecycle on a copy of the table in a bucket, since the sample's tables are on the local disk and S3Mock is
     * no judge of commits that race.
     */
    private List<String> onBucket(List<String> command) {
        if (!command.get(0).equals("lifecycle")) {
            return command;
        }
        copyOnce();
        List<String> all = new ArrayList<>(command);
        all.add("--set=features.target=s3a://" + BUCKET + "/features");
        all.add("--set=s3={ path-style = true, region = us-east-1, endpoint = \"" + server.endpoint() + "\" }");
        all.add(
                "--set=lifecycle={ class = training, tiers = [ { name = hot }, { name = cold, after = P7D, storage-class ="
                        + " GLACIER_IR } ] }");
        return all;
    }

    private synchronized void copyOnce() {
        if (isCopied) {
            return;
        }
        Path table = folder.resolve("features");
        try (S3Client client = S3Clients.of(server.config());
                Stream<Path> files = Files.walk(table)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().endsWith(".crc"))
                    .forEach(file -> client.putObject(
                            put -> put.bucket(BUCKET).key("features/" + table.relativize(file)),
                            RequestBody.fromFile(file)));
            isCopied = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The tiers in the tags of the data files in the bucket, each behind the event date. Files of a commit that lost a race have none: no version
     * needs them.
     */
    private Set<String> tiers() {
        Pattern date = Pattern.compile("year=(\\d+)/month=(\\d+)/day=(\\d+)/");
        Set<String> tiers = new TreeSet<>();
        try (S3Client client = S3Clients.of(server.config())) {
            for (S3Object object : client.listObjectsV2(
                            list -> list.bucket(BUCKET).prefix("features/"))
                    .contents()) {
                Matcher day = date.matcher(object.key());
                if (day.find()) {
                    client.getObjectTagging(get -> get.bucket(BUCKET).key(object.key())).tagSet().stream()
                            .filter(tag -> tag.key().equals("tier"))
                            .forEach(tag -> tiers.add(
                                    day.group(1) + "-" + day.group(2) + "-" + day.group(3) + " " + tag.value()));
                }
            }
        }
        return tiers;
    }

    /** Two retries in each step, and the whole submitted a second time, at the same moment and once more later. */
    @Test
    void aPipelineThatIsRetriedAndSubmittedTwiceCommitsOnce() throws Exception {
        String conf = sample();
        Platform losing = new Platform(true);
        Platform duplicate = new Platform(false);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<StateMachine.Ended> first = threads.submit(() -> pipeline("first", losing, conf));
            Future<StateMachine.Ended> second = threads.submit(() -> pipeline("second", duplicate, conf));

            assertThat(List.of(
                            first.get().output().path("outcome").asText(),
                            second.get().output().path("outcome").asText()))
                    .as("whoever tagged nothing any more says so")
                    .isSubsetOf("DONE", "EMPTY");
        } finally {
            threads.shutdownNow();
        }
        Platform later = new Platform(false);
        pipeline("later", later, conf);

        List<String> all = Stream.of(losing.outcomes, duplicate.outcomes)
                .flatMap(List::stream)
                .toList();
        assertThat(losing.attempts.values()).allMatch(attempts -> attempts >= 3);
        assertThat(all.stream().filter(outcome -> outcome.matches("dedup.* COMMITTED")))
                .hasSize(1);
        assertThat(all.stream().filter(outcome -> outcome.matches("features.* COMMITTED")))
                .hasSize(1);
        assertThat(later.outcomes)
                .containsExactly("config DONE", "dedup REPLAYED", "features EMPTY", "verify DONE", "lifecycle EMPTY");
        assertThat(all).anyMatch(outcome -> outcome.matches("lifecycle.* DONE"));
        assertThat(tiers())
                .as("a week before the clock's day everything is cold")
                .contains("2024-11-05 cold")
                .allMatch(tier -> tier.endsWith(tier.compareTo("2024-11-15 cold") <= 0 ? " cold" : " hot"));
        assertThat(commits("clean/events")).isEqualTo(1);
        assertThat(commits("features")).isEqualTo(1);
        assertThat(commits("_lakeproof/ledger")).as("one commit a seal").isEqualTo(2);
    }

    private StateMachine.Ended pipeline(String name, Platform platform, String conf) throws StateMachine.TaskError {
        return new ServiceCalls("step.asl.json", platform)
                .pipeline(
                        name,
                        JSON.createObjectNode()
                                .put("config", conf)
                                .put("from", "2024-11-03")
                                .put("to", "2024-11-07"));
    }

    /** The JSON of the RESULT line of a command. */
    private String launched(List<String> args) {
        String last = new Runs(spark(), CLOCK).end(args).out().lines().reduce("", (a, b) -> b);
        return last.substring("RESULT ".length());
    }

    private long commits(String table) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(table).resolve("_delta_log"))) {
            return files.filter(file -> file.getFileName().toString().matches("\\d{20}\\.json"))
                    .count();
        }
    }

    private String sample() throws IOException {
        String text = Files.readString(ROOT.resolve("conf/sample.conf"));
        Path conf = folder.resolve("sample.conf");
        Files.writeString(conf, text.replace("test-data/", ROOT + "/test-data/").replace("out/sample/", folder + "/"));
        return conf.toString();
    }

    private static String text(String json, String field) {
        try {
            JsonNode tree = JSON.readTree(json);
            JsonNode error = tree.path("error");
            return tree.path(field).asText()
                    + (error.isObject() ? " " + error.path("kind").asText() : "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
