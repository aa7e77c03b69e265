package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.SparkTest;
import io.lakeproof.aws.RecordedCalls;
import io.lakeproof.aws.S3Clients;
import io.lakeproof.aws.S3MockServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Files that S3 has moved to an archive, under a pipeline of two days. S3Mock gives such files to whoever reads them, so that what
 * refuses is Lakeproof; and the recorded calls say that nothing of the table was read before. The buckets are of this class alone:
 * Hadoop keeps what it has opened by that name.
 */
@Tag("exhaustive")
class S3ArchiveTest extends SparkTest {
    private static final String BUCKET = "archived";
    private static final String CONFIG = """
            pipeline { name = archive }
            source {
              path = "s3a://archived/raw/date={date}/", format = json
              schema = "user_id STRING, event_time TIMESTAMP, value DOUBLE"
            }
            quality { rules = [ { name = small, expr = "value < 1000" } ], max-quarantined = 99% }
            dedup {
              key = [user_id, event_time], target = "s3a://archived/clean"
              within = PT10M, windowed-target = "s3a://archived/windowed"
            }
            features {
              entity = user_id, version = v1, target = "s3a://archived/features"
              define { n { count = "*", range = PT1H }, last_two { sum = value, rows = 2, include-current = true } }
            }
            curate { version = v1, target = "s3a://archived/curated" }
            ledger { path = "s3a://archived/lakeproof/ledger" }
            s3 { path-style = true }
            """;

    @TempDir
    Path folder;

    private S3MockServer server;
    private S3Client client;

    @BeforeAll
    void startServer() {
        server = S3MockServer.start().bucket(BUCKET);
        client = S3Clients.of(server.config());
    }

    @AfterAll
    void stopServer() {
        client.close();
        server.close();
    }

    @AfterEach
    void stopRecording() {
        RecordedCalls.of("");
        RecordedCalls.clear();
    }

    @Test
    void everyJobFindsWhatIsArchivedBeforeItReadsAndLeavesTheRestAlone() throws IOException {
        put("raw/date=2024-11-01/a", event("a", "2024-11-01T10:00", 1) + event("a", "2024-11-01T10:05", 2));
        put("raw/date=2024-11-03/a", event("a", "2024-11-03T10:00", 3) + event("z", "2024-11-03T10:00", 5000));
        committed("dedup");
        committed("features");
        committed("curate");
        String old = only("clean/event_date=2024-11-01/");
        String first = only("clean/event_date=2024-11-03/");
        put("raw/date=2024-11-03/b", event("b", "2024-11-03T11:00", 4));
        committed("dedup");

        whatTheNewestVersionNeeds(old);
        whatAnOlderVersionNeeds(first);
        whatWasRefused();
        whatIsLoaded(old);
        whatTheWindowedTableNeeds();
        whatFeaturesNeedToPlan(old);
    }

    private void whatTheNewestVersionNeeds(String old) throws IOException {
        archive(old);
        refused(old, "verify");
        refused(old, "verify", "--level=bytes");
        refused(old, "verify", "--level=log", "--against=s3a://archived/clean");
        refused(old, "features", "--set=features.version=v2");
        refused(old, "curate", "--set=curate.version=v2");
        refused(old, "backfill", "--job=curate", "--set=curate.version=v2");
        refused(old, "dedup", "--set=dedup.within=PT20M");
        assertThat(exitCode("verify", "--level=log")).isZero();
        assertThat(exitCode("lineage", "show")).isZero();
        assertThat(exitCode("curate", "--from=2024-11-03", "--set=curate.version=v2"))
                .isZero();
        restore(old);
    }

    private void whatAnOlderVersionNeeds(String first) throws IOException {
        archive(first);
        refused(first, "diff", "--left=clean@0", "--right=clean@1");
        refused(first, "rollback", "--to-version=0");
        refused(first, "compact");
        refused(first, "drill", "--version=1", "--scratch=s3a://archived/scratch/1");
        refused(first, "drill", "--version=1", "--no-recompute", "--scratch=s3a://archived/scratch/1");
        restore(first);
        String input = "raw/date=2024-11-01/a";
        archive(input);
        refused(input, "drill", "--version=1", "--scratch=s3a://archived/scratch/1");
        assertThat(keys("scratch/")).isEmpty();
        restore(input);
    }

