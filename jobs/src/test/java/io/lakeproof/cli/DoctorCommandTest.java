package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.SparkTest;
import io.lakeproof.aws.BucketStub;
import io.lakeproof.aws.RecordedCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest extends SparkTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** No other test's: Hadoop keeps the connection of a bucket as its first user sets it. */
    private static final String BUCKET = "doctor-data";

    @TempDir
    private Path folder;

    private Runs.Ended doctor(Clock clock, String tables, String... options) throws IOException {
        Path config = folder.resolve("p.conf");
        Files.writeString(config, """
            pipeline { name = p }
            source { path = "%1$s/raw/date={date}/", format = json, schema = "user_id STRING, event_time TIMESTAMP" }
            dedup { key = [user_id, event_time], target = "%1$s/clean", retention = P30D }
            ledger { path = "%1$s/ledger" }
            """.formatted(tables));
        List<String> args = new ArrayList<>(List.of("doctor", "--config=" + config));
        args.addAll(List.of(options));
        return new Runs(spark(), clock).end(args);
    }

    @Test
    void aLocalTableIsJudgedByItsRetentionAndTheFixMendsIt() throws IOException {
        String clean = folder.resolve("clean").toString();
        session().range(3).write().format("delta").save(clean);

        Runs.Ended sick = doctor(Clock.systemUTC(), folder.toString());
        String fix = sick.out()
                .lines()
                .filter(line -> line.startsWith("  fix        ALTER TABLE"))
                .findFirst()
                .orElseThrow();
        session().sql(fix.substring("  fix        ".length()).split("; ", 2)[0]);
        Runs.Ended well = doctor(Clock.systemUTC(), folder.toString());

        assertThat(sick.code()).isEqualTo(78);
        assertThat(sick.out())
                .contains(
                        "error        clean, retention: the shorter of delta.logRetentionDuration and"
                                + " delta.deletedFileRetentionDuration is 7 days; needed are 30 (the configuration"
                                + " promises 30 days)",
                        "info         clean, bucket: " + clean + " is not on S3: checks of its bucket are skipped");
        assertThat(sick.err()).startsWith("error: 1 check found an error, the first: clean: the shorter of");
        assertThat(sick.result().path("doctor").path("errors").asInt()).isEqualTo(1);
        assertThat(well.code()).as(well.out()).isZero();
        assertThat(well.out()).contains("ok           clean, retention: ");
        assertThat(well.result().path("doctor").path("errors").asInt()).isZero();
    }

    @Tag("long") // S3A of the other line has another SDK, whose calls are not recorded.
    @Test
    void aBucketOnS3IsAskedWithinThePolicyAndOneLineOfJsonSaysAll() throws IOException {
        credentials();
        RecordedCalls.clear();
        RecordedCalls.of("doctor");
        Runs.Ended ended;
        try (BucketStub stub = new BucketStub(BUCKET)) {
            stub.settings()
                    .set("versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
            stub.lifecycle(
                    "<LifecycleConfiguration><Rule><ID>old</ID><Filter><Prefix>cle</Prefix></Filter>"
                            + "<Status>Enabled</Status><Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>");
            stub.refuse("GetObjectLockConfiguration", "403 AccessDenied");

            ended = doctor(
                    Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                    "s3a://" + BUCKET,
                    "--json",
                    "--set=s3.region=us-east-1",
                    "--set=s3.path-style=true",
                    "--set=s3.endpoint=" + stub.endpoint());
        }

        assertThat(ended.code()).as(ended.out()).isEqualTo(78);
        Map<String, Integer> counts = Map.of("error", 2, "ok", 6);
        JsonNode checks =
                JSON.readTree(ended.out().lines().findFirst().orElseThrow()).path("checks");
        List<String> found = StreamSupport.stream(checks.spliterator(), false)
                .map(check -> check.path("severity").asText() + " "
                        + check.path("check").asText() + " "
                        + check.path("subject").asText() + ": "
                        + check.path("found").asText())
                .toList();
        assertThat(found)
                .contains(
                        "error lifecycle-rules " + BUCKET
                                + ": clean: rule \"old\" deletes files of _delta_log after 30 days",
                        "warning object-lock " + BUCKET
                                + ": not checked: permission s3:GetBucketObjectLockConfiguration is missing",
                        "warning tls-only " + BUCKET
                                + ": the bucket's policy lets requests without TLS through to arn:aws:s3:::" + BUCKET
                                + " and arn:aws:s3:::" + BUCKET + "/*",
                        "warning encryption " + BUCKET + ": there is no default encryption",
                        "ok versioning " + BUCKET + ": versioning is enabled",
                        "info retention clean: there is no table at s3a://" + BUCKET + "/clean yet",
                        "info tls-only s3.endpoint: " + endpoint(found) + " is without TLS");
        assertThat(found)
                .anyMatch(line -> line.startsWith("error clock " + BUCKET + ": this machine is ")
                        && line.endsWith(" s behind the storage"))
                .anyMatch(
                        line -> line.startsWith("ok log-store clean: the log store is io.lakeproof.delta.Conditional"));
        counts.forEach((severity, count) -> assertThat(found)
                .as("%s", found)
                .filteredOn(line -> line.startsWith(severity + " "))
                .hasSize(count));
        assertThat(ended.result().path("doctor").path("errors").asInt()).isEqualTo(2);
        requireWithinThePolicy();
    }

    private static String endpoint(List<String> found) {
        return found.stream()
                .filter(line -> line.startsWith("info tls-only s3.endpoint: "))
                .map(line -> line.split(" ", -1)[3])
                .findFirst()
                .orElse("none");
    }

    private static void credentials() {
        if (System.getProperty("aws.accessKeyId") == null) {
            System.setProperty("aws.accessKeyId", "any");
            System.setProperty("aws.secretAccessKey", "any");
        }
    }

    /** The policy's bucket and folder by the names of this test. */
    private void requireWithinThePolicy() throws IOException {
        Path policy = folder.resolve("doctor.json");
        Files.writeString(
                policy,
                Files.readString(ROOT.resolve("docs/iam/doctor.json"))
                        .replace(":::data", ":::" + BUCKET)
                        .replace("clean/events", "clean")
                        .replace("_lakeproof/pins", "pins"));
        var calls = RecordedCalls.byCommand().get("doctor");

        assertThat(calls).isNotEmpty();
        assertThat(PolicyCheck.of(policy).refused(calls)).isEmpty();
        assertThat(PolicyCheck.of(policy).idle(calls).stream().filter(idle -> idle.endsWith(":::" + BUCKET)))
                .isEmpty();
    }
}
