package io.lakeproof.jobs.drill;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.SparkTest;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.jobs.dedup.DedupJob;
import io.lakeproof.jobs.features.FeaturesJob;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.Pins;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("long")
class DrillJobTest extends SparkTest {
    private static final Recompute JOBS = new Recompute() {
        @Override
        public void dedup(RunContext context, PipelineConfig pipeline, DateScope scope, List<InputFile> inputs) {
            new DedupJob(context, pipeline, scope, inputs).run();
        }

        @Override
        public void features(RunContext context, PipelineConfig pipeline, DateScope scope) {
            new FeaturesJob(context, pipeline, CuratedRequest.of(scope)).run();
        }
    };

    /** A drill to be asked for, with the defaults of the command line. */
    private final class Drill {
        private String table = pipeline.table().toString();
        private Optional<String> pin = Optional.empty();
        private Optional<Long> version = Optional.empty();
        private Optional<String> backup = Optional.empty();
        private Optional<String> sourceBackup = Optional.empty();
        private String scratch = folder.resolve("scratch").toString();
        private boolean recompute = true;
        private boolean clean;
        private final RunFacts facts = new RunFacts("drill", "drill");

        Drill table(String path) {
            table = path;
            return this;
        }

        Drill pin(String name) {
            pin = Optional.of(name);
            return this;
        }

        Drill version(long number) {
            version = Optional.of(number);
            return this;
        }

        Drill backup(Path path) {
            backup = Optional.of(path.toString());
            return this;
        }

        Drill sourceBackup(Path path) {
            sourceBackup = Optional.of(path.toString());
            return this;
        }

        Drill scratch(String path) {
            scratch = path;
            return this;
        }

        Drill restoreOnly() {
            recompute = false;
            return this;
        }

        Drill clean() {
            clean = true;
            return this;
        }

        Pipeline.Run run() {
            Outcome outcome = new DrillJob(
                            pipeline.context(facts),
                            pipeline.config(),
                            new DrillRequest(
                                    table,
                                    pin,
                                    version,
                                    backup,
                                    sourceBackup,
                                    scratch,
                                    Optional.of(report().toString()),
                                    recompute,
                                    clean),
                            JOBS)
                    .run();
            return Pipeline.run(facts, outcome);
        }

        String said() {
            return String.join("\n", facts.summary());
        }
    }

    @TempDir
    static Path shared;

    private static @Nullable Pipeline sharedPipeline;

    @TempDir
    Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void pipeline() {
        pipeline = new Pipeline(spark(), folder);
    }

    /**
     * A table of three versions: three dates, of which a second run changes one and a third adds one. Made once: a test that damages
     * it mends it. {@code backup} is a copy of it, {@code old-backup} one without the last version.
     */
    private void threeVersions() throws IOException {
        Pipeline made = sharedPipeline;
        if (made == null) {
            pipeline = new Pipeline(spark(), shared);
            threeRuns();
            pin("q4", 1);
            pin("last", 2);
            made = pipeline;
            sharedPipeline = made;
        }
        pipeline = made;
    }

    private void threeRuns() throws IOException {
        for (int day = 4; day <= 6; day++) {
            rows(day, 20);
        }
        pipeline.dedup("2024-11-04", "2024-11-06");
        rows(5, 25);
        pipeline.at("2024-11-08T01:00:00Z").dedup("2024-11-05", "2024-11-05");
        FileUtils.copyDirectory(pipeline.table().toFile(), oldBackup().toFile());
        rows(7, 5);
        pipeline.at("2024-11-08T03:00:00Z").dedup("2024-11-07", "2024-11-07");
        FileUtils.copyDirectory(pipeline.table().toFile(), backup().toFile());
        pipeline.at("2024-11-09T03:00:00Z");
    }

    private Path backup() {
        return pipeline.folder().resolve("backup");
    }

