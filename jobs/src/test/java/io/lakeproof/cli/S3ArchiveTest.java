package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.SparkTest;
import io.lakeproof.aws.S3Clients;
import io.lakeproof.aws.S3MockServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Files that S3 has moved to an archive, under a pipeline of two days. The bucket is of this class alone: Hadoop keeps what it has opened by
 * that name.
 */
@Tag("long")
class S3ArchiveTest extends SparkTest {
    private static final String CONFIG = """
            pipeline { name = archive }
            source {
              path = "s3a://archived/raw/date={date}/", format = json
              schema = "user_id STRING, event_time TIMESTAMP, value DOUBLE"
            }
            dedup { key = [user_id, event_time], target = "s3a://archived/clean" }
            features {
              entity = user_id, version = v1, target = "s3a://archived/features"
              define { n { count = "*", range = PT1H } }
            }
            ledger { path = "s3a://archived/ledger" }
            s3 { path-style = true }
            """;

    @TempDir
    Path folder;

    @Test
    void aRunFindsWhatIsArchivedBeforeItReadsAndLeavesTheRestAlone() throws IOException {
        try (S3MockServer server = S3MockServer.start().bucket("archived");
                S3Client client = S3Clients.of(server.config())) {
            put(client, "raw/date=2024-11-01/a", event("a", "2024-11-01"));
            put(client, "raw/date=2024-11-03/a", event("a", "2024-11-03"));
            requireCommitted(run(server, "dedup"));
            String archived = archive(client, "clean/event_date=2024-11-01/");

            requireArchived(run(server, "verify"), archived);
            assertThat(run(server, "verify", "--level", "log").path("exitCode").asInt())
                    .isZero();
            requireArchived(run(server, "features"), archived);
            requireCommitted(run(server, "features", "--from", "2024-11-03"));
            put(client, "raw/date=2024-11-03/b", event("b", "2024-11-03"));
            requireCommitted(run(server, "dedup", "--from", "2024-11-03"));
            put(client, "raw/date=2024-11-01/b", event("b", "2024-11-01"));
            requireArchived(run(server, "dedup", "--from", "2024-11-01"), archived);
            String input = archive(client, "raw/date=2024-11-01/b");
            requireArchived(run(server, "dedup", "--from", "2024-11-01"), input);
        }
    }

    private static void requireCommitted(JsonNode result) {
        assertThat(result.path("outcome").asText()).as("%s", result).isEqualTo("COMMITTED");
    }

    private static void requireArchived(JsonNode result, String key) {
        assertThat(result.path("exitCode").asInt()).as("%s", result).isEqualTo(69);
        assertThat(result.path("error").path("kind").asText()).isEqualTo("Archived");
        assertThat(result.path("error").path("message").asText()).contains("s3a://archived/" + key + " (GLACIER)");
    }

    private JsonNode run(S3MockServer server, String... command) throws IOException {
        Path config = folder.resolve("archive.conf");
        Files.writeString(config, CONFIG);
        List<String> args = new ArrayList<>(List.of(command));
        args.addAll(List.of("--config", config.toString(), "--set", "s3.endpoint=" + server.endpoint()));
        return new Runs(spark()).run(args);
    }

    private static void put(S3Client client, String key, String text) {
        client.putObject(put -> put.bucket("archived").key(key), RequestBody.fromString(text));
    }

    private static String event(String user, String date) {
        return "{\"user_id\":\"" + user + "\",\"event_time\":\"" + date + "T10:00:00Z\",\"value\":1}\n";
    }

    /** Moves the only object with this prefix to the archive, as a lifecycle rule does. */
    private static String archive(S3Client client, String prefix) {
        List<S3Object> objects = client.listObjectsV2(
                        list -> list.bucket("archived").prefix(prefix))
                .contents();
        assertThat(objects).hasSize(1);
        String key = objects.get(0).key();
        client.copyObject(copy -> copy.sourceBucket("archived")
                .sourceKey(key)
                .destinationBucket("archived")
                .destinationKey(key)
                .storageClass("GLACIER")
                .metadataDirective("REPLACE"));
        return key;
    }
}
