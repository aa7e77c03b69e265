package io.lakeproof.config;

import java.time.Duration;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.Optional;

/**
 * Which rows come too late, and which too early.
 *
 * @param lateness how old a row may be when it arrives: days, months or years of the calendar in the pipeline's zone, or a
 *     duration; empty if nothing is late
 * @param late what becomes of a row that is older
 * @param futureTolerance how far an event time may lie beyond the clock of the run; empty if no event is from the future
 */
public record LatenessConfig(
        Optional<TemporalAmount> lateness, LatePolicy late, Optional<TemporalAmount> futureTolerance) {
    public static final LatenessConfig NONE =
            new LatenessConfig(Optional.empty(), LatePolicy.QUARANTINE, Optional.empty());

    /** What becomes of a late row. */
    public enum LatePolicy {
        /** It is refused, {@code too_late}. */
        QUARANTINE,
        /** It is taken as any other, and counted. */
        ACCEPT,
        /** It is refused, and the run publishes nothing. */
        FAIL
    }

    /** Parses {@code P30D}, {@code P1M} or {@code PT36H}; not both in one. */
    static TemporalAmount amount(String text) {
        String advice = "write calendar days as P30D, or a duration as PT36H";
        if (text.startsWith("PT")) {
            Duration duration = Duration.parse(text);
            if (duration.isNegative()) {
                throw new IllegalArgumentException(advice);
            }
            return duration;
        }
        if (text.contains("T")) {
            throw new IllegalArgumentException("days and hours cannot be mixed; " + advice);
        }
        Period period = Period.parse(text);
        if (period.isNegative()) {
            throw new IllegalArgumentException(advice);
        }
        return period;
    }

    /** As {@link #amount}, longer than nothing. */
    static TemporalAmount positive(String text) {
        TemporalAmount amount = amount(text);
        if (amount.equals(Duration.ZERO) || amount.equals(Period.ZERO)) {
            throw new IllegalArgumentException("with nothing allowed every row is late; P1D is the day itself");
        }
        return amount;
    }
}
