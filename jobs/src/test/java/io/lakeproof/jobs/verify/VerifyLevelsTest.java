package io.lakeproof.jobs.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyLevelsTest extends SparkTest {
    private static final String NOW = "2024-11-09T00:00:00Z";

    @TempDir
    Path folder;

    @Test
    void whatPlainDeltaDidIsFoundWithItsVersionPartitionAndRow() {
        SealedFixture fixture = sealed(1);
        DeltaTable table = DeltaTable.forPath(fixture.spark(), fixture.table().toString());
        Dataset<Row> one = fixture.rows("2024-11-01", 0, 1);

        fixture.append(fixture.rows("2024-11-01", 77, 1), Map.of());
        assertFound(fixture, 2, "sealed with 40 rows, now 41", "not sealed: d=\"2024-11-01\", id=77000000");
        table.delete("id = 77000000");

        fixture.append(one, Map.of());
        assertFound(fixture, 4, "sealed with 40 rows, now 41", "1 rows are there that were not sealed");
        table.delete("id = 0");
        assertFound(fixture, 5, "sealed with 40 rows, now 39", "missing: d=\"2024-11-01\", id=0");
        fixture.append(one, Map.of());

        table.update(functions.expr("id in (1, 2)"), Map.of("x", functions.expr("if(id = 1, 0.25, 0.125)")));
        assertFound(
                fixture, 7, "40 rows as sealed, but their content differs", "2 sealed rows are missing, 2 rows are");
    }

    @Test
    void columnsInAnotherOrderAreFound() {
        SealedFixture fixture = sealed(0);
        fixture.store()
                .read()
                .select("x", "name", "id", "d")
                .write()
                .format("delta")
                .mode(SaveMode.Overwrite)
                .option("overwriteSchema", "true")
                .partitionBy("d")
                .save(fixture.table().toString());

        assertThatThrownBy(() -> verify(fixture, content(1)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("version 1 of")
                .hasMessageContaining(
                        "(schema): the columns are x, name, id, d; when it was sealed they were d, id, name, x");
    }

    @Test
    void eachDistinctFileOfAllVersionsIsReadOnce() throws IOException {
        SealedFixture fixture = SealedFixture.in(session(), folder);
        int versions = Integer.getInteger("lakeproof.versions", 6);
        for (int version = 0; version < versions; version++) {
            fixture.append(
                    fixture.rows("2024-11-%02d".formatted(1 + version % 3), version, 40_000)
                            .withColumn("name", functions.expr("sha2(name || id, 256)")),
                    Map.of());
        }
        fixture.seal();
        long once = fixture.store().files(versions - 1).stream()
                .mapToLong(file -> file.length())
                .sum();
        verify(fixture, all(Level.LOG)); // so that what it reads of log and ledger is known

        long log = read(() -> verify(fixture, all(Level.LOG)));
        long content = read(() -> verify(fixture, all(Level.CONTENT)));

        assertThat((double) content - log)
                .as("bytes for " + once + " in files, " + content + " with those of the log and the ledger, which are "
                        + log)
                .isBetween(0.9 * once, 1.3 * once);
        assertThat((double) read(() -> verify(fixture, all(Level.BYTES))) - log).isBetween(0.9 * once, 1.3 * once);
    }

    @Test
    void versionsBeforeAndAfterANewColumnAreVerifiedTogether() {
        SealedFixture fixture = SealedFixture.in(session(), folder);
        fixture.append(fixture.rows("2024-11-01", 1, 10), Map.of());
        fixture.append(
                fixture.rows("2024-11-02", 2, 10).withColumn("y", functions.lit(1)), Map.of("mergeSchema", "true"));
        fixture.append(fixture.rows("2024-11-02", 3, 10).withColumn("y", functions.lit(2)), Map.of());
        fixture.seal();

        assertThat(verify(fixture, all(Level.CONTENT)).summary())
                .anyMatch(line -> line.endsWith("3 versions from 0 to 2: OK"));
    }

    @Test
    void deletionVectorsAndColumnMappingAreReadAsDeltaReadsThem() throws IOException {
        SealedFixture fixture = SealedFixture.in(session(), folder);
        fixture.append(
                fixture.rows("2024-11-01", 1, 10),
                Map.of("delta.enableDeletionVectors", "true", "delta.columnMapping.mode", "name"));
        DeltaTable.forPath(fixture.spark(), fixture.table().toString()).delete("id % 3 = 0");
        fixture.append(fixture.rows("2024-11-02", 2, 10), Map.of());
        fixture.seal();

        assertThat(verify(fixture, all(Level.CONTENT)).outcome).isEqualTo(Outcome.DONE);
        assertThat(verify(fixture, all(Level.BYTES)).outcome).isEqualTo(Outcome.DONE);

        try (Stream<Path> files = Files.list(fixture.table())) {
            Files.delete(files.filter(file -> file.toString().endsWith(".bin"))
                    .findFirst()
                    .orElseThrow());
        }
        assertThatThrownBy(() -> verify(fixture, all(Level.LOG)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("lacks its deletion vector deletion_vector_");
    }

    @Test
    void theLevelsNameTheFile() throws IOException {
        SealedFixture fixture = sealed(1);
        fixture.withoutSideFiles();
        Path file = fixture.table().resolve(fixture.store().files(1).get(0).path());
        byte[] bytes = Files.readAllBytes(file);
        bytes[60] ^= 1;
        Files.write(file, bytes);

        assertThat(verify(fixture, all(Level.LOG)).outcome).isEqualTo(Outcome.DONE);
        assertThatThrownBy(() -> verify(fixture, all(Level.BYTES)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("1 finding:\n  " + fixture.table().relativize(file) + ": cannot be read: ");
        assertThatThrownBy(() -> verify(fixture, all(Level.CONTENT)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining(file.getFileName() + ": cannot be read: ")
                .hasMessageContaining("d=2024-11-01: cannot be read: ");
        Files.delete(file);
        assertThatThrownBy(() -> verify(fixture, all(Level.LOG)))
                .hasMessageContaining(file.getFileName() + ": is missing");
    }

    @Test
    void aReplicaOfAnotherLayoutHoldsTheSameRows() {
        SealedFixture fixture = sealed(1);
        Path replica = folder.resolve("replica");
        fixture.store().read().repartition(3).write().format("delta").save(replica.toString());

        assertThat(verify(fixture, against(replica)).summary())
                .contains("note         version 1 holds the same rows as version 0 of " + replica);

        DeltaTable.forPath(fixture.spark(), replica.toString()).delete("id = 3");
        assertThatThrownBy(() -> verify(fixture, against(replica)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("against " + replica + ", version 1: (rows): 80 rows, the other table has 79");
        fixture.spark()
                .read()
                .format("delta")
                .load(replica.toString())
                .withColumn("x", functions.expr("cast(x as float)"))
                .write()
                .format("delta")
                .mode("overwrite")
                .option("overwriteSchema", "true")
                .save(replica.toString());
        assertThatThrownBy(() -> verify(fixture, against(replica)))
                .hasMessageContaining("(column x): is double, in the other table float");
    }

    @Test
    void aReplicaWithTheSamePartitionsNamesThoseThatDiffer() {
        SealedFixture fixture = sealed(1);
        Path replica = folder.resolve("replica");
        fixture.store()
                .read()
                .where("id <> 3")
                .write()
                .format("delta")
                .partitionBy("d")
                .save(replica.toString());

        assertThatThrownBy(() -> verify(fixture, against(replica)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("1 finding:\n  against " + replica
                        + ", version 0: d=2024-11-01: 40 rows, the other table has 39");
    }

    @Test
    void aSealThatWasTakenOutIsNamed() {
        SealedFixture fixture = sealed(2);
        DeltaTable.forPath(fixture.spark(), fixture.ledger().toString()).delete("sequence = 2");
        assertThatThrownBy(() -> verify(fixture, content(2)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("(chain of seals): seal 2 is missing");

        DeltaTable.forPath(fixture.spark(), fixture.ledger().toString())
                .update(functions.expr("sequence = 1"), Map.of("run_id", functions.lit("mine")));
        assertThatThrownBy(() -> verify(fixture, content(2)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("seal of version 0 of " + fixture.table() + " was changed after it was written");
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

        assertThat(verify(fixture, all(Level.CONTENT)).summary)
                .anyMatch(line -> line.contains("1 files of older versions are gone"))
                .contains(
                        "note         version 0 not checked: files are gone by retention",
                        "note         version 1 not checked: files are gone by retention");
        assertThatThrownBy(() -> verify(fixture, content(1)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("d=2024-11-01: cannot be read: ");
    }

    @Test
    void choosesTheVersionThatAReaderSaw() throws IOException {
        SealedFixture fixture = sealed(2);
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

        assertThatThrownBy(() -> verify(fixture, all(Level.CONTENT)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessage("no seal in " + fixture.ledger() + " for version 0 of " + fixture.table()
                        + " or any version before it");
        assertThat(verify(fixture, all(Level.LOG)).outcome).isEqualTo(Outcome.DONE);
        assertRefused(parquet, "but a folder of files without a log");
        assertRefused(folder.resolve("iceberg"), "but looks like an Iceberg table");
        assertRefused(folder.resolve("hudi"), "but a Hudi table");
    }

    @Test
    void writesAReportWhateverItFinds() throws IOException {
        SealedFixture fixture = sealed(1);
        fixture.append(fixture.rows("2024-11-01", 77, 1), Map.of());
        Path report = folder.resolve("report.html");

        VerifyRequest request = new VerifyRequest(
                Optional.of(VersionChoice.ALL), Level.CONTENT, Optional.empty(), Optional.of(report.toString()));

        assertThatThrownBy(() -> verify(fixture, request)).isInstanceOf(Failure.Integrity.class);

        assertThat(Files.readString(report))
                .contains("MISMATCH", "1 of 3 versions not as sealed", "sealed with 40 rows, now 41");
    }

    private record Ended(Outcome outcome, List<String> summary) {}

    private Ended verify(SealedFixture fixture, VerifyRequest request) {
        return verify(fixture, fixture.table(), request);
    }

    private Ended verify(SealedFixture fixture, Path table, VerifyRequest request) {
        RunFacts facts = new RunFacts("verify", "test");
        Clock clock = Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC);
        Outcome outcome = new VerifyJob(
                        new RunContext(fixture.spark(), clock, "test", false, facts),
                        table.toString(),
                        fixture.ledger().toString())
                .run(request);
        return new Ended(outcome, facts.summary());
    }

    /** A table with one version more than {@code last}, each of which adds 40 rows to a date of its own. */
    private SealedFixture sealed(int last) {
        SealedFixture fixture = SealedFixture.in(session(), folder);
        for (int version = 0; version <= last; version++) {
            fixture.append(fixture.rows("2024-11-0" + (version + 1), version, 40), Map.of());
        }
        fixture.seal();
        return fixture;
    }

    private void assertFound(SealedFixture fixture, long version, String what, String row) {
        assertThatThrownBy(() -> verify(fixture, content(version)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("version " + version + " of " + fixture.table()
                        + " is not what seal 2 of version 1 says; 1 difference:\n" + "  d=2024-11-01: " + what)
                .hasMessageContaining(row);
    }

    private void assertRefused(Path table, String why) {
        assertThatThrownBy(() -> verify(SealedFixture.in(session(), folder), table, all(Level.CONTENT)))
                .isInstanceOf(Failure.InputMissing.class)
                .hasMessageContaining(table + " is not a Delta table, " + why);
    }

    private static Iterable<Long> versions(SealedFixture fixture, VersionChoice choice) {
        return choice.of(fixture.store().replay(), fixture.table().toString());
    }

    private static VerifyRequest content(long version) {
        return VerifyRequest.content(Optional.of(version));
    }

    private static VerifyRequest all(Level level) {
        return new VerifyRequest(Optional.of(VersionChoice.ALL), level, Optional.empty(), Optional.empty());
    }

    private static VerifyRequest against(Path other) {
        return new VerifyRequest(
                Optional.empty(),
                Level.CONTENT,
                Optional.of(new VerifyRequest.Other(other.toString(), Optional.empty())),
                Optional.empty());
    }

    /** Bytes that Hadoop's local file system read meanwhile. */
    private static long read(Runnable what) {
        long before = bytesRead();
        what.run();
        return bytesRead() - before;
    }

    private static long bytesRead() {
        return FileSystem.getGlobalStorageStatistics().get("file").getLong("bytesRead");
    }
}
