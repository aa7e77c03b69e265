package io.lakeproof.jobs.dedup;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.Outcome;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Late and early rows, fields that the schema lacks, and the gates of a batch. */
@Tag("long")
class IntakeTest extends SparkTest {
    private static final String DAY_5 = "date=2024-11-05/a.json";
    private static final String DAY_6 = "date=2024-11-06/a.json";
    private static final String OLD = event("a", "2024-11-03T23:59:59Z", "2024-11-05T10:01:00Z", 1);
    private static final String IN_TIME = event("b", "2024-11-04T00:00:00Z", "2024-11-05T10:01:00Z", 2);
    private static final String IN_TIME_6 = event("c", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 3);
    private static final String AHEAD = event("d", "2024-11-08T01:00:00.000001Z", "2024-11-06T10:01:00Z", 4);

    @TempDir
    Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void twoDays() {
        pipeline = new Pipeline(spark(), folder);
        pipeline.raw(DAY_5, OLD, IN_TIME);
        pipeline.raw(DAY_6, IN_TIME_6, AHEAD);
    }

    /** The day of arrival is that of the folder: one run over both days makes what two runs make. */
    @Test
    void latenessDoesNotDependOnHowTheDaysAreSplitIntoRuns() {
        pipeline.set("dedup.lateness=P2D").set("dedup.future-tolerance=PT1H");
        Pipeline other = new Pipeline(spark(), folder.resolve("other"))
                .set("dedup.lateness=P2D")
                .set("dedup.future-tolerance=PT1H")
                .set("source.path=" + folder + "/raw/date={date}/");

        Pipeline.Run both = pipeline.dedup();
        other.dedup("2024-11-06", "2024-11-06");
        Pipeline.Run second = other.dedup("2024-11-05", "2024-11-05");

        assertThat(pipeline.rows()).containsExactly("b@04 00:00=2", "c@06 10:00=3");
        assertThat(second.digest()).isEqualTo(both.digest());
        assertThat(both.result().path("counts").path("quarantined").toString())
                .isEqualTo("{\"future_event\":1,\"too_late\":1}");
        assertThat(pipeline.quarantined()).containsExactly("future_event: " + AHEAD, "too_late: " + OLD);
    }

