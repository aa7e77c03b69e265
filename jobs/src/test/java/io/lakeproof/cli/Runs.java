package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Runs command lines in the session of a test. */
final class Runs {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2024-11-22T10:00:00Z");

    private final SparkSession spark;
    private final Clock clock;

    /** At one moment of 2024 that does not pass. */
    Runs(SparkSession spark) {
        this(spark, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    Runs(SparkSession spark, Clock clock) {
        this.spark = spark;
        this.clock = clock;
    }

    private final class TestSession implements SessionSource {
        @Override
        public SparkSession open() {
            return spark;
        }

        @Override
        public void close() {}
    }

    /** How a command ended. */
    record Ended(int code, String out, String err) {
        JsonNode result() throws IOException {
            String last = out.lines().reduce("", (a, b) -> b);
            assertThat(last).as(err).startsWith("RESULT {");
            return JSON.readTree(last.substring("RESULT ".length()));
        }
    }

    /** What the RESULT line says. */
    JsonNode run(List<String> args) throws IOException {
        return end(args).result();
    }

    Ended end(List<String> args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Launcher launcher = new Launcher(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                clock,
                new TestSession());
        int code = launcher.run(args.toArray(String[]::new));
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
