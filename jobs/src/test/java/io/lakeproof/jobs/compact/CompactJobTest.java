package io.lakeproof.jobs.compact;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lakeproof.FaultyLogStore;
import io.lakeproof.FaultyLogStore.Fault;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRequest.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class CompactJobTest extends SparkTest {
    private static final long TARGET = 1_000_000;

    @TempDir
    Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void smallFiles() {
        pipeline = new Pipeline(spark(), folder)
                .set("curate={ version = v1, target = \"" + folder.resolve("curated")
                        + "\", select = [user_id, value] }");
        raw("2024-11-06", 0);
        for (int batch = 0; batch < 2; batch++) {
            raw("2024-11-04", batch);
            raw("2024-11-05", batch);
            pipeline.dedup();
        }
    }

    /** A windowed table whose newest date has two files. */
    private void windowed() {
        pipeline.set("dedup.within=PT10M").set("dedup.windowed-target=" + folder.resolve("windowed"));
        pipeline.dedup();
        raw("2024-11-05", 2);
        pipeline.dedup();
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    @Test
    void isLosslessTouchesNothingElseAndIsDoneOnce() {
        String before = pipeline.verify(Optional.empty()).digest();
        List<String> other = files("clean", "event_date=2024-11-06");
        assertThat(files("clean", "event_date=2024-11-04")).hasSize(2);

        Pipeline.Run run = pipeline.compact(table("clean"), TARGET);

        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(run.digest()).isEqualTo(before).isEqualTo(pipeline.digestNow());
        assertThat(pipeline.verify(Optional.empty()).digest()).isEqualTo(before);
        assertThat(run.result().path("scope").path("dates").asInt()).isEqualTo(2);
        assertThat(files("clean", "event_date=2024-11-04")).hasSize(1);
        assertThat(files("clean", "event_date=2024-11-05")).hasSize(1);
        assertThat(files("clean", "event_date=2024-11-06")).isEqualTo(other);
        assertThat(pipeline.compact(table("clean"), TARGET).outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(session()
                        .read()
                        .format("delta")
                        .load(pipeline.ledger())
                        .where("job = 'compact'")
                        .count())
                .isEqualTo(1);
    }

    @Tag("exhaustive")
    @Test
    void laterRunsGoOnAsIfItHadNotHappened() {
        windowed();
        pipeline.curate(CuratedRequest.of(DateScope.ALL));
        String clean = pipeline.digestNow();
        for (String table : List.of("clean", "windowed", "curated")) {
            assertThat(pipeline.compact(table(table), TARGET).outcome())
                    .as(table)
                    .isEqualTo(table.equals("curated") ? Outcome.EMPTY : Outcome.COMMITTED);
        }
        assertThat(pipeline.compact(table("windowed"), TARGET).outcome()).isEqualTo(Outcome.EMPTY);

        Pipeline.Run replay = pipeline.dedup();
        Pipeline.Run curate = pipeline.curate(CuratedRequest.of(DateScope.ALL, Mode.CHANGED));

        assertThat(replay.outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(pipeline.digestNow()).isEqualTo(clean);
        assertThat(curate.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(pipeline.curate(CuratedRequest.of(DateScope.ALL)).outcome()).isEqualTo(Outcome.REPLAYED);

        raw("2024-11-04", 9);
        raw("2024-11-07", 9);
        assertThat(pipeline.dedup().outcome()).isEqualTo(Outcome.COMMITTED);
        Pipeline.Run changed = pipeline.curate(CuratedRequest.of(DateScope.ALL, Mode.CHANGED));
        assertThat(changed.result().path("scope").path("dates").asInt()).isEqualTo(2);
        for (String table : List.of("clean", "windowed", "curated")) {
            pipeline.verify(table(table), Optional.empty());
        }
        Pipeline anew =
                new Pipeline(spark(), folder.resolve("anew")).set("source.path=" + folder.resolve("raw/date={date}/"));
        assertThat(anew.dedup().digest()).isEqualTo(pipeline.digestNow());
    }

    @Test
    void aCrashIsSealedByTheNextRunAndDoesNotStopOthers() {
        String before = pipeline.digestNow();
        FaultyLogStore.arm(Fault.CRASH_AFTER, 0);
        Throwable crash = catchThrowable(() -> pipeline.compact(table("clean"), TARGET));
        FaultyLogStore.disarm();

        Pipeline.Run again = pipeline.compact(table("clean"), TARGET);

        assertThat(crash).isInstanceOf(FaultyLogStore.Crash.class);
        assertThat(again.outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(again.digest()).isEqualTo(before);

        windowed();
        FaultyLogStore.arm(Fault.CRASH_AFTER, 0);
        assertThat(catchThrowable(() -> pipeline.compact(table("windowed"), TARGET)))
                .isInstanceOf(FaultyLogStore.Crash.class);
        FaultyLogStore.disarm();
        raw("2024-11-08", 1);
        assertThat(pipeline.dedup().outcome()).isEqualTo(Outcome.COMMITTED);
        pipeline.verify(table("windowed"), Optional.empty());
    }

    @Test
    void refusesToWriteWhatIsNotWhatWasSealed() throws IOException {
        // The files of two dates' partitions hold the same columns: one in place of another reads well, and is another
        // content.
        Path one = only("2024-11-04");
        Path other = only("2024-11-05");
        Files.copy(other, one, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(one.resolveSibling("." + one.getFileName() + ".crc"));

        assertThatThrownBy(() -> pipeline.compact(table("clean"), TARGET))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("event_date=2024-11-04 of " + table("clean"))
                .hasMessageContaining("does not hold the rows that were sealed; nothing was written");
        assertThatThrownBy(() -> pipeline.compact(table("nowhere"), TARGET)).isInstanceOf(Failure.InputMissing.class);
    }

    private Path only(String date) {
        return Path.of(
                java.net.URI.create(files("clean", "event_date=" + date).get(0)).getPath());
    }

    private List<String> files(String table, String part) {
        return Arrays.stream(session().read().format("delta").load(table(table)).inputFiles())
                .filter(file -> file.contains(part))
                .sorted()
                .toList();
    }

    private String table(String name) {
        return folder.resolve(name).toString();
    }

    private void raw(String date, int batch) {
        List<String> lines = new ArrayList<>();
        Stream.of("a", "b", "c")
                .forEach(user -> lines.add(event(
                        user,
                        date + "T1" + batch + ":00:0" + batch + "Z",
                        date + "T23:00:00Z",
                        batch + date.charAt(9))));
        pipeline.raw("date=" + date + "/" + batch + ".json", lines.toArray(String[]::new));
    }
}
