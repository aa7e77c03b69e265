package io.lakeproof.lifecycle;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The event date of a partition: {@code event_date=2024-11-05}, or {@code year=2024/month=11/day=05}. */
public final class EventDate {
    private EventDate() {}

    /**
     * Reads the date.
     *
     * @param partition the values by partition column
     * @return empty if the partition is by something else, or has null for the date
     */
    public static Optional<LocalDate> of(Map<String, @Nullable String> partition) {
        String date = partition.get("event_date");
        if (date == null) {
            String year = partition.get("year");
            String month = partition.get("month");
            String day = partition.get("day");
            if (year == null || month == null || day == null) {
                return Optional.empty();
            }
            date = year + "-" + month + "-" + day;
        }
        try {
            return Optional.of(LocalDate.parse(date));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
