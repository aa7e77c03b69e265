package io.lakeproof.jobs.dedup;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lakeproof.FaultyLogStore;
import io.lakeproof.FaultyLogStore.Fault;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequeueTest extends SparkTest {
    private static final String STRICT = "quality.rules=[{name = low, expr = \"value < 5\"}]";
    private static final String MENDED = "quality.rules=[{name = low, expr = \"value < 50\"}]";
    private static final String DAY_5 = "date=2024-11-05/a.json";
    private static final String DAY_6 = "date=2024-11-06/a.json";
    private static final String A = event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1);
    private static final String A_HIGHER = event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:02:00Z", 7);
    private static final String B_HIGHER = event("b", "2024-11-04T10:00:00Z", "2024-11-05T10:02:00Z", 8);
    private static final String C_TOO_HIGH = event("c", "2024-11-05T10:00:00Z", "2024-11-05T10:02:00Z", 80);
    private static final String D = event("d", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 2);
    private static final String D_HIGHER = event("d", "2024-11-06T11:00:00Z", "2024-11-06T11:01:00Z", 9);

    @TempDir
    Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void twoBatchesUnderAStrictRule() {
        pipeline = new Pipeline(spark(), folder).set(STRICT);
        pipeline.raw(DAY_5, A, A_HIGHER, B_HIGHER, B_HIGHER, C_TOO_HIGH, "half a lin");
        pipeline.raw(DAY_6, D, D_HIGHER);
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    private void load() {
        pipeline.dedup();
    }

    @Test
    void addsWhatTheMendedRuleAcceptsAsIfItHadBeenThereFromTheStart() throws IOException {
        load();
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "d@06 10:00=2");
        Files.delete(folder.resolve("raw").resolve(DAY_5)); // requeue needs no raw file

        Pipeline.Run run = pipeline.set(MENDED).requeue();

        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(run.result().path("counts").toString())
                .isEqualTo("{\"read\":6,\"kept\":2,\"replaced\":1,\"exactDuplicates\":1,\"conflictDuplicates\":0,"
                        + "\"quarantined\":{\"malformed\":1,\"rule:low\":1}}");
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=7", "b@04 10:00=8", "d@06 10:00=2", "d@06 11:00=9");
        assertThat(run.digest()).isEqualTo(pipeline.digestNow()).isEqualTo(fromTheStart());
        assertThat(pipeline.quarantined())
                .containsExactlyInAnyOrder(
                        "malformed: half a lin",
                        "rule:low: " + A_HIGHER + " (released)",
                        "rule:low: " + B_HIGHER + " (released)",
                        "rule:low: " + B_HIGHER + " (released)",
                        "rule:low: " + C_TOO_HIGH,
                        "rule:low: " + D_HIGHER + " (released)");
        assertThatCode(() -> pipeline.verify(Optional.empty())).doesNotThrowAnyException();
    }

    /** The digest of a table that was loaded under the mended rule alone. */
    private String fromTheStart() throws IOException {
        Pipeline other = new Pipeline(spark(), folder.resolve("other")).set(MENDED);
        other.raw(DAY_5, A, A_HIGHER, B_HIGHER, B_HIGHER, C_TOO_HIGH, "half a lin");
        other.raw(DAY_6, D, D_HIGHER);
        return other.dedup().digest();
    }

    @Test
    void aSecondRequeueReplaysAndWritesNothing() {
        load();
        Pipeline.Run first = pipeline.set(MENDED).requeue();
        long quarantineVersion = version("quarantine");

        Pipeline.Run again = pipeline.requeue();

        assertThat(again.outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(again.version()).isEqualTo(first.version());
        assertThat(again.result().path("counts")).isEqualTo(first.result().path("counts"));
        assertThat(version("quarantine")).isEqualTo(quarantineVersion);
        assertThat(version("clean")).isEqualTo(first.version());
    }

    @Test
    void withoutAChangeOfSettingsNothingIsAccepted() {
        load();
        long quarantineVersion = version("quarantine");

        Pipeline.Run run = pipeline.requeue();

        assertThat(run.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(run.result().path("counts").path("quarantined").toString())
                .isEqualTo("{\"malformed\":1,\"rule:low\":5}");
        assertThat(version("quarantine")).isEqualTo(quarantineVersion);
    }

    @Test
    void aRowThatIsStillRefusedHasItsNewReason() {
        load();

        Pipeline.Run run = pipeline.set("quality.rules=[{name = none, expr = \"value < 1\"}]")
                .requeue();

        assertThat(run.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(pipeline.quarantined())
                .contains("rule:none: " + A_HIGHER, "malformed: half a lin")
                .hasSize(6);
    }

    @Test
    void aSelectionLeavesTheOthersAsTheyAre() {
        pipeline.dedup("2024-11-05", "2024-11-05");
        pipeline.dedup("2024-11-06", "2024-11-06");
        String ofDay6 = spark().read()
                .format("delta")
                .load(folder.resolve("quarantine").toString())
                .where("raw like '%T11:00%'")
                .select("run_key")
                .first()
                .getString(0);

        Pipeline.Run malformed =
                pipeline.set(MENDED).requeue(new RequeueSelection(Optional.empty(), Optional.of("malformed")));
        Pipeline.Run day6 = pipeline.requeue(new RequeueSelection(Optional.of(ofDay6), Optional.empty()));

        assertThat(malformed.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(day6.count("read")).isEqualTo(1);
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "d@06 10:00=2", "d@06 11:00=9");
        assertThat(pipeline.requeue().count("kept")).isEqualTo(1);
        assertThat(pipeline.rows()).hasSize(4).contains("a@05 10:00=7", "b@04 10:00=8");
    }

    /** Reading the files again makes the same table, and knows that the requeued rows came from them. */
    @Test
    void aLaterRunOverTheSameFilesMakesTheSameTable() {
        load();
        String requeued = pipeline.set(MENDED).requeue().digest();

        Pipeline.Run again = pipeline.dedup();

        assertThat(again.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(again.digest()).isEqualTo(requeued).isEqualTo(pipeline.digestNow());
        assertThat(pipeline.dedup().outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(pipeline.requeue().outcome()).isIn(Outcome.EMPTY, Outcome.REPLAYED);
        assertThat(pipeline.digestNow()).isEqualTo(requeued);
    }

    @Test
    void aFileThatChangedTakesItsRequeuedRowsWithItAndItsOldLinesAreNotRequeuedAgain() {
        load();
        pipeline.set(MENDED).requeue();
        pipeline.raw(DAY_5, A, "mended");

        Pipeline.Run run = pipeline.dedup("2024-11-05", "2024-11-05");

        assertThat(run.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "d@06 10:00=2", "d@06 11:00=9");
        Pipeline.Run requeue = pipeline.set("quality.rules=[{name = low, expr = \"value < 500\"}]")
                .requeue();
        assertThat(requeue.result().path("counts").path("quarantined").toString())
                .isEqualTo("{\"malformed\":1}");
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "d@06 10:00=2", "d@06 11:00=9");
    }

    @Test
    void whatARunThatPublishedNothingRefusedIsNotRequeued() {
        pipeline.set("quality.min-rows=1000");

        assertThatThrownBy(() -> load()).isInstanceOf(Failure.DataGate.class);
        assertThatThrownBy(() -> pipeline.set(MENDED).requeue())
                .isInstanceOf(Failure.InputMissing.class)
                .hasMessageContaining("is not there yet");
        pipeline.set("quality.min-rows=0").dedup("2024-11-06", "2024-11-06");
        Pipeline.Run run = pipeline.requeue();
        assertThat(run.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(run.count("read")).isZero();
    }

    /** It commits to the table, the ledger and the quarantine, in this order. */
    @ParameterizedTest
    @CsvSource({
        "CRASH_AFTER, 0, REPLAYED",
        "CRASH_BEFORE, 1, REPLAYED",
        "CRASH_BEFORE, 2, REPLAYED",
        "CRASH_AFTER, 2, REPLAYED",
    })
    void theRequeueAfterACrashEndsInTheSameState(Fault fault, int commit, Outcome expected) throws IOException {
        load();
        pipeline.set(MENDED).set("dedup.future-tolerance=PT1H");
        FaultyLogStore.arm(fault, commit);

        Throwable crash = catchThrowable(pipeline::requeue);
        boolean crashed = FaultyLogStore.disarm();
        Pipeline.Run again = pipeline.at("2030-01-01T00:00:00Z").requeue();

        assertThat(crashed).isTrue();
        assertThat(crash).isNotNull();
        assertThat(again.outcome()).isEqualTo(expected);
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=7", "b@04 10:00=8", "d@06 10:00=2", "d@06 11:00=9");
        assertThat(pipeline.quarantined())
                .hasSize(6)
                .filteredOn(row -> row.endsWith("(released)"))
                .hasSize(4);
        assertThat(spark().read().format("delta").load(pipeline.ledger()).count())
                .isEqualTo(2);
        assertThatCode(() -> pipeline.verify(Optional.empty())).doesNotThrowAnyException();
    }

    /** An event that was from the future comes in once its time has come. */
    @Test
    void timeReleasesEventsFromTheFuture() {
        pipeline.set("dedup.future-tolerance=PT1H").at("2024-11-06T09:30:00Z");
        load();
        assertThat(pipeline.quarantined()).contains("future_event: " + D_HIGHER);
        assertThat(pipeline.rows()).contains("d@06 10:00=2"); // half an hour ahead

        pipeline.set(MENDED);
        pipeline.requeue();
        assertThat(pipeline.quarantined()).contains("future_event: " + D_HIGHER);
        Pipeline.Run run = pipeline.at("2024-11-06T10:00:00Z").requeue();

        assertThat(run.count("kept")).isEqualTo(1);
        assertThat(pipeline.rows()).contains("d@06 11:00=9");
    }

    private long version(String table) {
        return io.delta.tables.DeltaTable.forPath(spark(), folder.resolve(table).toString())
                .history(1)
                .first()
                .getLong(0);
    }
}
