package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.SparkTest;
import io.lakeproof.aws.RecordedCalls;
import io.lakeproof.aws.S3Clients;
import io.lakeproof.aws.S3MockServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.Transition;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

/**
 * {@code doctor} over tables that a run has written to S3Mock, before and after what it says is done. The bucket is of this class
 * alone: Hadoop keeps what it has opened by that name.
 */
@Tag("long")
class DoctorOnS3Test extends SparkTest {
    private static final String BUCKET = "doctor-tables";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private S3MockServer server;

    @BeforeAll
    void startServer() {
        server = S3MockServer.start().bucket(BUCKET);
    }

    @AfterAll
    void stopServer() {
        RecordedCalls.of("");
        server.close();
    }

    @Test
    void findsWhatEndangersTablesThatAreThereAndNothingOnceItIsMended() throws IOException {
        try (S3Client client = S3Clients.of(server.config())) {
            client.putObject(
                    put -> put.bucket(BUCKET).key("raw/date=2024-11-05/a"),
                    RequestBody.fromString("{\"user_id\":\"a\",\"event_time\":\"2024-11-05T10:00:00Z\"}\n"));
            requireEnd(run("dedup"), 0);
            requireEnd(run("pin", "kept", "--version=0"), 0);
            rules(
                    client,
                    expiry("clean-up", ""),
                    archive("cold", "clean/event_date=2024-11-05/"),
                    expiry("logs", "log/"));

            RecordedCalls.clear();
            RecordedCalls.of("doctor");
            Runs.Ended sick =
                    doctor(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(20)), "--set=dedup.retention=P400D");
            RecordedCalls.of("");
            requireEnd(sick, 78);
            assertThat(found(sick))
                    .contains(
                            "error lifecycle-rules " + BUCKET
                                    + ": clean: rule \"clean-up\" deletes files of _delta_log after 30 days",
                            "error lifecycle-rules " + BUCKET
                                    + ": ledger: rule \"clean-up\" deletes files of _delta_log after 30 days",
                            "warning lifecycle-rules " + BUCKET
                                    + ": source: rule \"clean-up\" deletes input after 30 days",
                            "error lifecycle-rules " + BUCKET
                                    + ": clean: rule \"cold\" moves data files to GLACIER after 40 days",
                            "error retention clean: the shorter of delta.logRetentionDuration and"
                                    + " delta.deletedFileRetentionDuration is 366 days; needed are 400 (the configuration"
                                    + " promises 400 days, 1 pin)")
                    .anyMatch(line -> line.startsWith("error clock " + BUCKET + ": this machine is ")
                            && line.endsWith(" s ahead of the storage"))
                    .noneMatch(line -> line.contains("\"logs\""))
                    .anyMatch(line ->
                            line.startsWith("ok log-store clean: the log store is io.lakeproof.delta.Conditional"));
            requireWithinThePolicy(RecordedCalls.byCommand().get("doctor"));

            rules(client, expiry("logs", "log/"));
            client.putBucketVersioning(versioning -> versioning
                    .bucket(BUCKET)
                    .versioningConfiguration(status -> status.status(BucketVersioningStatus.ENABLED)));
            Runs.Ended well = doctor(Clock.systemUTC());
            requireEnd(well, 0);
            assertThat(found(well))
                    .noneMatch(line -> line.startsWith("error "))
                    .anyMatch(line -> line.startsWith("ok clock "))
                    .anyMatch(line -> line.startsWith("ok retention clean: "))
                    .contains("ok versioning " + BUCKET + ": versioning is enabled");
            String text = run("doctor", "--set=dedup.retention=P400D").out();
            assertThat(text)
                    .contains("error        clean, retention: the shorter of delta.logRetentionDuration")
                    .contains("\n  fix        ALTER TABLE delta.`s3a://doctor-tables/clean` SET TBLPROPERTIES")
                    .contains(
                            "\nok           clean, log-store: the log store is io.lakeproof.delta.ConditionalLogStore");
        }
    }

    private static LifecycleRule expiry(String id, String prefix) {
        return rule(id, prefix).expiration(expiration -> expiration.days(30)).build();
    }

    private static LifecycleRule archive(String id, String prefix) {
        return rule(id, prefix)
                .transitions(Transition.builder()
                        .days(40)
                        .storageClass(TransitionStorageClass.GLACIER)
                        .build())
                .build();
    }

    private static LifecycleRule.Builder rule(String id, String prefix) {
        return LifecycleRule.builder()
                .id(id)
                .filter(filter -> filter.prefix(prefix))
                .status(ExpirationStatus.ENABLED);
    }

    private static void rules(S3Client client, LifecycleRule... rules) {
        client.putBucketLifecycleConfiguration(
                put -> put.bucket(BUCKET).lifecycleConfiguration(configuration -> configuration.rules(rules)));
    }

    private static void requireWithinThePolicy(Set<RecordedCalls.Call> calls) throws IOException {
        PolicyCheck policy = PolicyCheck.of(Files.readString(ROOT.resolve("docs/iam/doctor.json"))
                .replaceAll(":::(data|raw)\"", ":::" + BUCKET + "\"")
                .replace(":::data/", ":::" + BUCKET + "/")
                .replace("clean/events", "clean")
                .replace("_lakeproof/pins", "pins"));
        assertThat(policy.refused(calls)).as("calls that are not allowed").isEmpty();
        assertThat(policy.unused(calls)).as("actions that no call needs").isEmpty();
    }

    private static void requireEnd(Runs.Ended ended, int exit) {
        assertThat(ended.code()).as("%s%s", ended.out(), ended.err()).isEqualTo(exit);
    }

    private static List<String> found(Runs.Ended doctor) throws IOException {
        JsonNode checks =
                JSON.readTree(doctor.out().lines().findFirst().orElseThrow()).path("checks");
        return StreamSupport.stream(checks.spliterator(), false)
                .map(check -> Stream.of("severity", "check", "subject")
                                .map(name -> check.path(name).asText())
                                .reduce((a, b) -> a + " " + b)
                                .orElseThrow()
                        + ": " + check.path("found").asText())
                .toList();
    }

    private Runs.Ended doctor(Clock clock, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("doctor", "--json", "--result=s3a://" + BUCKET + "/results/d.json"));
        command.addAll(List.of(options));
        return run(clock, command);
    }

    private Runs.Ended run(String... command) throws IOException {
        return run(Clock.systemUTC(), List.of(command));
    }

    private Runs.Ended run(Clock clock, List<String> command) throws IOException {
        Path config = folder.resolve("doctor.conf");
        Files.writeString(config, """
                pipeline { name = p }
                source {
                  path = "s3a://doctor-tables/raw/date={date}/", format = json
                  schema = "user_id STRING, event_time TIMESTAMP"
                }
                dedup { key = [user_id, event_time], target = "s3a://doctor-tables/clean", retention = P30D }
                ledger { path = "s3a://doctor-tables/ledger" }
                s3 { region = us-east-1, path-style = true, endpoint = "%s" }
                """.formatted(server.endpoint()));
        List<String> args = new ArrayList<>(command);
        args.add("--config=" + config);
        return new Runs(spark(), clock).end(args);
    }
}
