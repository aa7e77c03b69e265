package io.lakeproof.jobs.quarantine;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineReportJobTest extends SparkTest {
    private static final String HIGH = event("b", "2024-11-04T10:00:00Z", "2024-11-05T10:02:00Z", 8);

    @TempDir
    Path folder;

    @Test
    void showsTheLastRunByReasonFileAndDateWithTheBeginningsOfLines() {
        Pipeline pipeline = new Pipeline(spark(), folder).set("quality.rules=[{name = low, expr = \"value < 5\"}]");
        pipeline.raw("date=2024-11-05/a.json", "not of the last run");
        pipeline.dedup();
        pipeline.raw("date=2024-11-05/a.json", HIGH, "half\ta \u001b[31m lin");
        pipeline.raw("date=2024-11-06/a.json", "x".repeat(500));
        String key = pipeline.dedup().result().path("runKey").asText();

        List<String> text = report(Optional.empty(), Optional.empty(), 2);

        assertThat(text)
                .containsExactly(
                        "quarantine   " + folder + "/quarantine, run " + key,
                        "refused      3 rows",
                        "by reason             2  malformed",
                        "                      1  rule:low",
                        "by file               2  file:" + folder + "/raw/date=2024-11-05/a.json",
                        "                      1  file:" + folder + "/raw/date=2024-11-06/a.json",
                        "by date               1  2024-11-04",
                        text.get(7),
                        text.get(8),
                        "             | half\\u0009a \\u001b[31m lin",
                        text.get(10),
                        text.get(11),
                        "             | " + "x".repeat(160) + "… (500 bytes)");
        assertThat(report(Optional.of(key.substring(0, 12)), Optional.of("rule:low"), 0))
                .containsExactly(
                        "quarantine   " + folder + "/quarantine, run " + key,
                        "refused      1 rows",
                        "by reason             1  rule:low");
        assertThatThrownBy(() -> report(Optional.of("abcdef"), Optional.empty(), 1))
                .isInstanceOf(Failure.Usage.class)
                .hasMessage("--run-key abcdef: no run with this key refused rows of pipeline test");
    }

    @Test
    void saysThatThereIsNone() {
        assertThat(report(Optional.empty(), Optional.empty(), 1))
                .containsExactly("quarantine   " + folder + "/quarantine is not there: no row was ever refused");
    }

    private List<String> report(Optional<String> runKey, Optional<String> reason, int limit) {
        RunFacts facts = new RunFacts("quarantine report", "r");
        RunContext context = new RunContext(session(), Clock.systemUTC(), "r", false, facts);
        new QuarantineReportJob(context, "test", folder + "/quarantine")
                .run(runKey, reason, limit, QuarantineReport::text);
        return facts.summary();
    }
}