    private Path oldBackup() {
        return pipeline.folder().resolve("old-backup");
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Does something while a file or folder is away, or has other content, and puts it back as it was. */
    private static void without(Path path, Step step) throws IOException {
        Path aside = path.resolveSibling("." + path.getFileName() + ".aside");
        Files.move(path, aside);
        try {
            step.run();
        } finally {
            if (Files.exists(path)) {
                Files.delete(path);
            }
            Files.move(aside, path);
        }
    }

    private Path rows(int day, int rows) {
        String date = "2024-11-0" + day;
        return pipeline.raw(
                "date=" + date + "/a.json",
                IntStream.range(0, rows)
                        .mapToObj(i -> event("user" + i % 7, date + "T10:" + (10 + i) + ":00Z", date + "T11:00:00Z", i))
                        .toArray(String[]::new));
    }

    @Test
    void aPinnedVersionIsRestoredAndMadeAgainAsItWasSealed() throws IOException {
        threeVersions();
        String digest = pipeline.verify(Optional.of(1L)).digest();
        long seals = new DeltaStore(session(), pipeline.ledger()).version();

        Drill drill = new Drill().pin("q4");
        Pipeline.Run run = drill.run();

        assertThat(run.outcome()).isEqualTo(Outcome.DONE);
        assertThat(run.version()).isEqualTo(1);
        assertThat(run.digest()).isEqualTo(digest);
        JsonNode figures = run.result().path("drill");
        assertThat(figures.path("rows").asLong()).isEqualTo(65);
        assertThat(figures.path("differences").asLong()).isZero();
        assertThat(figures.path("versionsBehind").asLong()).isEqualTo(1);
        assertThat(figures.path("recoveryPointSeconds").asDouble()).isEqualTo(7200);
        assertThat(figures.path("ageSeconds").asDouble()).isEqualTo(26 * 3600);
        assertThat(figures.path("recoverySeconds").isNumber()).isTrue();
        assertThat(figures.path("recomputeSeconds").isNumber()).isTrue();
        assertThat(figures.path("bytes").asLong()).isPositive();
        assertThat(drill.said())
                .contains("restored     3 of 3 partitions as sealed")
                .contains("recomputed   3 of 3 partitions as sealed")
                .contains("point        1 versions behind, 7,200.0 s before the newest; sealed 93,600.0 s ago");
        assertThat(report()).content().contains("OK", digest, "Partitions, restored", "Partitions, recomputed");
        // What is in the scratch is a sealed table of its own, and the ledger of the original has not grown.
        assertThat(scratchDigest("restored")).isEqualTo(digest);
        assertThat(scratchDigest("recomputed/clean")).isEqualTo(digest);
        assertThat(new DeltaStore(session(), pipeline.ledger()).version()).isEqualTo(seals);
    }

    @Test
    void whatIsGoneOrDamagedIsNamedWithItsPartitionAndTheBackupStillHasIt() throws IOException {
        threeVersions();
        Path lost = dataFile(pipeline.table(), "event_date=2024-11-06");
        Path damaged = dataFile(pipeline.table(), "event_date=2024-11-04");
        Path side = damaged.resolveSibling("." + damaged.getFileName() + ".crc"); // object stores have none
        byte[] bytes = Files.readAllBytes(damaged);
        // In the first value of the first column; a byte elsewhere may be one that no reader looks at.
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("user") + 2] ^= 0x10;
        Drill drill = new Drill().version(2);

        without(
                lost,
                () -> without(
                        side,
                        () -> without(damaged, () -> {
                            Files.write(damaged, bytes);
                            assertThatThrownBy(drill::run)
                                    .isInstanceOf(Failure.Integrity.class)
                                    .hasMessageStartingWith(
                                            "the drill of version 2 of " + pipeline.table()
                                                    + " failed; 2 differences:\n  restored event_date=2024-11-04: cannot be read: ")
                                    .hasMessageContaining(damaged.getFileName().toString())
                                    .hasMessageEndingWith("\n  restored event_date=2024-11-06: event_date=2024-11-06/"
                                            + lost.getFileName() + " is gone");
                        })));
        assertThat(drill.facts.failed(new IllegalStateException(), 0).json())
                .contains("\"rows\":30,", "\"recoverySeconds\":null,", "\"differences\":2}");
        assertThat(drill.said())
                .contains("restored     2 of 4 partitions as sealed")
                .contains("recomputed   4 of 4 partitions as sealed");
        assertThat(report())
                .content()
                .contains("FAILED", "unreadable", "missing", lost.getFileName().toString());

        Pipeline.Run again = new Drill()
                .version(2)
                .backup(backup())
                .scratch(folder + "/scratch2")
                .restoreOnly()
                .run();

        assertThat(again.result().path("drill").path("source").asText()).isEqualTo(backup().toString());
        assertThat(again.result().path("drill").path("rows").asLong()).isEqualTo(70);
    }

    @Test
    void aTableThatIsGoneComesBackFromItsCopyOnly() throws IOException {
        threeVersions();

        without(pipeline.table(), () -> {
            assertThatThrownBy(() -> new Drill().version(2).run())
                    .isInstanceOf(Failure.Integrity.class)
                    .hasMessage(pipeline.table()
                            + " is not there, or is no Delta table any more: nothing can be restored from it");
            assertThatThrownBy(() -> new Drill().version(2).backup(oldBackup()).run())
                    .isInstanceOf(Failure.Integrity.class)
                    .hasMessage("version 2 of " + pipeline.table() + " is sealed, but " + oldBackup()
                            + " ends with version 1");

            Pipeline.Run run = new Drill()
                    .pin("last")
                    .backup(backup())
                    .restoreOnly()
                    .clean()
                    .run();

            assertThat(run.version()).isEqualTo(2);
            assertThat(run.result().path("drill").path("recomputeSeconds").isNull())
                    .isTrue();
            assertThat(folder.resolve("scratch")).doesNotExist();
            Pipeline.Run newest = new Drill().backup(oldBackup()).restoreOnly().run();
            assertThat(newest.version()).isEqualTo(1);
        });
    }

