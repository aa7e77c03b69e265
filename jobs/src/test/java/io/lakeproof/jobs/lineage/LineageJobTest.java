package io.lakeproof.jobs.lineage;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.DateScope;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.telemetry.RunFacts;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineageJobTest extends SparkTest {
    @TempDir
    static Path folder;

    private static @Nullable Pipeline pipeline;

    /** Features of a clean table of 25 files, of which one lies outside of their reach; made once, no test changes it for good. */
    @BeforeEach
    void featuresOfFiles() {
        if (pipeline != null) {
            return;
        }
        pipeline = new Pipeline(spark(), folder)
                .set("features={entity=user_id,version=v1,target=\"" + folder
                        + "/features\",define{sum_2d{sum=value,range=P2D}}}");
        for (int file = 10; file < 34; file++) {
            pipeline.raw(
                    "date=2024-11-05/part-" + file + ".json",
                    event("user" + file, "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", file));
        }
        pipeline.raw("date=2024-10-01/old.json", event("ada", "2024-10-01T10:00:00Z", "2024-10-01T10:01:00Z", 1));
        pipeline.dedup("2024-10-01", "2024-10-01");
        pipeline.dedup("2024-11-05", "2024-11-05");
        pipeline.features(
                CuratedRequest.of(new DateScope(Optional.of(LocalDate.parse("2024-11-05")), Optional.empty())));
    }

    @Test
    void aVersionOfFeaturesIsFollowedToTheFilesThatItCanDependOn() {
        List<String> lines = show(new LineageRequest(Optional.of(0L), Optional.empty(), false));

        assertThat(lines)
                .anyMatch(line -> line.matches(
                        "   │  └─ \\Q" + folder + "\\E/clean  version 1, 1 partition, digest [0-9a-f]{64}"))
                .contains("   │     ├─ read    1 partition, each with the digest of this seal")
                .anyMatch(
                        line -> line.matches(
                                "   │     └─ inputs  24 inputs of the versions up to this one, \\d+ bytes; settings [0-9a-f]{64}"))
                .anyMatch(line -> line.matches("   │        ├─ file:\\Q" + folder
                        + "\\E/raw/date=2024-11-05/part-10.json  \\d+ bytes  2024-11-07T00:00:00Z  1 date, 2024-11-05"))
                .contains("   │        └─ … and 4 more files; --all-inputs lists all")
                .noneMatch(line -> line.contains("old.json"))
                .contains("   └─ content 24 rows in 1 partition")
                .contains("chain        intact, 1 seals");
    }

    @Test
    void allInputsOrNoneAreListedAsAsked() {
        assertThat(files(show(new LineageRequest(Optional.of(0L), Optional.empty(), true))))
                .isEqualTo(24);
        assertThat(files(show(new LineageRequest(Optional.of(0L), Optional.of(1), true))))
                .isZero();
        assertThat(show(new LineageRequest(Optional.of(0L), Optional.of(0), true)))
                .noneMatch(line -> line.contains("/clean"));
        assertThat(show(new LineageRequest(Optional.empty(), Optional.empty(), true)))
                .noneMatch(line -> line.contains("/clean"))
                .anyMatch(line -> line.startsWith("   └─ inputs  1, 0 bytes; settings "));
    }

    @Test
    void aSealThatWasRemovedBelowIsNamed() {
        DeltaTable ledger = DeltaTable.forPath(spark(), pipeline.ledger());
        ledger.delete("sequence = 1 and job = 'dedup'");

        assertThatThrownBy(() -> show(new LineageRequest(Optional.of(0L), Optional.empty(), false)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessage("the chain of seals is broken: seal 1 is missing");
        ledger.restoreToVersion(2);
    }

    private List<String> show(LineageRequest request) {
        RunFacts facts = new RunFacts("lineage show", "show");
        new LineageJob(pipeline.context(facts), folder + "/features", pipeline.ledger()).run(request);
        return facts.summary();
    }

    private static long files(List<String> lines) {
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains("/raw/"))
                .count();
    }
}
