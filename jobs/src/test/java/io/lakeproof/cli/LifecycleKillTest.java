package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.SparkTest;
import io.lakeproof.aws.BucketStub;
import io.lakeproof.submit.RunningProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code lifecycle apply} by processes that are killed, over a table whose objects have all, some or none of the tags that they
 * shall have. The bucket counts the calls.
 */
@Tag("long")
class LifecycleKillTest extends SparkTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-20");
    private static final int DATES = 500;

    @TempDir
    private Path folder;

    /** How many objects there are in all, and how many of them have their tags when the process is killed, time after time. */
    private record Case(int objects, int requestsPerSecond, List<Integer> kills) {
        /** No other's: Hadoop keeps the connection of a bucket as its first user sets it. */
        String bucket() {
            return "killed-" + objects;
        }
    }

    @Tag("exhaustive") // The same of ten thousand: a minute.
    @Test
    void tenThousandObjectsAreTaggedOnceThoughTwoRunsAreKilled() throws Exception {
        check(new Case(10_000, 1_000, List.of(2_500, 5_000)));
    }

    @Test
    void objectsAreTaggedOnceThoughARunIsKilled() throws Exception {
        check(new Case(200, 200, List.of(30)));
    }

    private void check(Case of) throws Exception {
        try (BucketStub stub = new BucketStub(of.bucket())) {
            Map<String, Map<String, String>> wanted = new TreeMap<>();
            Map<String, Integer> calls = new TreeMap<>();
            fill(stub, of.objects(), wanted, calls);
            for (int kill : of.kills()) {
                runAndKill(stub, of, kill);
            }
            int before = stub.calls("PutObjectTagging");
            assertThat(before).isBetween(of.kills().get(of.kills().size() - 1), calls.size() - 1);

            JsonNode result = apply(stub, of);

            assertThat(result.path("exitCode").asInt()).as("%s", result).isZero();
            assertThat(written(result)).as("the rest").isEqualTo(calls.size() - before);
            assertThat(result.path("lifecycle").path("tagsSame").asInt()).isEqualTo(of.objects() - written(result));
            assertThat(puts(stub)).as("calls by key").isEqualTo(calls);
            wanted.forEach((key, tags) -> assertThat(stub.tagsOf(key)).as(key).isEqualTo(tags));
            assertThat(apply(stub, of).path("outcome").asText()).isEqualTo("EMPTY");
            assertThat(puts(stub)).isEqualTo(calls);
            assertThat(stub.calls().keySet()).noneMatch(call -> call.matches("\\w+Tagging .*_delta_log.*"));
        }
    }

    /**
     * Puts a table there.
     *
     * @param wanted by key, what it shall have in the end
     * @param calls by key, how often it shall be written; without those that are as they shall be
     */
    private static void fill(
            BucketStub stub, int objects, Map<String, Map<String, String>> wanted, Map<String, Integer> calls) {
        StubTable table = new StubTable(stub, "clean/events/");
        for (int i = 0; i < objects; i++) {
            String date = TODAY.minusDays(i % DATES).toString();
            String key = table.key(date, i);
            Map<String, String> ours = new TreeMap<>(
                    Map.of("class", "training", "dataset", "kill/clean/events", "tier", tier(LocalDate.parse(date))));
            Map<String, String> now = tagsBefore(i, ours);
            Map<String, String> then = new TreeMap<>(now);
            then.putAll(ours);
            table.add(date, i, "STANDARD", now);
            wanted.put(key, then);
            if (!then.equals(now)) {
                calls.put(key, 1);
            }
        }
        table.commit();
    }

    /** Every sixth is as it shall be, others have tags of somebody, some of ours, or an old tier; half have none. */
    private static Map<String, String> tagsBefore(int i, Map<String, String> ours) {
        return switch (i % 6) {
            case 0 -> ours;
            case 1 -> Map.of("owner", "ann", "class", "training");
            case 2 -> Map.of("class", "training", "dataset", "kill/clean/events", "tier", "warm");
            default -> Map.of();
        };
    }

    private static String tier(LocalDate date) {
        long age = ChronoUnit.DAYS.between(date, TODAY);
        return age < 90 ? "hot" : age < 365 ? "cold" : "archive";
    }

    private static Map<String, Integer> puts(BucketStub stub) {
        Map<String, Integer> puts = new TreeMap<>();
        stub.calls().forEach((call, count) -> {
            if (call.startsWith("PutObjectTagging ")) {
                puts.put(call.substring("PutObjectTagging ".length()), count);
            }
        });
        return puts;
    }

    private static int written(JsonNode result) {
        return result.path("lifecycle").path("tagsWritten").asInt(-1);
    }

    private void runAndKill(BucketStub stub, Case of, int kill) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Daws.accessKeyId=any",
                "-Daws.secretAccessKey=any",
                "-Dspark.master=local[1]",
                "-Dspark.ui.enabled=false"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Lakeproof.class.getName()));
        command.addAll(arguments(stub, of));
        try (RunningProcess process =
                RunningProcess.start(folder.resolve("killed-" + kill), folder, Map.of(), command)) {
            process.await(kill + " objects are tagged", () -> stub.calls("PutObjectTagging") >= kill);
            process.kill();
            assertThat(process.exitCode()).as("that of SIGKILL").isEqualTo(137);
        }
        awaitQuiet(stub);
    }

    /** What the process had sent is answered to nobody, but done. */
    private static void awaitQuiet(BucketStub stub) throws InterruptedException {
        int seen = -1;
        while (seen != stub.calls("PutObjectTagging")) {
            seen = stub.calls("PutObjectTagging");
            Thread.sleep(200);
        }
    }

    private JsonNode apply(BucketStub stub, Case of) throws IOException {
        if (System.getProperty("aws.accessKeyId") == null) {
            System.setProperty("aws.accessKeyId", "any");
            System.setProperty("aws.secretAccessKey", "any");
        }
        return new Runs(spark(), Clock.systemUTC()).run(arguments(stub, of));
    }

    private List<String> arguments(BucketStub stub, Case of) throws IOException {
        Path config = folder.resolve("kill.conf");
        Files.writeString(config, """
                pipeline { name = kill }
                source { path = "s3a://%1$s/raw/", format = json, schema = "user_id STRING, event_time TIMESTAMP" }
                dedup { key = [user_id, event_time], target = "s3a://%1$s/clean/events" }
                ledger { path = "s3a://%1$s/_lakeproof/ledger" }
                s3 { region = us-east-1, path-style = true, endpoint = "%2$s" }
                lifecycle {
                  class = training, archive.live = true, requests-per-second = %3$d
                  tiers = [
                    { name = hot }, { name = cold, after = P90D, storage-class = STANDARD_IA },
                    { name = archive, after = P365D, storage-class = GLACIER }
                  ]
                }
                """.formatted(of.bucket(), stub.endpoint(), of.requestsPerSecond()));
        return List.of("lifecycle", "apply", "--config=" + config, "--as-of=" + TODAY);
    }
}
