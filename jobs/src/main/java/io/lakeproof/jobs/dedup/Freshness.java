package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.model.DateScope;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.TemporalAmount;
import java.util.Optional;
import org.apache.spark.sql.Column;

/**
 * How old the newest event of a batch is: at the clock of the run, or at the end of its scope's last date if that is earlier, so that a
 * run of old dates is judged as it would have been on their day. An event after the clock does not count: one device whose clock is
 * wrong would hide that all others are silent.
 */
final class Freshness {
    private final PipelineConfig pipeline;
    private final Instant clock;
    private final Instant end;

    Freshness(PipelineConfig pipeline, DateScope scope, Instant clock) {
        this.pipeline = pipeline;
        this.clock = clock;
        this.end = scope.to()
                .map(to -> to.plusDays(1).atStartOfDay(pipeline.zone()).toInstant())
                .filter(clock::isAfter)
                .orElse(clock);
    }

    /** The time of an event; null if it does not count. */
    Column time() {
        Column time = quoted(pipeline.dedup().eventTime());
        return when(time.leq(lit(clock)), time);
    }

    /** Never negative: an event after the scope's last date is new. */
    Duration age(Instant newest) {
        return newest.isAfter(end) ? Duration.ZERO : Duration.between(newest, end);
    }

    /** @throws Failure.InputMissing if the newest event is too old, or there is none */
    void require(Optional<Instant> newest) {
        pipeline.quality().maxAge().ifPresent(max -> {
            if (newest.filter(time -> !time.isBefore(oldest(max))).isEmpty()) {
                throw new Failure.InputMissing(
                        "the input is not fresh: "
                                + newest.map(time -> "its newest accepted event is of " + time + ", " + age(time)
                                                + " before " + end)
                                        .orElse("no accepted row has an event time up to " + clock)
                                + ", and quality.freshness.max = " + max + "; nothing was published",
                        "Wait until newer events have arrived, then run again; to take the input as it is, raise the limit with"
                                + " --set quality.freshness.max=….");
            }
        });
    }

    private Instant oldest(TemporalAmount max) {
        return end.atZone(pipeline.zone()).minus(max).toInstant();
    }
}
