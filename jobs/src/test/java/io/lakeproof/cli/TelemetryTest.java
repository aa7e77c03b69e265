package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryTest extends SparkTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2024-11-08T10:00:00Z");
    private static final String SECRET = "hunter2-hunter2";

    private record Ended(int code, List<String> out, String err) {
        String last() {
            return out.get(out.size() - 1);
        }
    }

    @TempDir
    Path folder;

    @Test
    void anInputThatIsNotFreshPublishesNothingAndOneThatIsHasItsMetricsAsOneEmfLine() throws IOException {
        Ended stale = run("--set=quality.freshness.max=PT2H", "--set=telemetry.emf=true");

        assertThat(stale.code).isEqualTo(66);
        assertThat(stale.err)
                .startsWith(
                        "error: the input is not fresh: its newest accepted event is of 2024-11-07T23:59:41.007608Z,"
                                + " PT10H18.992392S before 2024-11-08T10:00:00Z, and quality.freshness.max = PT2H; nothing was"
                                + " published\nfix:   Wait until newer events have arrived, then run again;");
        assertThat(folder.resolve("clean")).doesNotExist();
        assertThat(folder.resolve("_lakeproof/quarantine")).doesNotExist();
        JsonNode failed = emf(stale.out.get(stale.out.size() - 2));
        assertThat(failed.path("outcome").asText()).isEqualTo("FAILED");
        assertThat(failed.path("Failures").asInt()).isEqualTo(1);

        Ended fresh = run(
                "--set=quality.freshness.max=PT26H", "--set=telemetry.emf=true", "--set=telemetry.namespace=Data/Lake");

        assertThat(fresh.code).as(fresh.err).isZero();
        JsonNode line = emf(fresh.out.get(fresh.out.size() - 2));
        JsonNode counts =
                JSON.readTree(fresh.last().substring("RESULT ".length())).path("counts");
        assertThat(line.at("/_aws/CloudWatchMetrics/0/Namespace").asText()).isEqualTo("Data/Lake");
        assertThat(line.path("FreshnessAge").asLong()).isEqualTo(10 * 3600 + 18);
        assertThat(line.path("RowsRead").asLong())
                .isEqualTo(counts.path("read").asLong())
                .isPositive();
        assertThat(line.path("RowsKept").asLong())
                .isEqualTo(counts.path("kept").asLong())
                .isPositive();
        assertThat(line.path("BytesRead").asLong()).isPositive();
        assertThat(line.path("pipeline").asText()).isEqualTo("sample-events");
    }

    @Test
    void metricsAreAppendedToAFileAndAFileThatCannotBeWrittenIsAWarning() throws IOException {
        Path file = folder.resolve("log/metrics.json");
        String[] missing = {"--set=telemetry.emf=true", "--set=source.path=/nowhere", "--set=telemetry.emf-file=" + file
        };

        Ended first = run(missing);
        Ended second = run(missing);
        Ended unwritable = run(missing[0], missing[1], "--set=telemetry.emf-file=" + file + "/below-a-file");

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2);
        for (String line : lines) {
            assertThat(emf(line).path("exitCode").asInt()).isEqualTo(66);
        }
        assertThat(String.join("\n", first.out)).doesNotContain("CloudWatchMetrics");
        assertThat(List.of(first.code, second.code, unwritable.code)).containsOnly(66);
        assertThat(unwritable.last()).startsWith("RESULT {");
        assertThat(unwritable.err)
                .startsWith(first.err)
                .contains("warning: the metrics cannot be written (telemetry.emf-file): ");
    }

    @Test
    void aSecretOfTheCommandLineIsInNothingThatIsPrinted() throws IOException {
        Ended ended = run("--set=dedup.password=" + SECRET, "--set=pipeline.zone=" + SECRET, "--verbose");

        assertThat(ended.code).isEqualTo(78);
        assertThat(String.join("\n", ended.out) + ended.err).doesNotContain("hunter2");
        assertThat(ended.last()).contains("pipeline.zone = \\\"" + Redactor.REDACTED + "\\\"");
    }

    @Test
    void aLogLineIsAnObjectOfJsonWithoutSecrets() throws IOException {
        Configuration json = ConfigurationFactory.getInstance()
                .getConfiguration(new LoggerContext("test"), "json", JsonLog.configuration());
        json.initialize();
        String message = "a \"quoted\"\nline of fs.s3a.secret.key=" + SECRET + " and s3a://u:" + SECRET + "@b/p";

        String line = String.valueOf(json.getAppender("json")
                .getLayout()
                .toSerializable(Log4jLogEvent.newBuilder()
                        .setLoggerName("io.lakeproof.X")
                        .setLevel(Level.INFO)
                        .setMessage(new SimpleMessage(message))
                        .setThrown(new IllegalStateException("db.pwd=" + SECRET))
                        .build()));

        assertThat(line).endsWith("\n").doesNotContain("hunter2");
        assertThat(line.trim()).doesNotContain("\n");
        JsonNode parsed = JSON.readTree(line);
        assertThat(parsed.path("message").asText())
                .isEqualTo("a \"quoted\"\nline of fs.s3a.secret.key=" + Redactor.REDACTED + " and s3a://"
                        + Redactor.REDACTED + "@b/p");
        assertThat(parsed.path("level").asText()).isEqualTo("INFO");
        assertThat(parsed.path("exception").asText()).contains("IllegalStateException: db.pwd=" + Redactor.REDACTED);
    }

    private static JsonNode emf(String line) throws IOException {
        JsonNode parsed = JSON.readTree(line);
        try (var schema = TelemetryTest.class.getResourceAsStream("/emf/emf.schema.json")) {
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                            .getSchema(schema)
                            .validate(parsed))
                    .isEmpty();
        }
        JsonNode directive = parsed.at("/_aws/CloudWatchMetrics/0");
        directive
                .path("Dimensions")
                .forEach(set -> set.forEach(
                        name -> assertThat(parsed.path(name.asText()).isTextual())
                                .as(name.asText())
                                .isTrue()));
        directive
                .path("Metrics")
                .forEach(metric -> assertThat(
                                parsed.path(metric.path("Name").asText()).isNumber())
                        .as(metric.toString())
                        .isTrue());
        return parsed;
    }

    private Ended run(String... options) throws IOException {
        Path root = Path.of(System.getProperty("lakeproof.root"));
        Path conf = folder.resolve("sample.conf");
        Files.writeString(
                conf,
                Files.readString(root.resolve("conf/sample.conf"))
                        .replace("test-data/", root + "/test-data/")
                        .replace("out/sample/", folder + "/"));
        List<String> args = new ArrayList<>(List.of("dedup", "--config", conf.toString()));
        args.addAll(List.of(options));
        Runs.Ended ended = new Runs(spark(), Clock.fixed(NOW, ZoneOffset.UTC)).end(args);
        return new Ended(ended.code(), ended.out().lines().toList(), ended.err());
    }
}
