package io.lakeproof.jobs.dedup;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lakeproof.FaultyLogStore;
import io.lakeproof.FaultyLogStore.Fault;
import io.lakeproof.SparkTest;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run commits three times: the quarantine, the table, the ledger. Whatever happens at each of them, the next run mends. */
@Tag("long")
class DedupCrashTest extends SparkTest {
    private static final String EXPECTED_COUNTS =
            "{\"read\":5,\"kept\":2,\"replaced\":1,\"exactDuplicates\":1,\"conflictDuplicates\":0,\"quarantined\":{\"malformed\":1}}";

    @TempDir
    Path folder;

    private Pipeline pipeline;
    private int batches;

    @BeforeEach
    void newPipeline() {
        batches = 0;
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    /** A crash before a commit also leaves the commit's files behind, so that these are all the states of a run. */
    private enum Crash {
        BEFORE_QUARANTINE(Fault.CRASH_BEFORE, 0, Outcome.COMMITTED),
        BEFORE_TABLE(Fault.CRASH_BEFORE, 1, Outcome.COMMITTED),
        BEFORE_SEAL(Fault.CRASH_BEFORE, 2, Outcome.REPLAYED),
        AFTER_SEAL(Fault.CRASH_AFTER, 2, Outcome.REPLAYED);

        final Fault fault;
        final int commit;
        final Outcome next;

        Crash(Fault fault, int commit, Outcome next) {
            this.fault = fault;
            this.commit = commit;
            this.next = next;
        }
    }

    @Test
    void theRunAfterACrashEndsInTheSameState() {
        firstBatch();
        for (Crash crash : Crash.values()) {
            nextBatch();
            FaultyLogStore.arm(crash.fault, crash.commit);

            Throwable thrown = catchThrowable(pipeline::dedup);
            boolean crashed = FaultyLogStore.disarm();
            Pipeline.Run again = pipeline.dedup();

            assertThat(crashed).as("%s", crash).isTrue();
            assertThat(thrown).as("%s", crash).isNotNull();
            assertThat(again.outcome()).as("%s", crash).isEqualTo(crash.next);
            assertSameState(crash.name(), again);
        }
        assertThatCode(() -> pipeline.verify(Optional.empty())).doesNotThrowAnyException();
        assertThatCode(() -> pipeline.verify(Optional.of(1L))).doesNotThrowAnyException();
    }

    @Test
    void aCommitWhoseAnswerIsLostIsFoundAndNotMadeTwice() {
        firstBatch();
        for (String commit : List.of("quarantine", "table", "seal")) {
            nextBatch();
            FaultyLogStore.arm(Fault.LOST_ANSWER, batches - 1);

            Pipeline.Run run = pipeline.dedup();

            assertThat(FaultyLogStore.disarm()).as(commit).isTrue();
            assertThat(run.outcome()).as(commit).isEqualTo(Outcome.COMMITTED);
            assertSameState(commit, run);
        }
    }

    private void firstBatch() {
        pipeline = new Pipeline(spark(), folder);
        pipeline.raw(
                "date=2024-11-05/0.json",
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 0),
                event("b", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 2));
        pipeline.dedup();
    }

    /** New input: a row that replaces a stored one, a new row and its twin, another new row, and half a line. */
    private void nextBatch() {
        int number = ++batches;
        String minute = String.format("2024-11-05T%02d:%02d:00Z", 10 + number, number);
        String name = String.format("raw/date=2024-11-05/%d.json", number);
        pipeline.set("source.path=" + folder.resolve(name));
        pipeline.raw(
                name.substring("raw/".length()),
                event("a", "2024-11-05T10:00:00Z", minute, number),
                event("c", minute, minute, 3),
                event("c", minute, minute, 3),
                event("d", minute, minute, 4),
                "half a lin");
    }

    private void assertSameState(String as, Pipeline.Run run) {
        List<String> expected = new ArrayList<>(List.of("b@05 10:00=2"));
        expected.add("a@05 10:00=" + batches);
        for (int number = 1; number <= batches; number++) {
            expected.add(String.format("c@05 %02d:%02d=3", 10 + number, number));
            expected.add(String.format("d@05 %02d:%02d=4", 10 + number, number));
        }
        assertThat(pipeline.rows()).as(as).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(run.result().path("counts")).as(as).hasToString(EXPECTED_COUNTS);
        assertThat(run.version()).as(as).isEqualTo(batches);
        assertThat(run.digest()).as(as).isEqualTo(pipeline.digestNow());
        assertThat(count(pipeline.ledger())).as(as).isEqualTo(batches + 1);
        assertThat(count(folder.resolve("quarantine").toString())).as(as).isEqualTo(batches);
    }

    private long count(String table) {
        return spark().read().format("delta").load(table).count();
    }
}
