package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifecycleCommandTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Without Spark. */
    private int run(String command, String... options) throws IOException {
        Path config = folder.resolve("p.conf");
        Files.writeString(config, """
                pipeline { name = p }
                source { path = raw, format = json, schema = "user_id STRING, event_time TIMESTAMP" }
                dedup { key = [user_id, event_time], target = "s3a://b/clean" }
                ledger { path = "s3a://b/ledger" }
                lifecycle { class = training, tiers = [ { name = hot },
                  { name = cold, after = P90D, storage-class = STANDARD_IA } ] }
                """);
        out.reset();
        err.reset();
        Launcher launcher = new Launcher(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
                new SessionSource() {
                    @Override
                    public SparkSession open() {
                        throw new AssertionError("no Spark is needed");
                    }

                    @Override
                    public void close() {}
                });
        String[] args = new String[options.length + 3];
        args[0] = "lifecycle";
        args[1] = command;
        args[2] = "--config=" + config;
        System.arraycopy(options, 0, args, 3, options.length);
        return launcher.run(args);
    }

    @Test
    void aForecastNeedsNoTable() throws IOException {
        assertThat(run("forecast", "--bytes-per-day=10TB", "--days=100")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("forecast     78,125 objects of 128,000,000 bytes a day, for 100 days")
                .contains("  100  1,000,000,000,000,000 ")
                .contains("prices       of us-east-1, ")
                .contains("\"lifecycle\":{\"days\":100,\"bytes\":1000000000000000,\"usdSpent\":");
    }

    @Test
    void refusesWhatMakesNoSense() throws IOException {
        assertThat(run("forecast", "--bytes-per-day=lots")).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("error: --bytes-per-day lots: write bytes with a unit, for example 16MiB\n");
        assertThat(run("forecast", "--bytes-per-day=0")).isEqualTo(64);
        assertThat(run("forecast", "--bytes-per-day=1GB", "--days=0")).isEqualTo(64);
        assertThat(run("report", "--limit=-1")).isEqualTo(64);
        assertThat(run("restore", "--days=0")).isEqualTo(64);
        assertThat(run("plan", "--as-of=tomorrow")).isEqualTo(64);
        assertThat(run("forecast", "--bytes-per-day=1GB", "--set=lifecycle.prices=nowhere.conf"))
                .isEqualTo(78);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("error: --set lifecycle.prices: lifecycle.prices = \"nowhere.conf\" cannot be read: ");
    }
}
