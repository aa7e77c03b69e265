package io.lakeproof.jobs.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.model.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log and the files, whether or not there are seals. */
@Tag("long")
class VerifyFilesTest extends SparkTest {
    @TempDir
    Path folder;

    @Test
    void theLevelsNameTheFile() throws IOException {
        SealedFixture fixture = SealedFixture.sealed(session(), folder, 1);
        fixture.withoutSideFiles();
        Path file = fixture.table().resolve(fixture.store().files(1).get(0).path());
        byte[] bytes = Files.readAllBytes(file);
        bytes[60] ^= 1;
        Files.write(file, bytes);

        assertThat(VerifyRun.of(fixture, VerifyRun.all(Level.LOG)).outcome()).isEqualTo(Outcome.DONE);
        assertThatThrownBy(() -> VerifyRun.of(fixture, VerifyRun.all(Level.BYTES)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("1 finding:\n  " + fixture.table().relativize(file) + ": cannot be read: ");
        assertThatThrownBy(() -> VerifyRun.of(fixture, VerifyRun.all(Level.CONTENT)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining(file.getFileName() + ": cannot be read: ")
                .hasMessageContaining("d=2024-11-01: cannot be read: ");
        Files.delete(file);
        assertThatThrownBy(() -> VerifyRun.of(fixture, VerifyRun.all(Level.LOG)))
                .hasMessageContaining(file.getFileName() + ": is missing");
    }

    @Test
    void whatAVacuumTookIsNoted() {
        SealedFixture fixture = SealedFixture.in(session(), folder);
        fixture.append(fixture.rows("2024-11-01", 1, 40), Map.of());
        fixture.append(fixture.rows("2024-11-02", 2, 40), Map.of());
        fixture.replace("2024-11-01", fixture.rows("2024-11-01", 9, 40));
        fixture.seal();
        fixture.spark().conf().set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
        DeltaTable.forPath(fixture.spark(), fixture.table().toString()).vacuum(0);

        assertThat(VerifyRun.of(fixture, VerifyRun.all(Level.CONTENT)).summary())
                .anyMatch(line -> line.contains("1 files of older versions are gone"))
                .contains(
                        "note         version 0 not checked: files are gone by retention",
                        "note         version 1 not checked: files are gone by retention");
        assertThatThrownBy(() -> VerifyRun.of(fixture, VerifyRun.content(1)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("d=2024-11-01: cannot be read: ");
    }

    @Test
    void choosesTheVersionThatAReaderSaw() throws IOException {
        SealedFixture fixture = SealedFixture.sealed(session(), folder, 2);
        for (int version = 0; version <= 2; version++) {
            Path commit = fixture.table().resolve("_delta_log/%020d.json".formatted(version));
            Files.setLastModifiedTime(commit, FileTime.from(Instant.parse("2024-11-0" + (1 + version) + "T12:00:00Z")));
        }

        assertThat(versions(fixture, VersionChoice.asOf(Instant.parse("2024-11-02T12:00:00Z"))))
                .containsExactly(1L);
        assertThat(versions(fixture, VersionChoice.asOf(Instant.parse("2024-11-02T11:59:59Z"))))
                .containsExactly(0L);
        assertThat(versions(fixture, VersionChoice.asOf(Instant.parse("2025-11-02T00:00:00Z"))))
                .containsExactly(2L);
        assertThat(versions(fixture, new VersionChoice(Optional.of(1L), Optional.empty(), Optional.empty())))
                .containsExactly(1L, 2L);
        assertThatThrownBy(() -> versions(fixture, VersionChoice.asOf(Instant.parse("2024-11-01T00:00:00Z"))))
                .isInstanceOf(Failure.Usage.class)
                .hasMessage("--as-of 2024-11-01T00:00:00Z: " + fixture.table() + " has no version that old");
    }

    @Test
    void tablesThatNobodySealedAreRefused() throws IOException {
        SealedFixture fixture = SealedFixture.in(session(), folder);
        fixture.append(fixture.rows("2024-11-01", 1, 3), Map.of());
        Path parquet = folder.resolve("parquet");
        fixture.store().read().write().partitionBy("d").parquet(parquet.toString());
        Files.createDirectories(folder.resolve("iceberg/metadata"));
        Files.createDirectories(folder.resolve("iceberg/data"));
        Files.createDirectories(folder.resolve("hudi/.hoodie"));

        assertThatThrownBy(() -> VerifyRun.of(fixture, VerifyRun.all(Level.CONTENT)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessage("no seal in " + fixture.ledger() + " for version 0 of " + fixture.table()
                        + " or any version before it");
        assertThat(VerifyRun.of(fixture, VerifyRun.all(Level.LOG)).outcome()).isEqualTo(Outcome.DONE);
        assertRefused(parquet, "but a folder of files without a log");
        assertRefused(folder.resolve("iceberg"), "but looks like an Iceberg table");
        assertRefused(folder.resolve("hudi"), "but a Hudi table");
    }

    private void assertRefused(Path table, String why) {
        assertThatThrownBy(() -> VerifyRun.of(SealedFixture.in(session(), folder), table, VerifyRun.all(Level.CONTENT)))
                .isInstanceOf(Failure.InputMissing.class)
                .hasMessageContaining(table + " is not a Delta table, " + why);
    }

    private static Iterable<Long> versions(SealedFixture fixture, VersionChoice choice) {
        return choice.of(fixture.store().replay(), fixture.table().toString());
    }
}
