package io.lakeproof.config;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;

/** How far back from a row its feature looks. The printed form is what {@link #rows} or {@link #range} parses. */
public sealed interface Window extends Serializable {
    /** The last rows of the entity, in the total order of rows; of those that meet the feature's {@code where}. */
    record Rows(int count) implements Window {
        public Rows {
            if (count < 1) {
                throw new IllegalArgumentException("a window has at least one row");
            }
        }

        @Override
        public String toString() {
            return Integer.toString(count);
        }
    }

    /** A length of time, the same everywhere. */
    record Elapsed(long micros) implements Window {
        public Elapsed {
            if (micros < 1) {
                throw new IllegalArgumentException("a window is longer than nothing");
            }
        }

        @Override
        public String toString() {
            return Duration.ofSeconds(micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND * 1_000)
                    .toString();
        }
    }

    /** Calendar days of the pipeline's zone; where its clocks are changed, one has 23 or 25 hours. */
    record Days(int count) implements Window {
        public Days {
            if (count < 1 || count > MAX_DAYS) {
                throw new IllegalArgumentException("a window has 1 to " + MAX_DAYS + " days");
            }
        }

        @Override
        public String toString() {
            return "P" + count + "D";
        }
    }

    /** Some 1,000 years: far enough, and far from the ends of a timestamp. */
    int MAX_DAYS = 366_000;

    long MICROS_PER_SECOND = 1_000_000L;

    /** Parses a number of rows. */
    static Window rows(String text) {
        try {
            int rows = Integer.parseInt(text);
            if (rows > 0) {
                return new Rows(rows);
            }
        } catch (NumberFormatException e) {
            // reported below, with the numbers below one
        }
        throw new IllegalArgumentException("write a number of rows, 1 to " + Integer.MAX_VALUE);
    }

    /** Parses {@code P7D} or {@code P1W}, calendar days, or {@code PT1H}, a duration. */
    static Window range(String text) {
        try {
            return text.startsWith("PT") ? elapsed(Duration.parse(text)) : days(Period.parse(text));
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "write calendar days, for example P7D, or a duration, for example PT1H or PT24H", e);
        }
    }

    private static Window elapsed(Duration duration) {
        boolean whole = duration.getNano() % 1_000 == 0;
        if (!whole || duration.isNegative() || duration.isZero() || duration.toDays() > MAX_DAYS) {
            throw new IllegalArgumentException(
                    "a duration has at least one microsecond, whole ones, and at most " + MAX_DAYS + " days");
        }
        return new Elapsed(duration.getSeconds() * MICROS_PER_SECOND + duration.getNano() / 1_000);
    }

    private static Window days(Period period) {
        if (period.getYears() != 0 || period.getMonths() != 0 || period.getDays() < 1 || period.getDays() > MAX_DAYS) {
            throw new IllegalArgumentException("write whole days, P1D to P" + MAX_DAYS
                    + "D; months and years have no fixed number of days, so a later row's window could begin earlier");
        }
        return new Days(period.getDays());
    }
}