    @Test
    void theClockIsInNoRunKey() {
        pipeline.set("dedup.future-tolerance=PT1H");
        Pipeline.Run first = pipeline.dedup();

        Pipeline.Run again = pipeline.at("2025-01-01T00:00:00Z").dedup();

        assertThat(again.outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(again.result().path("runKey")).isEqualTo(first.result().path("runKey"));
        assertThat(pipeline.requeue().count("kept")).isEqualTo(1);
        assertThat(pipeline.rows()).contains("d@08 01:00=4");
    }

    @Test
    void lateRowsCanBeAcceptedAndAreCounted() {
        Pipeline.Run run =
                pipeline.set("dedup.lateness=P2D").set("dedup.late=accept").dedup();

        assertThat(run.count("kept")).isEqualTo(4);
        assertThat(run.count("lateAccepted")).isEqualTo(1);
    }

    @Test
    void withoutADateInThePathTheDayIsThatOfTheRun() {
        pipeline.set("dedup.lateness=P2D").set("source.path=" + folder + "/raw/");

        assertThatThrownBy(() -> pipeline.dedup())
                .isInstanceOf(Failure.Usage.class)
                .hasMessageContaining("dedup.lateness is counted back from");
        Pipeline.Run run = pipeline.dedup("2024-11-01", "2024-11-06");
        assertThat(run.result().path("counts").path("quarantined").toString()).isEqualTo("{\"too_late\":2}");
        assertThat(pipeline.rows()).containsExactly("c@06 10:00=3");
    }

    /** Rows of inputs outside of the run were in time when a run of their own read them. */
    @Test
    void aDateThatIsBuiltAnewDoesNotMakeItsOtherRowsLate() {
        String b = event("b", "2024-11-05T11:00:00Z", "2024-11-06T10:01:00Z", 2);
        pipeline.set("dedup.lateness=P2D");
        pipeline.raw("one/a.json", event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.raw("two/a.json", b, IN_TIME_6);
        pipeline.set("source.path=" + folder + "/raw/one").dedup("2024-11-01", "2024-11-05");
        pipeline.set("source.path=" + folder + "/raw/two").dedup("2024-11-01", "2024-11-06");
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "b@05 11:00=2", "c@06 10:00=3");
        pipeline.raw("two/a.json", b, IN_TIME_6);

        Pipeline.Run run = pipeline.dedup("2024-11-01", "2024-11-07"); // from 6 November on

        assertThat(run.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(run.result().path("counts").path("quarantined").toString()).isEqualTo("{\"too_late\":1}");
        assertThat(pipeline.quarantined()).containsExactly("too_late: " + b);
        assertThat(pipeline.rows()).containsExactly("a@05 10:00=1", "c@06 10:00=3");
    }

    @Test
    void allGatesThatFailAreReportedTogetherAndOnlyTheQuarantineIsPublished() {
        pipeline.set("dedup.lateness=P2D")
                .set("dedup.late=fail")
                .set("quality.max-quarantined=10%")
                .set("quality.min-rows=100");

        Failure.DataGate failure = catchThrowableOfType(Failure.DataGate.class, () -> pipeline.dedup());

        assertThat(failure).hasMessage("""
                        3 gates failed; nothing was published but the quarantine:
                          1 of 4 rows were refused {too_late=1}, more than quality.max-quarantined = 10%
                          1 rows are too_late, and dedup.late = fail
                          3 rows were accepted, fewer than quality.min-rows = 100""");
        assertThat(pipeline.table()).doesNotExist();
        assertThat(pipeline.quarantined()).containsExactly("too_late: " + OLD);
    }

    @Test
    void aBatchIsComparedWithTheScopesBefore() {
        pipeline.set("quality.expect.rows-vs-previous={min = 50%, max = 200%, window = 3}");
        int[] sizes = {4, 40, 8};
        for (int day = 0; day < sizes.length; day++) {
            load(10 + day, sizes[day]); // too few to compare with
        }

        load(13, 16); // twice the median of 4, 40, 8
        assertThatThrownBy(() -> load(14, 33)) // the median of 40, 8, 16 is 16
                .isInstanceOf(Failure.DataGate.class)
                .hasMessage("33 rows were accepted, 206.3% of 16, the median of the last 3 runs: more than"
                        + " quality.expect.rows-vs-previous.max = 200%; nothing was published but the quarantine");
        assertThatThrownBy(() -> load(14, 7))
                .isInstanceOf(Failure.DataGate.class)
                .hasMessageContaining("less than quality.expect.rows-vs-previous.min = 50%");
        load(14, 8);
    }

    private void load(int day, int rows) {
        pipeline.raw(
                "date=2024-11-" + day + "/a.json",
                IntStream.range(0, rows)
                        .mapToObj(i -> event("u" + i, "2024-11-" + day + "T10:00:00Z", "2024-11-14T10:00:00Z", 1))
                        .toArray(String[]::new));
        pipeline.dedup("2024-11-" + day, "2024-11-" + day);
    }

    @Test
    void extraFieldsAreAColumnOfTheTable() {
        pipeline.raw(DAY_5, IN_TIME.replace("}", ",\"z\":1.0,\"b\":{}}"));

        pipeline.set("source.on-extra=keep-json").dedup();

        assertThat(pipeline.read()
                        .where("user_id = 'b'")
                        .select("_extra")
                        .first()
                        .getString(0))
                .isEqualTo("{\"b\":{},\"z\":1.0}");
        assertThat(pipeline.read().columns())
                .containsExactly("user_id", "event_time", "ingest_time", "value", "_extra", "event_date");
    }
}