    @Test
    void inputsThatAreGoneOrChangedAreNamed() throws IOException {
        threeVersions();
        Drill changed = new Drill().version(2);
        Path raw = pipeline.folder().resolve("raw/date=2024-11-06/a.json");

        without(raw, () -> {
            rows(6, 21);
            assertThatThrownBy(changed::run)
                    .isInstanceOf(Failure.Integrity.class)
                    .hasMessageContaining(
                            "1 difference:\n  recomputed event_date=2024-11-06: sealed with 20 rows, now 21");
        });
        assertThat(changed.said()).contains("inputs       0 of 4 are gone, 1 changed since");
        assertThat(report()).content().contains("/raw/date=2024-11-06/a.json: was ");

        without(
                raw,
                () -> assertThatThrownBy(() -> new Drill()
                                .version(2)
                                .scratch(folder + "/scratch2")
                                .run())
                        .isInstanceOf(Failure.Integrity.class)
                        .hasMessageMatching("(?s)1 of 4 inputs of version 2 of \\Q" + pipeline.table()
                                + "\\E are gone, so it cannot be made again: file:\\Q" + raw
                                + "\\E \\(\\d+ bytes, read by run .*\\)"));
    }

    @Test
    void aTouchedInputWithTheSameRowsIsNoDifference() throws IOException {
        threeVersions();
        Drill drill = new Drill().version(2);

        without(pipeline.folder().resolve("raw/date=2024-11-07/a.json"), () -> {
            rows(7, 5); // the same bytes at another time
            drill.run();
        });

        assertThat(drill.said()).contains("inputs       0 of 4 are gone, 1 changed since");
    }

    @Tag("exhaustive")
    @Test
    void otherSettingsAreNotTheVersionsOwn() throws IOException {
        threeVersions();
        String sealed = pipeline.config().dedupDigest();
        pipeline = new Pipeline(spark(), shared).set("dedup.order=[\"ingest_time asc\"]");

        assertThatThrownBy(() -> new Drill().version(1).run())
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageStartingWith(
                        "version 1 of " + pipeline.table() + " was made with other settings: seal 1 (dedup ")
                .hasMessageContaining(") has settings " + sealed + ", these are "
                        + pipeline.config().dedupDigest());
        assertThat(folder.resolve("scratch")).doesNotExist();
        assertThat(report()).content().contains("NOT DONE");
        assertThat(new Drill().version(1).restoreOnly().run().version()).isEqualTo(1);
    }

    @Tag("exhaustive")
    @Test
    void featuresAreMadeAgainFromTheVersionsOfTheCleanTableThatTheyWereMadeOf() throws IOException {
        pipeline.set("features={entity=user_id,version=v1,target=\"" + folder
                + "/features\",define{sum_7d{sum=value,range=P7D},last_3{sum=value,rows=3}}}");
        threeRuns();
        pipeline.features(CuratedRequest.of(dates("2024-11-04", "2024-11-06")));
        // The features of the 7th see this; those of the 6th were made before it came.
        pipeline.raw("date=2024-11-06/late.json", event("user1", "2024-11-06T09:00:00Z", "2024-11-07T10:00:00Z", 100));
        pipeline.dedup("2024-11-06", "2024-11-06");
        Pipeline.Run features = pipeline.features(CuratedRequest.of(dates("2024-11-07", "2024-11-07")));

        Drill drill = new Drill().table(folder + "/features").version(features.version());
        Pipeline.Run run = drill.run();

        assertThat(run.digest()).isEqualTo(features.digest());
        assertThat(drill.said())
                .contains("restored     4 of 4 partitions as sealed\n")
                .contains("recomputed   4 of 4 partitions as sealed\n")
                .contains("(restored version 3 of the source)")
                .contains("(restored version 2 of the source)");

        FileUtils.copyDirectory(
                pipeline.table().toFile(), folder.resolve("clean-copy").toFile());
        without(pipeline.table(), () -> {
            assertThatThrownBy(() -> new Drill()
                            .table(folder + "/features")
                            .version(0)
                            .scratch(folder + "/scratch3")
                            .run())
                    .isInstanceOf(Failure.Integrity.class)
                    .hasMessageMatching("the features were made of the table with id .*, and \\Q" + folder
                            + "\\E/clean is no Delta table");
            new Drill()
                    .table(folder + "/features")
                    .version(0)
                    .scratch(folder + "/scratch4")
                    .sourceBackup(folder.resolve("clean-copy"))
                    .run();
        });

        pipeline.set("features.define={sum_7d{sum=value,range=P6D}}");
        assertThatThrownBy(() -> new Drill()
                        .table(folder + "/features")
                        .version(1)
                        .scratch(folder + "/scratch2")
                        .run())
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining(
                        "is not what version 1 of " + folder + "/features was made with: seal 2 has settings ");
    }

