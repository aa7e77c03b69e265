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
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run commits three times: the quarantine, the table, the ledger. Whatever happens at each of them, the next run mends. */
class DedupCrashTest extends SparkTest {
    private static final String EXPECTED_COUNTS =
            "{\"read\":5,\"kept\":2,\"replaced\":1,\"exactDuplicates\":1,\"conflictDuplicates\":0,\"quarantined\":{\"malformed\":1}}";

    @TempDir
    Path folder;

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    @ParameterizedTest
    @CsvSource({
        "CRASH_BEFORE, 0",
        "CRASH_AFTER, 0",
        "CRASH_BEFORE, 1",
        "CRASH_AFTER, 1",
        "CRASH_BEFORE, 2",
        "CRASH_AFTER, 2"
    })
    void theRunAfterACrashEndsInTheSameState(Fault fault, int commit) {
        Pipeline pipeline = firstBatch();
        FaultyLogStore.arm(fault, commit);

        Throwable crash = catchThrowable(pipeline::dedup);
        boolean crashed = FaultyLogStore.disarm();
        Pipeline.Run again = pipeline.dedup();

        assertThat(crashed).isTrue();
        assertThat(crash).isNotNull();
        assertThat(again.outcome())
                .isEqualTo(
                        commit < 2 && !(commit == 1 && fault == Fault.CRASH_AFTER)
                                ? Outcome.COMMITTED
                                : Outcome.REPLAYED);
        assertSameState(pipeline, again);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void aCommitWhoseAnswerIsLostIsFoundAndNotMadeTwice(int commit) {
        Pipeline pipeline = firstBatch();
        FaultyLogStore.arm(Fault.LOST_ANSWER, commit);

        Pipeline.Run run = pipeline.dedup();

        assertThat(FaultyLogStore.disarm()).isTrue();
        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertSameState(pipeline, run);
    }

    /** A table with one sealed version, and new input. */
    private Pipeline firstBatch() {
        Pipeline pipeline = new Pipeline(spark(), folder);
        pipeline.raw(
                "date=2024-11-05/a.json",
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1),
                event("b", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 2));
        pipeline.dedup();
        pipeline.raw(
                "date=2024-11-06/a.json",
                event("a", "2024-11-05T10:00:00Z", "2024-11-06T10:01:00Z", 7),
                event("c", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 3),
                event("c", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 3),
                event("d", "2024-11-06T11:00:00Z", "2024-11-06T11:01:00Z", 4),
                "half a lin");
        return pipeline.set("source.path=" + folder.resolve("raw/date=2024-11-06"));
    }

    private void assertSameState(Pipeline pipeline, Pipeline.Run run) {
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=7", "b@05 10:00=2", "c@06 10:00=3", "d@06 11:00=4");
        assertThat(run.result().path("counts")).hasToString(EXPECTED_COUNTS);
        assertThat(run.version()).isEqualTo(1);
        assertThat(run.digest()).isEqualTo(pipeline.digestNow());
        assertThat(count(pipeline.ledger())).isEqualTo(2);
        assertThat(count(folder.resolve("quarantine").toString())).isEqualTo(1);
        assertThatCode(() -> pipeline.verify(Optional.empty())).doesNotThrowAnyException();
        assertThatCode(() -> pipeline.verify(Optional.of(0L))).doesNotThrowAnyException();
    }

    private long count(String table) {
        return spark().read().format("delta").load(table).count();
    }
}
