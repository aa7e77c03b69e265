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
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows against the seals, whoever changed them. */
class VerifyContentTest extends SparkTest {
    @TempDir
    Path folder;

    @Test
    void whatPlainDeltaDidIsFoundWithItsVersionPartitionAndRow() {
        SealedFixture fixture = SealedFixture.sealed(session(), folder, 1);
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
        SealedFixture fixture = SealedFixture.sealed(session(), folder, 0);
        fixture.store()
                .read()
                .select("x", "name", "id", "d")
                .write()
                .format("delta")
                .mode(SaveMode.Overwrite)
                .option("overwriteSchema", "true")
                .partitionBy("d")
                .save(fixture.table().toString());

        assertThatThrownBy(() -> VerifyRun.of(fixture, VerifyRun.content(1)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("version 1 of")
                .hasMessageContaining(
                        "(schema): the columns are x, name, id, d; when it was sealed they were d, id, name, x");
    }

    @Test
    void versionsBeforeAndAfterANewColumnAreVerifiedTogether() {
        SealedFixture fixture = SealedFixture.in(session(), folder);
        fixture.append(fixture.rows("2024-11-01", 1, 10), Map.of());
        fixture.append(
                fixture.rows("2024-11-02", 2, 10).withColumn("y", functions.lit(1)), Map.of("mergeSchema", "true"));
        fixture.append(fixture.rows("2024-11-02", 3, 10).withColumn("y", functions.lit(2)), Map.of());
        fixture.seal();

        assertThat(VerifyRun.of(fixture, VerifyRun.all(Level.CONTENT)).summary())
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

        assertThat(VerifyRun.of(fixture, VerifyRun.all(Level.CONTENT)).outcome())
                .isEqualTo(Outcome.DONE);
        assertThat(VerifyRun.of(fixture, VerifyRun.all(Level.BYTES)).outcome()).isEqualTo(Outcome.DONE);

        try (Stream<Path> files = Files.list(fixture.table())) {
            Files.delete(files.filter(file -> file.toString().endsWith(".bin"))
                    .findFirst()
                    .orElseThrow());
        }
        assertThatThrownBy(() -> VerifyRun.of(fixture, VerifyRun.all(Level.LOG)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("lacks its deletion vector deletion_vector_");
    }

    @Test
    void aSealThatWasTakenOutIsNamed() {
        SealedFixture fixture = SealedFixture.sealed(session(), folder, 2);
        DeltaTable.forPath(fixture.spark(), fixture.ledger().toString()).delete("sequence = 2");
        assertThatThrownBy(() -> VerifyRun.of(fixture, VerifyRun.content(2)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("(chain of seals): seal 2 is missing");

        DeltaTable.forPath(fixture.spark(), fixture.ledger().toString())
                .update(functions.expr("sequence = 1"), Map.of("run_id", functions.lit("mine")));
        assertThatThrownBy(() -> VerifyRun.of(fixture, VerifyRun.content(2)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("seal of version 0 of " + fixture.table() + " was changed after it was written");
    }

    @Test
    void writesAReportWhateverItFinds() throws IOException {
        SealedFixture fixture = SealedFixture.sealed(session(), folder, 1);
        fixture.append(fixture.rows("2024-11-01", 77, 1), Map.of());
        Path report = folder.resolve("report.html");

        VerifyRequest request = new VerifyRequest(
                Optional.of(VersionChoice.ALL), Level.CONTENT, Optional.empty(), Optional.of(report.toString()));

        assertThatThrownBy(() -> VerifyRun.of(fixture, request)).isInstanceOf(Failure.Integrity.class);

        assertThat(Files.readString(report))
                .contains("MISMATCH", "1 of 3 versions not as sealed", "sealed with 40 rows, now 41");
    }

    private void assertFound(SealedFixture fixture, long version, String what, String row) {
        assertThatThrownBy(() -> VerifyRun.of(fixture, VerifyRun.content(version)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("version " + version + " of " + fixture.table()
                        + " is not what seal 2 of version 1 says; 1 difference:\n" + "  d=2024-11-01: " + what)
                .hasMessageContaining(row);
    }
}