    private void whatWasRefused() throws IOException {
        String folder = "lakeproof/quarantine/run_key=";
        String refused = keys(folder).get(0);
        String runKey = refused.substring(folder.length(), folder.length() + 12);
        archive(refused);
        refused(refused, "quarantine", "report", "--run-key=" + runKey);
        refused(refused, "quarantine", "requeue", "--set=quality.rules=[]");
        restore(refused);
    }

    private void whatIsLoaded(String old) throws IOException {
        String input = "raw/date=2024-11-01/b";
        put(input, event("b", "2024-11-01T10:02", 6));
        archive(input);
        refused(input, "dedup");
        restore(input);
        archive(old);
        refused(old, "dedup");
        restore(old);
    }

    /** The clean table is loaded by then; the run that comes when the copy is there only has the windowed one to write. */
    private void whatTheWindowedTableNeeds() throws IOException {
        String windowed = only("windowed/event_date=2024-11-01/");
        archive(windowed);
        refused(windowed, "dedup");
        restore(windowed);
        committed("dedup");
    }

    private void whatFeaturesNeedToPlan(String old) throws IOException {
        archive(old);
        refused(old, "features", "--mode=changed", "--from=2024-11-03");
        restore(old);
    }

    private void committed(String... command) throws IOException {
        JsonNode result = run(command);
        assertThat(result.path("outcome").asText()).as("%s", result).isEqualTo("COMMITTED");
    }

    private int exitCode(String... command) throws IOException {
        return run(command).path("exitCode").asInt();
    }

    /** Ends with 69, the list and the call that restores, and has read no data file of the table that has the archived one. */
    private void refused(String key, String... command) throws IOException {
        String named = String.join(" ", command);
        RecordedCalls.clear();
        RecordedCalls.of(named);
        JsonNode result = run(command);
        RecordedCalls.of("");
        assertThat(result.path("exitCode").asInt()).as("%s: %s", named, result).isEqualTo(69);
        assertThat(result.path("error").path("kind").asText()).isEqualTo("Archived");
        assertThat(result.path("error").path("message").asText())
                .contains("cannot be read before restored:\n  s3a://archived/" + key + " (GLACIER)");
        assertThat(result.path("error").path("fix").asText())
                .contains("Run `lakeproof lifecycle restore`")
                .contains("aws s3api restore-object --bucket archived --key '" + key + "'");
        String table = key.substring(0, key.lastIndexOf('/', key.indexOf('=')) + 1);
        assertThat(RecordedCalls.byCommand().getOrDefault(named, Set.of()))
                .as(named)
                .noneMatch(call -> call.operation().equals("GetObject")
                        && call.key().startsWith(table)
                        && !call.key().contains("_delta_log"));
    }

    private JsonNode run(String... command) throws IOException {
        Path config = folder.resolve("archive.conf");
        Files.writeString(config, CONFIG);
        List<String> args = new ArrayList<>(List.of(command));
        args.addAll(List.of("--config", config.toString(), "--set", "s3.endpoint=" + server.endpoint()));
        return new Runs(spark()).run(args);
    }

    private void put(String key, String text) {
        client.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromString(text));
    }

    private static String event(String user, String time, int value) {
        return "{\"user_id\":\"" + user + "\",\"event_time\":\"" + time + ":00Z\",\"value\":" + value + "}\n";
    }

    private List<String> keys(String prefix) {
        return client.listObjectsV2(list -> list.bucket(BUCKET).prefix(prefix)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    /** The key that begins so. */
    private String only(String prefix) {
        List<String> keys = keys(prefix);
        assertThat(keys).hasSize(1);
        return keys.get(0);
    }

    /** Moves an object to the archive, as a lifecycle rule does. */
    private void archive(String key) {
        move(key, "GLACIER");
    }

    /** Takes it back; S3Mock knows no copies that end by themselves. */
    private void restore(String key) {
        move(key, "STANDARD");
    }

    private void move(String key, String storageClass) {
        client.copyObject(copy -> copy.sourceBucket(BUCKET)
                .sourceKey(key)
                .destinationBucket(BUCKET)
                .destinationKey(key)
                .storageClass(storageClass)
                .metadataDirective("REPLACE"));
    }
}
