package io.lakeproof.aws;

import io.lakeproof.posture.ClockReading;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Reads the header {@code Date} of answers, refusals included: it needs no permission. The last one counts. */
final class DateWatch implements ExecutionInterceptor {
    private final Clock clock;
    private volatile @Nullable ClockReading last;

    DateWatch(Clock clock) {
        this.clock = clock;
    }

    Optional<ClockReading> reading() {
        return Optional.ofNullable(last);
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        context.httpResponse().firstMatchingHeader("Date").ifPresent(date -> {
            try {
                last = new ClockReading(
                        ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant(),
                        clock.instant());
            } catch (DateTimeException e) {
                last = null; // No date that HTTP knows.
            }
        });
    }
}
