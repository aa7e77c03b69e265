package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.SparkTest;
import io.lakeproof.aws.BucketStub;
import io.lakeproof.aws.RecordedCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every command of {@code lifecycle} within docs/iam/lifecycle.json, and each action of it for something. The bucket is of this
 * class alone: Hadoop keeps what it has opened by that name.
 */
@Tag("long") // S3A of the other line has another SDK, whose calls are not recorded.
class LifecyclePolicyTest extends SparkTest {
    private static final String BUCKET = "lifecycle-policy";
    private static final String CONFIG = """
            pipeline { name = p }
            source { path = "s3a://%1$s/raw/", format = json, schema = "user_id STRING, event_time TIMESTAMP" }
            dedup { key = [user_id, event_time], target = "s3a://%1$s/clean/events" }
            ledger { path = "s3a://%1$s/_lakeproof/ledger" }
            lifecycle {
              class = training, archive.live = true
              tiers = [ { name = hot }, { name = archive, after = P90D, storage-class = GLACIER } ]
            }
            """.formatted(BUCKET);

    private static final List<String> COMMANDS =
            List.of("plan", "apply", "rules", "report", "restore", "rules --remove", "forecast --bytes-per-day=1GB");

    @Test
    void everyCallIsAllowedAndEveryActionIsNeeded() throws IOException {
        if (System.getProperty("aws.accessKeyId") == null) {
            System.setProperty("aws.accessKeyId", "any");
            System.setProperty("aws.secretAccessKey", "any");
        }
        RecordedCalls.clear();
        try (BucketStub stub = new BucketStub(BUCKET)) {
            StubTable table = new StubTable(stub, "clean/events/");
            table.add("2024-11-05", 0, "STANDARD", Map.of());
            table.add("2024-01-05", 1, "GLACIER", Map.of());
            table.commit();
            stub.put("conf/p.conf", CONFIG);
            for (String command : COMMANDS) {
                RecordedCalls.of("lifecycle");
                JsonNode result = run(stub, command);
                RecordedCalls.of("");
                assertThat(result.path("exitCode").asInt())
                        .as("%s: %s", command, result)
                        .isZero();
            }
            assertThat(stub.calls("RestoreObject")).isEqualTo(1);
            assertThat(stub.tagsOf(table.key("2024-01-05", 1))).containsEntry("tier", "archive");
            assertThat(stub.lifecycle()).as("once the rules are removed").isNull();
        }
        Set<RecordedCalls.Call> calls = RecordedCalls.byCommand().get("lifecycle");
        PolicyCheck policy = PolicyCheck.of(
                Files.readString(ROOT.resolve("docs/iam/lifecycle.json")).replace(":::data", ":::" + BUCKET));

        assertThat(policy.refused(calls)).as("calls that are not allowed").isEmpty();
        assertThat(policy.unused(calls)).as("actions that no call needs").isEmpty();
    }

    private JsonNode run(BucketStub stub, String command) throws IOException {
        List<String> args = new ArrayList<>(List.of("lifecycle"));
        args.addAll(List.of(command.split(" ", -1)));
        args.addAll(List.of(
                "--config=s3a://" + BUCKET + "/conf/p.conf",
                "--result=s3a://" + BUCKET + "/results/lifecycle.json",
                "--set=s3.path-style=true",
                "--set=s3.endpoint=" + stub.endpoint()));
        return new Runs(spark(), Clock.systemUTC()).run(args);
    }
}
