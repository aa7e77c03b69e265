package io.lakeproof.jobs.dedup;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.SparkTest;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.FileChanges;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch costs in proportion to its own rows: what is stored stays where it is, unless it loses. */
@Tag("long")
class DifferenceTest extends SparkTest {
    @TempDir
    Path folder;

    private Pipeline pipeline;

    /** Two stored dates, each in a file of its own. */
    @BeforeEach
    void storeTwoDates() {
        pipeline = new Pipeline(spark(), folder);
        pipeline.raw(
                "date=2024-11-05/a.json",
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1),
                event("b", "2024-11-05T11:00:00Z", "2024-11-05T11:01:00Z", 2),
                event("c", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 3));
        pipeline.dedup();
    }

    @Test
    void appendsWhereNoStoredRowLoses() {
        pipeline.raw(
                "date=2024-11-07/a.json",
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1), // equals the stored row
                event("b", "2024-11-05T11:00:00Z", "2024-11-05T11:00:00Z", 9), // older than the stored row
                event("d", "2024-11-05T12:00:00Z", "2024-11-05T12:01:00Z", 4));

        Pipeline.Run run = pipeline.dedup("2024-11-07", "2024-11-07");

        assertThat(changes().removed()).isEmpty();
        assertThat(partitions(changes().added())).containsExactly("event_date=2024-11-05");
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "b@05 11:00=2", "c@06 10:00=3", "d@05 12:00=4");
        assertThat(run.digest()).isEqualTo(pipeline.digestNow());
        assertThat(run.result().path("counts").toString())
                .isEqualTo("{\"read\":3,\"kept\":1,\"replaced\":0,\"exactDuplicates\":1,\"conflictDuplicates\":1,"
                        + "\"quarantined\":{}}");
    }

    @Test
    void writesAgainOnlyTheFilesThatHoldALosingRow() {
        pipeline.raw(
                "date=2024-11-07/a.json",
                event("b", "2024-11-05T11:00:00Z", "2024-11-07T11:00:00Z", 9), // newer than the stored row
                event("e", "2024-11-06T12:00:00Z", "2024-11-06T12:01:00Z", 5),
                event("f", "2024-11-07T12:00:00Z", "2024-11-07T12:01:00Z", 6));

        Pipeline.Run run = pipeline.dedup("2024-11-07", "2024-11-07");

        assertThat(partitions(changes().removed())).containsExactly("event_date=2024-11-05");
        assertThat(pipeline.rows())
                .containsExactly("a@05 10:00=1", "b@05 11:00=9", "c@06 10:00=3", "e@06 12:00=5", "f@07 12:00=6");
        assertThat(run.digest()).isEqualTo(pipeline.digestNow());
        assertThat(run.count("kept")).isEqualTo(2);
        assertThat(run.count("replaced")).isEqualTo(1);
    }

    @Test
    void aBatchOfRepeatsIsSealedWithoutAFile() {
        pipeline.raw("date=2024-11-07/a.json", event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));

        Pipeline.Run run = pipeline.dedup("2024-11-07", "2024-11-07");

        assertThat(changes().added()).isEmpty();
        assertThat(run.version()).isEqualTo(1);
        assertThat(run.digest()).isEqualTo(pipeline.digestNow());
    }

    @Test
    void looksForRivalsByKeyAndOrderInTheTouchedDatesOnly() {
        Dataset<Row> stored = pipeline.read().where("event_date in ('2024-11-05')");
        Dataset<Row> offered =
                spark().createDataFrame(pipeline.read().where("user_id = 'a'").collectAsList(), stored.schema());

        String plan = plan(Rivals.pairs(stored.schema(), pipeline.config().dedup(), offered, 1, stored));

        assertThat(plan).contains("ReadSchema: struct<user_id:string,event_time:timestamp,ingest_time:timestamp>");
        assertThat(plan).containsPattern("PartitionFilters: \\[.*event_date.* = 2024-11-05");
        assertThat(plan).doesNotContain("value:double");
        Rivals rivals = Rivals.find(stored.schema(), pipeline.config().dedup(), offered, 1, stored);
        assertThat(rivals.rows().count()).isEqualTo(1);
    }

    @Test
    void aKeyColumnMayAlsoOrder() {
        pipeline.set("dedup.order=[\"event_time asc\",\"ingest_time desc\"]");
        pipeline.raw("date=2024-11-07/a.json", event("b", "2024-11-05T11:00:00Z", "2024-11-07T11:00:00Z", 9));

        pipeline.dedup("2024-11-07", "2024-11-07");

        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "b@05 11:00=9", "c@06 10:00=3");
    }

    @Test
    void aConflictStopsTheRunIfItIsAskedTo() {
        pipeline.set("dedup.on-conflict=fail");
        pipeline.raw(
                "date=2024-11-07/a.json",
                event("b", "2024-11-05T11:00:00Z", "2024-11-07T11:00:00Z", 9),
                event("f", "2024-11-07T12:00:00Z", "2024-11-07T12:01:00Z", 6),
                "half a lin");

        assertThatThrownBy(() -> pipeline.dedup("2024-11-07", "2024-11-07"))
                .isInstanceOf(Failure.DataGate.class)
                .hasMessageContaining("1 rows share only the key with another row, for example {\"user_id\":\"b\"")
                .hasMessageContaining("dedup.on-conflict = fail; nothing was published");
        assertThat(pipeline.rows()).hasSize(3);
        assertThat(quarantined()).containsExactly("malformed");
    }

    @Test
    void aRowThatLosesGoesToTheQuarantineAsItStood() {
        pipeline.set("dedup.on-conflict=quarantine");
        String loser = event("c", "2024-11-06T10:00:00Z", "2024-11-06T10:00:00Z", 8);
        pipeline.raw(
                "date=2024-11-07/a.json",
                event("b", "2024-11-05T11:00:00Z", "2024-11-07T11:00:00Z", 9), // displaces the stored row
                loser);

        Pipeline.Run run = pipeline.dedup("2024-11-07", "2024-11-07");

        assertThat(quarantined()).containsExactlyInAnyOrder("conflict_duplicate", "displaced");
        assertThat(lines("conflict_duplicate")).containsExactly(loser);
        assertThat(lines("displaced")).hasSize(1).first().asString().contains("\"user_id\":\"b\"", "\"value\":2.0");
        assertThat(run.result().path("counts").toString())
                .isEqualTo("{\"read\":2,\"kept\":0,\"replaced\":1,\"exactDuplicates\":0,\"conflictDuplicates\":0,"
                        + "\"quarantined\":{\"conflict_duplicate\":1}}");
    }

    private static String plan(Dataset<Row> rows) {
        rows.createOrReplaceTempView("explained");
        return rows.sparkSession()
                .sql("EXPLAIN EXTENDED SELECT * FROM explained")
                .first()
                .getString(0);
    }

    private FileChanges changes() {
        DeltaStore store = new DeltaStore(session(), pipeline.table().toString());
        Snapshot newest = store.current().orElseThrow();
        Commit commit = newest.recent().get(0);
        return store.changes(commit).orElseThrow();
    }

    private static List<String> partitions(List<io.lakeproof.delta.DataFile> files) {
        return files.stream()
                .map(file -> file.partitionPath(List.of("event_date")))
                .distinct()
                .sorted()
                .toList();
    }

    private Dataset<Row> quarantine() {
        return spark().read().format("delta").load(folder.resolve("quarantine").toString());
    }

    private List<String> quarantined() {
        return quarantine().select("reason").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private List<String> lines(String reason) {
        return quarantine()
                .where("reason = '" + reason + "'")
                .selectExpr("cast(raw as string)")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }
}
