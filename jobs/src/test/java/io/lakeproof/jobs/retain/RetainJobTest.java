package io.lakeproof.jobs.retain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.SparkTest;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pins;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
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
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class RetainJobTest extends SparkTest {
    private static final Instant NOW = Instant.parse("2024-11-08T00:00:00Z");
    private static final List<String> PLACES = List.of("a b", "50%", "ü/ñ", "x=y", "#?:{1}");
    private static final int VERSIONS = 5;
    private static final int KEEP = 20;

    @TempDir
    private Path folder;

    /** Days before NOW at which each version was committed. */
    private final List<Integer> ages = new ArrayList<>();

    private final List<String> digests = new ArrayList<>();

    @Test
    void whatIsDeletedIsWhatNoPromisedAndNoPinnedVersionReads() throws IOException {
        for (long seed = 1; seed <= 2; seed++) {
            Random random = new Random(seed);
            Path table = folder.resolve("table " + seed);
            make(table, random);
            Path readme = foreign(table.resolve("README"), 90);
            Path lookup = foreign(table.resolve("lookup.parquet"), 90);
            Path change = foreign(table.resolve("_change_data/" + part(1)), 90);
            Path running = foreign(table.resolve(part(2)), 6);
            Path orphan = foreign(table.resolve(part(3)), 8);
            pin(table, "gold", 1, false);
            Set<Long> kept = promised();
            kept.add(1L);
            Set<Path> expected = unread(table, kept);
            Set<Path> before = files(table);

            retain(table, Optional.of(KEEP), true);
            assertThat(files(table)).as("dry run, seed " + seed).isEqualTo(before);
            RunFacts facts = new RunFacts("retain", "r");
            assertThat(retain(table, Optional.of(KEEP), false, facts)).isEqualTo(Outcome.DONE);

            Set<Path> gone = new TreeSet<>(before);
            gone.removeAll(files(table));
            assertThat(gone).as("seed " + seed).isEqualTo(expected).contains(orphan);
            assertThat(files(table)).contains(readme, lookup, change, running);
            assertThat(facts.succeeded(Outcome.DONE, 0).json())
                    .contains("\"pins\":1,\"files\":" + gone.size())
                    .contains("\"deleted\":" + gone.size());
            for (long version : kept) {
                assertThat(digest(table, version))
                        .as("seed " + seed + " version " + version)
                        .isEqualTo(digests.get((int) version));
            }
            assertThat(retain(table, Optional.of(KEEP), false)).isEqualTo(Outcome.EMPTY);
        }
    }

    @Test
    void pinsAreCheckedAndDeltaIsToldToKeepThem() throws IOException {
        Path table = folder.resolve("pinned");
        make(table, new Random(7));

        assertThatThrownBy(() -> pin(table, "no/name", 1, false)).isInstanceOf(Failure.Usage.class);
        assertThatThrownBy(() -> pin(table, "gold", 99, false))
                .isInstanceOf(Failure.Usage.class)
                .hasMessage("the log of " + table + " has no version 99");
        assertThat(pin(table, "gold", 1, true)).isEqualTo(Outcome.DONE);
        assertThat(pins(table).of(id(table))).isEmpty();
        assertThat(pin(table, "gold", 1, false)).isEqualTo(Outcome.DONE);
        assertThat(pin(table, "gold", 1, false)).isEqualTo(Outcome.REPLAYED);
        assertThatThrownBy(() -> pin(table, "gold", 2, false)).isInstanceOf(Failure.Configuration.class);
        assertThat(property(table)).isEqualTo("interval 3650 days");
        assertThatThrownBy(() -> pin(table, "late", VERSIONS, false))
                .isInstanceOfSatisfying(
                        Failure.Configuration.class,
                        f -> assertThat(f.fix())
                                .isEqualTo("Pin version " + (VERSIONS - 1) + ", the last sealed one before it."));

        retain(table, Optional.of(KEEP), false);
        // Version 1 is rebuilt from commit 0, which is 41 days old, counted up, and a year is left.
        assertThat(property(table)).isEqualTo("interval " + (ages.get(0) + 1 + 365) + " days");

        Files.delete(table.resolve("_delta_log/00000000000000000000.json"));
        Set<Path> before = files(table);
        assertThatThrownBy(() -> retain(table, Optional.of(KEEP), false))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("no longer has version 1, which the pin \"gold\" holds");
        assertThat(files(table)).isEqualTo(before);
        assertThatThrownBy(() -> retain(table, Optional.of(6), false)).isInstanceOf(Failure.Usage.class);
        assertThatThrownBy(() -> retain(table, Optional.empty(), false)).isInstanceOf(Failure.Usage.class);
        assertThat(new UnpinJob(context(false, new RunFacts("unpin", "r")), place(table)).run("gold"))
                .isEqualTo(Outcome.DONE);
        assertThat(pins(table).of(id(table))).isEmpty();
    }

    /** Sealed versions of plain Delta, whose files and commits are then made old. */
    private void make(Path table, Random random) throws IOException {
        ages.clear();
        digests.clear();
        Ledger ledger = new Ledger(session(), folder.resolve("ledger").toString());
        int age = 41 + random.nextInt(5);
        for (int version = 0; version < VERSIONS; version++) {
            List<Row> rows = new ArrayList<>();
            String place = PLACES.get(random.nextInt(PLACES.size()));
            for (String each : version == 0 ? PLACES : List.of(place)) {
                rows.add(RowFactory.create(each, random.nextInt()));
            }
            session()
                    .createDataFrame(rows, StructType.fromDDL("place STRING, value INT"))
                    .coalesce(1)
                    .write()
                    .format("delta")
                    .partitionBy("place")
                    .option("delta.logRetentionDuration", "interval 3650 days")
                    .option("replaceWhere", "place = '" + place + "'")
                    .mode(version == 0 || random.nextInt(3) == 0 ? "append" : "overwrite")
                    .save(table.toString());
            ages.add(age);
            age -= 1 + random.nextInt(age / (VERSIONS - version));
            digests.add(digest(table, version));
            ledger.append(seal(table, version), ledger.newest(id(table)));
            makeOld(log(table, version), ages.get(version));
        }
        for (Path file : files(table)) {
            if (file.toString().endsWith(".parquet")) {
                makeOld(file, random.nextInt(4) == 0 ? 6 : 8 + random.nextInt(40));
            }
        }
    }

    private Seal seal(Path table, long version) {
        Dataset<Row> rows = rows(table, version);
        return new Seal(
                0,
                id(table),
                table.toString(),
                version,
                version - 1,
                "test",
                "dedup",
                Outcome.COMMITTED,
                "key " + version,
                "run",
                NOW,
                DateScope.ALL,
                Optional.empty(),
                List.of(),
                List.of(),
                TableDigest.of(rows.schema(), ContentDigest.of(rows, List.of("place"))),
                "config",
                List.of(),
                List.of(),
                new Counts(0, 0, 0, 0, 0, new TreeMap<>()),
                "test",
                "");
    }

    /** The versions that were the newest one at some moment of the last KEEP days. */
    private Set<Long> promised() {
        Set<Long> promised = new TreeSet<>();
        for (int version = 0; version < VERSIONS; version++) {
            if (version == VERSIONS - 1 || ages.get(version + 1) < KEEP) {
                promised.add((long) version);
            }
        }
        return promised;
    }

    private Set<Path> unread(Path table, Set<Long> kept) throws IOException {
        Set<Path> unread = files(table).stream()
                .filter(file -> file.toString().endsWith(".parquet") && !file.endsWith("lookup.parquet"))
                .filter(file -> !table.relativize(file).toString().startsWith("_"))
                .collect(Collectors.toCollection(TreeSet::new));
        for (Path file : List.copyOf(unread)) {
            if (!Files.getLastModifiedTime(file).toInstant().isBefore(NOW.minus(Duration.ofDays(7)))) {
                unread.remove(file);
            }
        }
        for (long version : kept) {
            for (String file : rows(table, version).inputFiles()) {
                Path read = Path.of(file.substring("file:".length()));
                assertThat(read).exists();
                unread.remove(read);
            }
        }
        return unread;
    }

    private Outcome pin(Path table, String name, long version, boolean dryRun) {
        return new PinJob(context(dryRun, new RunFacts("pin", "r")), new PinRequest(place(table), name, version, "why"))
                .run();
    }

    private Outcome retain(Path table, Optional<Integer> keepDays, boolean dryRun) {
        return retain(table, keepDays, dryRun, new RunFacts("retain", "r"));
    }

    private Outcome retain(Path table, Optional<Integer> keepDays, boolean dryRun, RunFacts facts) {
        return new RetainJob(context(dryRun, facts), new RetainRequest(place(table), keepDays)).run();
    }

    private RunContext context(boolean dryRun, RunFacts facts) {
        return new RunContext(session(), Clock.fixed(NOW, ZoneOffset.UTC), "r", dryRun, facts);
    }

    private TablePlace place(Path table) {
        return new TablePlace(
                table.toString(),
                folder.resolve("ledger").toString(),
                folder.resolve("pins").toString(),
                Optional.empty());
    }

    private Pins pins(Path table) {
        return new Pins(session(), place(table).pins());
    }

    private String id(Path table) {
        return new DeltaStore(session(), table.toString())
                .current()
                .orElseThrow()
                .tableId();
    }

    private Dataset<Row> rows(Path table, long version) {
        return new DeltaStore(session(), table.toString()).read(version);
    }

    private String digest(Path table, long version) {
        Dataset<Row> rows = rows(table, version);
        return TableDigest.of(rows.schema(), ContentDigest.of(rows, List.of("place")))
                .hex();
    }

    private String property(Path table) {
        return session()
                .sql("SHOW TBLPROPERTIES delta.`" + table + "` ('delta.deletedFileRetentionDuration')")
                .first()
                .getString(1);
    }

    private static String part(int number) {
        return String.format(Locale.ROOT, "part-%05d-0c5c2b1e-0000-4000-8000-000000000000-c000.snappy.parquet", number);
    }

    private static Path log(Path table, long version) {
        return table.resolve(String.format(Locale.ROOT, "_delta_log/%020d.json", version));
    }

    private static Path foreign(Path file, int age) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "not of Delta");
        makeOld(file, age);
        return file;
    }

    private static void makeOld(Path file, int days) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofDays(days))));
    }

    /** All but the log and Hadoop's checksums. */
    private static Set<Path> files(Path table) throws IOException {
        try (Stream<Path> walk = Files.walk(table)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> !table.relativize(file).startsWith("_delta_log"))
                    .filter(file -> !file.getFileName().toString().endsWith(".crc"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
