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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
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

    private Pipeline.Run load() {
        return pipeline.dedup();
    }

    @Test
    void addsWhatAMendedRuleAcceptsOnceAsIfItHadBeenThereFromTheStart() throws IOException {
        load();
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "d@06 10:00=2");
        long refused = version("quarantine");

        Pipeline.Run same = pipeline.requeue();

        assertThat(same.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(quarantinedBy(same)).isEqualTo("{\"malformed\":1,\"rule:low\":5}");
        assertThat(version("quarantine")).as("nothing to say").isEqualTo(refused);

        Pipeline.Run stricter = pipeline.set("quality.rules=[{name = none, expr = \"value < 1\"}]")
                .requeue();

        assertThat(stricter.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(pipeline.quarantined())
                .contains("rule:none: " + A_HIGHER, "malformed: half a lin")
                .hasSize(6);

        Path file = folder.resolve("raw").resolve(DAY_5);
        Files.move(file, folder.resolve("away")); // requeue needs no raw file
        Pipeline.Run run = pipeline.set(MENDED).requeue();

        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(run.result().path("counts").toString())
                .isEqualTo("{\"read\":6,\"kept\":2,\"replaced\":1,\"exactDuplicates\":1,\"conflictDuplicates\":0,"
                        + "\"quarantined\":{\"malformed\":1,\"rule:low\":1}}");
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=7", "b@04 10:00=8", "d@06 10:00=2", "d@06 11:00=9");
        assertThat(run.digest()).isEqualTo(pipeline.digestNow());
        assertThat(pipeline.quarantined())
                .containsExactlyInAnyOrder(
                        "malformed: half a lin",
                        "rule:none: " + A_HIGHER + " (released)",
                        "rule:none: " + B_HIGHER + " (released)",
                        "rule:none: " + B_HIGHER + " (released)",
                        "rule:low: " + C_TOO_HIGH,
                        "rule:none: " + D_HIGHER + " (released)");
        assertThatCode(() -> pipeline.verify(Optional.empty())).doesNotThrowAnyException();

        long released = version("quarantine");
        Pipeline.Run again = pipeline.requeue();

        assertThat(again.outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(again.version()).isEqualTo(run.version()).isEqualTo(version("clean"));
        assertThat(again.result().path("counts")).isEqualTo(run.result().path("counts"));
        assertThat(version("quarantine")).isEqualTo(released);

        Files.move(folder.resolve("away"), file);
        Pipeline.Run fromTheStart = pipeline.dedup();

        assertThat(fromTheStart.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(fromTheStart.digest()).isEqualTo(run.digest()).isEqualTo(pipeline.digestNow());
        assertThat(pipeline.dedup().outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(pipeline.requeue().outcome()).isIn(Outcome.EMPTY, Outcome.REPLAYED);
        assertThat(pipeline.digestNow()).isEqualTo(run.digest());
    }

    private static String quarantinedBy(Pipeline.Run run) {
        return run.result().path("counts").path("quarantined").toString();
    }

    /** A line that loses is where on-conflict wants it, and so is the stored row that it displaces. */
    @Test
    void conflictsGoWhereTheyGoInDedup() {
        String lower = event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:00:00Z", 6);
        pipeline.raw("date=2024-11-05/b.json", lower);
        load();
        long refused = version("quarantine");

        assertThatThrownBy(
                        () -> pipeline.set(MENDED).set("dedup.on-conflict=fail").requeue())
                .isInstanceOf(Failure.DataGate.class)
                .hasMessageStartingWith("2 rows share only the key with another row, for example {\"user_id\":\"a\"");
        assertThat(version("quarantine")).isEqualTo(refused);
        assertThat(version("clean")).isZero();

        Pipeline.Run run = pipeline.set("dedup.on-conflict=quarantine").requeue();

        assertThat(run.result().path("counts").toString())
                .isEqualTo("{\"read\":7,\"kept\":2,\"replaced\":1,\"exactDuplicates\":1,\"conflictDuplicates\":0,"
                        + "\"quarantined\":{\"conflict_duplicate\":1,\"malformed\":1,\"rule:low\":1}}");
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=7", "b@04 10:00=8", "d@06 10:00=2", "d@06 11:00=9");
        assertThat(pipeline.quarantined())
                .contains("conflict_duplicate: " + lower, "rule:low: " + lower + " (released)")
                .anyMatch(row -> row.startsWith("displaced: {\"user_id\":\"a\"") && row.contains("\"value\":1.0"))
                .hasSize(9);
        assertThat(pipeline.requeue().outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(pipeline.quarantined()).hasSize(9);
    }

    /** The day on which an input without a date arrived is the last date of the run that read it. */
    @Test
    void ofAnInputWithoutADateLatenessIsCountedFromTheRunThatReadIt() {
        String older = event("e", "2024-11-03T23:59:59Z", "2024-11-05T10:02:00Z", 3);
        pipeline.raw(DAY_6, D, B_HIGHER, older);
        pipeline.set("source.path=" + folder.resolve("raw").resolve(DAY_6));
        pipeline.set(MENDED).set("dedup.lateness=P2D").dedup("2024-11-01", "2024-11-06");
        assertThat(pipeline.rows()).containsExactly("d@06 10:00=2");

        Pipeline.Run run = pipeline.set("dedup.lateness=P3D").requeue();

        assertThat(pipeline.rows()).containsExactly("b@04 10:00=8", "d@06 10:00=2");
        assertThat(quarantinedBy(run)).isEqualTo("{\"too_late\":1}");
        assertThat(pipeline.quarantined())
                .containsExactlyInAnyOrder("too_late: " + older, "too_late: " + B_HIGHER + " (released)");
        assertThat(pipeline.dedup("2024-11-01", "2024-11-06").digest()).isEqualTo(run.digest());
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

    /**
     * It commits to the table, the ledger and the quarantine, in this order. Each rule lets one row more in. The next attempt
     * takes what was now to the one that died: the event of 2029 stays in the future. The lines are CSV.
     */
    @Test
    void theRequeueAfterACrashEndsInTheSameStateAndTimeReleasesEventsFromTheFuture() {
        record Crash(String rule, Fault fault, int commit, String row) {}
        List<Crash> crashes = List.of(
                new Crash("value < 7.5", Fault.CRASH_AFTER, 0, "a@05 10:00=7"),
                new Crash("value < 8.5", Fault.CRASH_BEFORE, 1, "b@04 10:00=8"),
                new Crash("value < 10", Fault.CRASH_BEFORE, 2, "d@06 11:00=9"));
        loadCsv();
        List<String> rows = new ArrayList<>(List.of("d@06 10:00=2"));
        for (Crash crash : crashes) {
            pipeline.set("quality.rules=[{name = low, expr = \"" + crash.rule + "\"}]");
            FaultyLogStore.arm(crash.fault, crash.commit);

            Throwable thrown = catchThrowable(pipeline.at("2024-11-08T00:00:00Z")::requeue);
            boolean crashed = FaultyLogStore.disarm();
            Pipeline.Run again = pipeline.at("2030-01-01T00:00:00Z").requeue();

            rows.add(crash.row);
            String as = crash.toString();
            assertThat(crashed).as(as).isTrue();
            assertThat(thrown).as(as).isNotNull();
            assertThat(again.outcome()).as(as).isEqualTo(Outcome.REPLAYED);
            assertThat(pipeline.rows()).as(as).containsExactlyInAnyOrderElementsOf(rows);
            assertThat(again.digest()).as(as).isEqualTo(pipeline.digestNow());
            assertThat(spark().read().format("delta").load(pipeline.ledger()).count())
                    .as(as)
                    .isEqualTo(rows.size());
        }
        assertThat(pipeline.quarantined())
                .hasSize(6)
                .contains(
                        "future_event: f;2029-01-01T00:00:00Z;2024-11-06T11:01:00Z;3", "wrong_column_count: half a lin")
                .filteredOn(row -> row.endsWith("(released)"))
                .hasSize(4);

        assertThat(pipeline.requeue().count("kept")).isEqualTo(1);
        assertThat(pipeline.rows()).hasSize(5).contains("f@01 00:00=3");
        assertThatCode(() -> pipeline.verify(Optional.empty())).doesNotThrowAnyException();
    }

    private void loadCsv() {
        String header = "user_id;event_time;ingest_time;value";
        pipeline = new Pipeline(spark(), folder.resolve("csv"))
                .set("source.format=csv")
                .set("source.options.separator=\";\"")
                .set(STRICT)
                .set("dedup.future-tolerance=PT1H");
        pipeline.raw(
                DAY_5,
                header,
                "a;2024-11-05T10:00:00Z;2024-11-05T10:02:00Z;7",
                "b;2024-11-04T10:00:00Z;2024-11-05T10:02:00Z;8",
                "b;2024-11-04T10:00:00Z;2024-11-05T10:02:00Z;8",
                "half a lin");
        pipeline.raw(
                DAY_6,
                header,
                "d;2024-11-06T10:00:00Z;2024-11-06T10:01:00Z;2",
                "d;2024-11-06T11:00:00Z;2024-11-06T11:01:00Z;9",
                "f;2029-01-01T00:00:00Z;2024-11-06T11:01:00Z;3");
        load();
    }

    private long version(String table) {
        return io.delta.tables.DeltaTable.forPath(spark(), folder.resolve(table).toString())
                .history(1)
                .first()
                .getLong(0);
    }
}
