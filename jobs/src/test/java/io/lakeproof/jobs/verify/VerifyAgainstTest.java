package io.lakeproof.jobs.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two tables against each other. */
@Tag("long")
class VerifyAgainstTest extends SparkTest {
    @TempDir
    Path folder;

    @Test
    void aReplicaOfAnotherLayoutHoldsTheSameRows() {
        SealedFixture fixture = SealedFixture.sealed(session(), folder, 1);
        Path replica = folder.resolve("replica");
        fixture.store().read().repartition(3).write().format("delta").save(replica.toString());

        assertThat(VerifyRun.of(fixture, against(replica)).summary())
                .contains("note         version 1 holds the same rows as version 0 of " + replica);

        DeltaTable.forPath(fixture.spark(), replica.toString()).delete("id = 3");
        assertThatThrownBy(() -> VerifyRun.of(fixture, against(replica)))
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
        assertThatThrownBy(() -> VerifyRun.of(fixture, against(replica)))
                .hasMessageContaining("(column x): is double, in the other table float");
    }

    @Test
    void aReplicaWithTheSamePartitionsNamesThoseThatDiffer() {
        SealedFixture fixture = SealedFixture.sealed(session(), folder, 1);
        Path replica = folder.resolve("replica");
        fixture.store()
                .read()
                .where("id <> 3")
                .write()
                .format("delta")
                .partitionBy("d")
                .save(replica.toString());

        assertThatThrownBy(() -> VerifyRun.of(fixture, against(replica)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("1 finding:\n  against " + replica
                        + ", version 0: d=2024-11-01: 40 rows, the other table has 39");
    }

    private static VerifyRequest against(Path other) {
        return new VerifyRequest(
                Optional.empty(),
                Level.CONTENT,
                Optional.of(new VerifyRequest.Other(other.toString(), Optional.empty())),
                Optional.empty());
    }
}
