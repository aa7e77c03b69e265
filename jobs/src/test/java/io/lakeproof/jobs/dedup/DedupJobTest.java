package io.lakeproof.jobs.dedup;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DedupJobTest extends SparkTest {
    private static final String DAY_5 = "date=2024-11-05/a.json";
    private static final String DAY_6 = "date=2024-11-06/a.json";

    @TempDir
    Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void newPipeline() {
        pipeline = new Pipeline(spark(), folder);
    }

    @Test
    void aRetryReplaysAndWritesNothing() {
        pipeline.raw(DAY_5, event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));

        Pipeline.Run first = pipeline.dedup();
        Pipeline.Run again = pipeline.dedup();

        assertThat(first.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(again.outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(again.version()).isEqualTo(first.version()).isZero();
        assertThat(again.digest()).isEqualTo(first.digest()).isEqualTo(pipeline.digestNow());
        assertThat(again.result().path("counts")).isEqualTo(first.result().path("counts"));
        assertThat(history()).isEqualTo(1);
    }

    @Test
    void laterBatchesCompeteWithStoredRowsUnderTheSameOrder() {
        pipeline.raw(
                DAY_5,
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1),
                event("b", "2024-11-05T11:00:00Z", "2024-11-05T11:05:00Z", 2));
        pipeline.dedup("2024-11-05", "2024-11-05");
        pipeline.raw(
                DAY_6,
                event("a", "2024-11-05T10:00:00Z", "2024-11-06T00:00:00Z", 7), // newer: replaces
                event("b", "2024-11-05T11:00:00Z", "2024-11-05T11:00:00Z", 8), // older: loses
                event("b", "2024-11-05T11:00:00Z", "2024-11-05T11:05:00Z", 2), // equals the stored row
                event("c", "2024-11-06T12:00:00Z", "2024-11-06T12:00:00Z", 3));

        Pipeline.Run run = pipeline.dedup("2024-11-06", "2024-11-06");

        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=7", "b@05 11:00=2", "c@06 12:00=3");
        assertThat(run.result().path("counts").toString())
                .isEqualTo("{\"read\":4,\"kept\":1,\"replaced\":1,\"exactDuplicates\":1,\"conflictDuplicates\":1,"
                        + "\"quarantined\":{}}");
        assertThat(run.digest()).isEqualTo(pipeline.digestNow());
    }

    @Test
    void anInputThatChangedTakesItsOldRowsWithIt() {
        pipeline.raw(
                DAY_5,
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1),
                event("wrong", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.raw(
                DAY_6,
                event("late", "2024-11-05T23:00:00Z", "2024-11-06T10:01:00Z", 5),
                event("b", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 2));
        pipeline.dedup("2024-11-05", "2024-11-05");
        pipeline.dedup("2024-11-06", "2024-11-06");
        pipeline.raw(DAY_5, event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 9));

        Pipeline.Run run = pipeline.dedup("2024-11-05", "2024-11-05");

        assertThat(run.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=9", "b@06 10:00=2", "late@05 23:00=5");
        assertThat(run.digest()).isEqualTo(pipeline.digestNow()).isEqualTo(loadedAnew());
        assertThat(pipeline.dedup("2024-11-06", "2024-11-06").outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(pipeline.dedup("2024-11-05", "2024-11-05").outcome()).isEqualTo(Outcome.REPLAYED);
    }

    @Test
    void aFileThatVanishedFromItsDateTakesItsRowsWithIt() throws IOException {
        Path doomed =
                pipeline.raw("date=2024-11-05/b.json", event("b", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.raw(DAY_5, event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.dedup();
        Files.delete(doomed);

        Pipeline.Run run = pipeline.dedup();

        assertThat(run.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1");
        assertThat(pipeline.dedup().outcome()).isEqualTo(Outcome.REPLAYED);
        pipeline.raw("date=2024-11-05/b.json", event("b", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 4));
        assertThat(pipeline.dedup().outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "b@05 10:00=4");
    }

    @Test
    void otherSettingsBuildTheScopeAnew() {
        pipeline.raw(
                DAY_5,
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1),
                event("b", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", -1));
        pipeline.dedup();

        Pipeline.Run run = pipeline.set("quality.rules=[{name = positive, expr = \"value > 0\"}]")
                .dedup();

        assertThat(run.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(run.result().path("counts").path("quarantined").toString()).isEqualTo("{\"rule:positive\":1}");
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1");
    }

    @Test
    void aDateCannotBeBuiltAnewWithoutAllItsInputs() throws IOException {
        pipeline.raw(DAY_5, event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        Path late = pipeline.raw(DAY_6, event("late", "2024-11-05T23:00:00Z", "2024-11-06T10:01:00Z", 5));
        pipeline.dedup("2024-11-05", "2024-11-05");
        pipeline.dedup("2024-11-06", "2024-11-06");
        pipeline.raw(DAY_5, event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 9));
        Files.delete(late);

        assertThatThrownBy(() -> pipeline.dedup("2024-11-05", "2024-11-05"))
                .isInstanceOf(Failure.InputMissing.class)
                .hasMessageContaining("date=2024-11-06/a.json")
                .hasMessageContaining("no longer there");
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "late@05 23:00=5");
    }

    @Test
    void aTableThatSomebodyElseWroteIsNotBuiltUpon() {
        pipeline.raw(DAY_5, event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.dedup();
        DeltaTable.forPath(spark(), pipeline.table().toString()).delete("user_id = 'a'");
        pipeline.raw(DAY_6, event("b", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 2));

        assertThatThrownBy(() -> pipeline.dedup())
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("version 1 (DELETE at ");
    }

    @Test
    void compactionLeavesTheTableSealed() {
        pipeline.raw(DAY_5, event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.raw("date=2024-11-05/b.json", event("b", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.dedup();
        DeltaTable.forPath(spark(), pipeline.table().toString()).optimize().executeCompaction();
        pipeline.raw(DAY_6, event("b", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 2));

        Pipeline.Run run = pipeline.dedup();

        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(run.digest()).isEqualTo(pipeline.digestNow());
    }

    @Test
    void nothingIsPublishedWhenTooManyRowsAreRefused() {
        pipeline.raw(DAY_5, event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1), "not json", "{}");
        pipeline.set("quality.max-quarantined=50%");

        assertThatThrownBy(() -> pipeline.dedup())
                .isInstanceOf(Failure.DataGate.class)
                .hasMessageContaining("2 of 3 rows were refused {malformed=1, null_key=1}");
        assertThat(Files.exists(pipeline.table())).isFalse();
        assertThat(quarantined()).containsExactly("malformed: not json", "null_key: {}");
        assertThatThrownBy(() -> pipeline.dedup()).isInstanceOf(Failure.DataGate.class);
        assertThat(quarantined()).hasSize(2);
    }

    @Test
    void anInputWithoutRowsPublishesNothing() {
        pipeline.raw(DAY_5);

        Pipeline.Run run = pipeline.dedup();

        assertThat(run.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(Files.exists(pipeline.table())).isFalse();
    }

    @Test
    void twoRunsAtOnceCommitOnce() throws Exception {
        pipeline.raw(DAY_5, event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        var other = new Pipeline(spark(), folder);
        var executor = Executors.newFixedThreadPool(2);

        List<Future<Pipeline.Run>> runs =
                executor.invokeAll(List.<Callable<Pipeline.Run>>of(() -> pipeline.dedup(), () -> other.dedup()));

        assertThat(List.of(runs.get(0).get().outcome(), runs.get(1).get().outcome()))
                .containsExactlyInAnyOrder(Outcome.COMMITTED, Outcome.REPLAYED);
        assertThat(history()).as(operations()).isEqualTo(1);
        assertThat(seals()).isEqualTo(1);
        executor.shutdown();
    }

    /** The digest of a new table made from the raw files as they are now. */
    private String loadedAnew() {
        return new Pipeline(spark(), folder)
                .set("dedup.target=" + folder.resolve("anew"))
                .set("ledger.path=" + folder.resolve("anew-ledger"))
                .dedup()
                .digest();
    }

    private List<String> quarantined() {
        return spark()
                .read()
                .format("delta")
                .load(folder.resolve("quarantine").toString())
                .selectExpr("concat(reason, ': ', cast(raw as string)) as line")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    private long history() {
        return DeltaTable.forPath(spark(), pipeline.table().toString())
                .history()
                .count();
    }

    private String operations() {
        return String.join(
                "\n",
                DeltaTable.forPath(spark(), pipeline.table().toString())
                        .history()
                        .toJSON()
                        .collectAsList());
    }

    private long seals() {
        return spark().read().format("delta").load(pipeline.ledger()).count();
    }
}