    @Test
    void aWindowedTableIsMadeAgainFromTheInputsOfItsCleanTable() {
        pipeline.set("dedup.within=PT10M").set("dedup.windowed-target=\"" + folder + "/windowed\"");
        rows(4, 20);
        rows(5, 30);
        pipeline.dedup("2024-11-04", "2024-11-04");
        pipeline.dedup("2024-11-05", "2024-11-05");
        String windowed = folder + "/windowed";
        String digest = pipeline.verify(windowed, Optional.of(1L)).digest();

        Drill drill = new Drill().table(windowed).version(1);

        assertThat(drill.run().digest()).isEqualTo(digest);
        assertThat(drill.said())
                .contains("recomputed   2 of 2 partitions as sealed (recomputed clean table)\n")
                .contains("recomputed   2 of 2 partitions as sealed\n");
        assertThat(scratchDigest("recomputed/windowed")).isEqualTo(digest);
    }

    @Test
    void rowsThatOnlyAScopeReadAreMadeAgainByThatScope() {
        pipeline.set("source.path=\"" + folder + "/raw\"");
        for (int day = 4; day <= 6; day++) {
            rows(day, 10);
        }
        pipeline.dedup("2024-11-04", "2024-11-04");
        Pipeline.Run second = pipeline.dedup("2024-11-06", "2024-11-06");

        Pipeline.Run run = new Drill().version(1).run();

        assertThat(run.digest()).isEqualTo(second.digest());
        assertThat(scratchDigest("recomputed/clean")).isEqualTo(second.digest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"clean", "clean/scratch", "", "ledger/x"})
    void theScratchLiesApart(String name) throws IOException {
        threeVersions();

        assertThatThrownBy(() -> new Drill()
                        .version(1)
                        .scratch(shared.resolve(name).toString())
                        .run())
                .isInstanceOf(Failure.Usage.class)
                .hasMessageContaining(" lie in one another");
    }

    @Test
    void whatAnEarlierDrillLeftIsNotTouched() throws IOException {
        threeVersions();
        Files.createDirectories(folder.resolve("scratch/restored"));

        assertThatThrownBy(() -> new Drill().version(1).run())
                .isInstanceOf(Failure.Usage.class)
                .hasMessage("--scratch " + folder + "/scratch is not empty: restored is there");
        assertThatThrownBy(() ->
                        new Drill().pin("q5").scratch(folder + "/scratch2").run())
                .isInstanceOf(Failure.Usage.class)
                .hasMessage(pipeline.table() + " has no pin \"q5\"");
        assertThatThrownBy(() ->
                        new Drill().version(9).scratch(folder + "/scratch2").run())
                .isInstanceOf(Failure.Usage.class)
                .hasMessage("there is no version 9 of " + pipeline.table());
        assertThatThrownBy(() -> new Drill().scratch(folder + "/scratch2").run())
                .isInstanceOf(Failure.Usage.class)
                .hasMessage("a drill restores a pin, a version, or a backup");
    }

    private static DateScope dates(String from, String to) {
        return new DateScope(Optional.of(java.time.LocalDate.parse(from)), Optional.of(java.time.LocalDate.parse(to)));
    }

    private void pin(String name, long version) {
        Ledger ledger = new Ledger(session(), pipeline.ledger());
        String tableId = new DeltaStore(session(), pipeline.table().toString())
                .current()
                .orElseThrow()
                .tableId();
        new Pins(session(), pipeline.config().pinsPath())
                .pin(Pin.of(
                        name,
                        ledger.atOrBefore(tableId, version).orElseThrow(),
                        "run",
                        Instant.parse("2024-11-08T04:00:00Z"),
                        ""));
    }

    private String scratchDigest(String table) {
        DeltaStore store = new DeltaStore(session(), folder + "/scratch/" + table);
        return new Ledger(session(), folder + "/scratch/_lakeproof/ledger")
                .newest(store.current().orElseThrow().tableId())
                .orElseThrow()
                .digest()
                .hex();
    }

    private Path report() {
        return folder.resolve("drill.html");
    }

    private static Path dataFile(Path table, String partition) throws IOException {
        try (Stream<Path> files = Files.list(table.resolve(partition))) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
