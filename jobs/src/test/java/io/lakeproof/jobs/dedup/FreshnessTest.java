package io.lakeproof.jobs.dedup;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessTest extends SparkTest {
    @TempDir
    Path folder;

    /** The last day of the first three is 2024-11-03, on which clocks in New York went back: it has 25 hours. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // zone           | max   | to         | clock                | newest               | age    | fresh
                "America/New_York | P1D   | 2024-11-03 | 2024-11-20T00:00:00Z | 2024-11-03T04:00:00Z | PT25H  | true",
                "America/New_York | P1D   | 2024-11-03 | 2024-11-20T00:00:00Z | 2024-11-03T03:59:59Z | PT25H1S| false",
                "America/New_York | PT24H | 2024-11-03 | 2024-11-20T00:00:00Z | 2024-11-03T04:00:00Z | PT25H  | false",
                "UTC              | P1D   | 2024-11-03 | 2024-11-20T00:00:00Z | 2024-11-03T00:00:00Z | PT24H  | true",
                "UTC              | P1D   | 2024-11-03 | 2024-11-20T00:00:00Z | 2024-11-02T23:59:59Z | PT24H1S| false",
                // of a day that is not over, the clock counts
                "UTC              | PT2H  | 2024-11-03 | 2024-11-03T10:00:00Z | 2024-11-03T08:00:00Z | PT2H   | true",
                "UTC              | PT2H  | 2024-11-03 | 2024-11-03T10:00:01Z | 2024-11-03T08:00:00Z | PT2H1S | false",
                "UTC              | PT2H  | 2024-11-30 | 2024-11-03T10:00:01Z | 2024-11-03T08:00:00Z | PT2H1S | false",
                "UTC              | PT2H  |            | 2024-11-03T10:00:01Z | 2024-11-03T08:00:00Z | PT2H1S | false",
                // an event after the last day, accepted by the run, is new
                "UTC              | PT2H  | 2024-11-03 | 2024-11-20T00:00:00Z | 2024-11-05T08:00:00Z | PT0S   | true",
            })
    void theAgeCountsFromTheEndOfTheScopeOrFromTheClockIfThatIsEarlier(
            String zone, String max, LocalDate to, Instant clock, Instant newest, Duration age, boolean isFresh) {
        Freshness freshness = new Freshness(
                new Pipeline(spark(), folder)
                        .set("pipeline.zone=" + zone)
                        .set("quality.freshness.max=" + max)
                        .config(),
                new DateScope(Optional.empty(), Optional.ofNullable(to)),
                clock);

        assertThat(freshness.age(newest)).isEqualTo(age);
        Failure.InputMissing failure =
                catchThrowableOfType(Failure.InputMissing.class, () -> freshness.require(Optional.of(newest)));
        assertThat(failure == null).isEqualTo(isFresh);
        if (failure != null) {
            assertThat(failure)
                    .hasMessageContaining("its newest accepted event is of " + newest + ", " + age + " before ");
        }
    }

    @Test
    void anEventAfterTheClockDoesNotMakeABatchFreshAndARunOfAnOldDateIsJudgedAsOnItsDay() {
        Pipeline pipeline =
                new Pipeline(spark(), folder).at("2024-11-08T00:00:00Z").set("quality.freshness.max=PT24H");
        pipeline.raw(
                "date=2024-11-06/a.json",
                event("a", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 1),
                event("b", "2024-11-08T00:00:00.000001Z", "2024-11-06T10:01:00Z", 2));

        assertThat(catchThrowableOfType(Failure.InputMissing.class, pipeline::dedup))
                .hasMessage("the input is not fresh: its newest accepted event is of 2024-11-06T10:00:00Z, PT38H before"
                        + " 2024-11-08T00:00:00Z, and quality.freshness.max = PT24H; nothing was published");
        assertThat(pipeline.table()).doesNotExist();

        assertThat(pipeline.dedup("2024-11-06", "2024-11-06").outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(pipeline.rows()).containsExactly("a@06 10:00=1", "b@08 00:00=2");
    }

    @Test
    void aBatchWhoseEventsAllLieAheadIsNotFresh() {
        Pipeline pipeline =
                new Pipeline(spark(), folder).at("2024-11-05T00:00:00Z").set("quality.freshness.max=P3650D");
        pipeline.raw("date=2024-11-06/a.json", event("a", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 1));

        assertThat(catchThrowableOfType(Failure.InputMissing.class, pipeline::dedup))
                .hasMessage("the input is not fresh: no accepted row has an event time up to 2024-11-05T00:00:00Z, and"
                        + " quality.freshness.max = P3650D; nothing was published");
    }
}
