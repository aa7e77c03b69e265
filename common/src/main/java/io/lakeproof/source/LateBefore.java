package io.lakeproof.source;

import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.api.java.UDF1;
import org.jspecify.annotations.Nullable;

/**
 * The instant before which a row of an input is late, in microseconds since 1970-01-01T00:00Z: the end of the day on which the
 * input arrived, in the pipeline's zone, minus the lateness. That day is the date in the input's path, or else the day given.
 * With {@code P1D} only events of the day itself are in time; an event at exactly the instant is.
 */
final class LateBefore implements UDF1<String, @Nullable Long> {
    private final List<Pattern> datedPaths;
    private final @Nullable LocalDate otherwise;
    private final TemporalAmount lateness;
    private final ZoneId zone;

    // Rows come file by file. A task has a copy of its own, and one thread.
    private transient @Nullable String lastInput;
    private transient @Nullable Long lastAnswer;

    /**
     * For the inputs of one run.
     *
     * @param datedPaths as {@link InputListing#datePatterns} gives them
     * @param otherwise the day of an input whose path has no date; null if its rows are never late
     */
    LateBefore(List<Pattern> datedPaths, @Nullable LocalDate otherwise, TemporalAmount lateness, ZoneId zone) {
        this.datedPaths = List.copyOf(datedPaths);
        this.otherwise = otherwise;
        this.lateness = lateness;
        this.zone = zone;
    }

    @Override
    public @Nullable Long call(String inputUri) {
        if (!inputUri.equals(lastInput)) {
            lastAnswer = of(inputUri);
            lastInput = inputUri;
        }
        return lastAnswer;
    }

    private @Nullable Long of(String inputUri) {
        String path = InputListing.ofUri(inputUri);
        LocalDate day = datedPaths.stream()
                .map(pattern -> DatedPaths.dateIn(pattern, path))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(otherwise);
        return day == null ? null : micros(day);
    }

    /** For an input that arrived on this day. */
    long micros(LocalDate day) {
        LocalDate next = day.plusDays(1);
        ZonedDateTime limit = lateness instanceof Period period
                ? next.minus(period).atStartOfDay(zone)
                : next.atStartOfDay(zone).minus((Duration) lateness);
        return ChronoUnit.MICROS.between(java.time.Instant.EPOCH, limit.toInstant());
    }
}
