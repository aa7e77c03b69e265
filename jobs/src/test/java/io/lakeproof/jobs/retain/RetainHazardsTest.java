package io.lakeproof.jobs.retain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.SealedVersions;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deletion vectors in use, a death in the middle of deleting, and pins that come while it runs. */
@Tag("long")
class RetainHazardsTest extends SparkTest {
    private static final Instant NOW = Instant.parse("2024-11-08T00:00:00Z");
    private static final int KEEP = 20;

    @TempDir
    private Path folder;

    private Path table;
    private final SortedMap<Long, TableDigest> digests = new TreeMap<>();

    @Test
    void aDeletionVectorLivesAsLongAsAPromisedOrPinnedVersionNeedsIt() throws IOException {
        table = folder.resolve("masked");
        write(0, "append");
        DeltaTable delta = DeltaTable.forPath(session(), table.toString());
        delta.delete("id % 3 = 0");
        List<Path> first = vectors();
        delta.delete("id % 3 = 1");
        List<Path> second = new ArrayList<>(vectors());
        second.removeAll(first);
        write(3, "overwrite");
        seal(3);
        pin("gold", 1);
        List<Path> before = files();
        assertThat(first).hasSize(1);
        assertThat(second).hasSize(1);

        assertThat(retain()).isEqualTo(Outcome.DONE);

        before.removeAll(second);
        assertThat(files()).isEqualTo(before);
        assertIntact(1, 3);
        unpin("gold");
        assertThat(retain()).isEqualTo(Outcome.DONE);
        assertThat(vectors()).isEmpty();
        assertThat(files()).hasSize(1);
        assertIntact(3);
    }

    @Test
    void aRunThatDiedWhileItDeletedIsCompletedByTheNext() throws IOException {
        overwritten();
        pin("gold", 1);
        AtomicInteger deletions = new AtomicInteger();

        assertThatThrownBy(() -> HookedFileSystem.during(
                        hadoop(), HookedFileSystem::nothing, path -> dieAtTheSecond(path, deletions), this::retain))
                .hasMessage("killed");

        assertThat(files()).hasSize(3);
        assertIntact(1, 3);
        assertThat(retain()).isEqualTo(Outcome.DONE);
        assertThat(files()).hasSize(2);
        assertIntact(1, 3);
        assertThat(retain()).isEqualTo(Outcome.EMPTY);
    }

    @Test
    void aPinThatIsSetMeanwhileHoldsOrIsRefused() throws IOException {
        overwritten();
        AtomicInteger listings = new AtomicInteger();

        assertThatThrownBy(() -> HookedFileSystem.during(
                        hadoop(),
                        path -> onceListed(path, listings, () -> pin("late", 1)),
                        HookedFileSystem::nothing,
                        this::retain))
                .isInstanceOf(Failure.Conflict.class);
        assertThat(files()).hasSize(4);

        AtomicInteger deletions = new AtomicInteger();
        HookedFileSystem.during(
                hadoop(), HookedFileSystem::nothing, path -> refusedAtTheFirst(path, deletions), this::retain);

        assertThat(deletions).hasValueGreaterThan(1);
        assertThat(files()).hasSize(2);
        assertIntact(1, 3);
    }

    private void dieAtTheSecond(org.apache.hadoop.fs.Path path, AtomicInteger deletions) {
        if (isData(path) && deletions.incrementAndGet() == 2) {
            throw new IllegalStateException("killed");
        }
    }

    private void onceListed(org.apache.hadoop.fs.Path path, AtomicInteger listings, Runnable then) {
        if (path.toUri().getPath().equals(table.toString()) && listings.incrementAndGet() == 1) {
            then.run();
        }
    }

    /** Version 0 is given up before its file goes. */
    private void refusedAtTheFirst(org.apache.hadoop.fs.Path path, AtomicInteger deletions) {
        if (isData(path) && deletions.incrementAndGet() == 1) {
            assertThatThrownBy(() -> pin("too-late", 0)).isInstanceOf(Failure.Configuration.class);
        }
    }

    private boolean isData(org.apache.hadoop.fs.Path path) {
        return Path.of(path.toUri().getPath()).getParent().equals(table)
                && path.getName().startsWith("part-");
    }

    /** Four versions, each with a file of its own, of which the last is promised. */
    private void overwritten() throws IOException {
        table = folder.resolve("overwritten");
        for (int version = 0; version <= 3; version++) {
            write(version, "overwrite");
        }
        seal(3);
    }

    private void write(int version, String mode) {
        session()
                .range(version * 100L, version * 100L + 12, 1, 1)
                .selectExpr("id", "id / 8.0D as x")
                .write()
                .format("delta")
                .mode(mode)
                .option("delta.enableDeletionVectors", "true")
                .option("delta.logRetentionDuration", "interval 3650 days")
                .save(table.toString());
    }

    /** Seals all versions, and makes them and their files old. */
    private void seal(long last) throws IOException {
        for (long version = 0; version <= last; version++) {
            digests.put(version, digest(version));
            makeOld(table.resolve("_delta_log/%020d.json".formatted(version)), 50 - 5 * (int) version);
        }
        for (Path file : files()) {
            makeOld(file, 45);
        }
        String id = new DeltaStore(session(), table.toString())
                .current()
                .orElseThrow()
                .tableId();
        SealedVersions.write(session(), place().ledger(), id, table.toString(), digests);
    }

    private TableDigest digest(long version) {
        Dataset<Row> rows = new DeltaStore(session(), table.toString()).read(version);
        return TableDigest.of(rows.schema(), ContentDigest.of(rows, List.of()));
    }

    private void assertIntact(long... versions) {
        for (long version : versions) {
            assertThat(digest(version)).as("version " + version).isEqualTo(digests.get(version));
        }
    }

    private Outcome retain() {
        return new RetainJob(context("retain"), new RetainRequest(place(), Optional.of(KEEP))).run();
    }

    private void pin(String name, long version) {
        new PinJob(context("pin"), new PinRequest(place(), name, version, "why")).run();
    }

    private void unpin(String name) {
        new UnpinJob(context("unpin"), place()).run(name);
    }

    private RunContext context(String command) {
        return new RunContext(session(), Clock.fixed(NOW, ZoneOffset.UTC), "r", false, new RunFacts(command, "r"));
    }

    private TablePlace place() {
        return new TablePlace(
                table.toString(),
                folder.resolve("ledger").toString(),
                folder.resolve("pins").toString(),
                Optional.empty());
    }

    private Configuration hadoop() {
        return spark().sparkContext().hadoopConfiguration();
    }

    private static void makeOld(Path file, int days) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(days))));
    }

    private List<Path> vectors() throws IOException {
        return files().stream().filter(file -> file.toString().endsWith(".bin")).toList();
    }

    /** Data files and deletion vectors. */
    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(table)) {
            return new ArrayList<>(files.filter(file -> file.toString().matches(".*/[^.][^/]*\\.(parquet|bin)"))
                    .sorted()
                    .toList());
        }
    }
}
