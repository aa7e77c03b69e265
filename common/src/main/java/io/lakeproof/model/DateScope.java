package io.lakeproof.model;

import java.time.LocalDate;
import java.util.Optional;

/**
 * The event dates that a run is responsible for. Without an end the scope is every date that the input has.
 *
 * @param from first event date, inclusive
 * @param to last event date, inclusive
 */
public record DateScope(Optional<LocalDate> from, Optional<LocalDate> to) {
    public static final DateScope ALL = new DateScope(Optional.empty(), Optional.empty());

    public DateScope {
        if (from.isPresent() && to.isPresent() && from.get().isAfter(to.get())) {
            throw new IllegalArgumentException("--from " + from.get() + " is after --to " + to.get());
        }
    }

    public boolean contains(LocalDate date) {
        return from.map(f -> !date.isBefore(f)).orElse(true)
                && to.map(t -> !date.isAfter(t)).orElse(true);
    }

    /** As {@link #contains(LocalDate)}, for a date in the form {@code yyyy-MM-dd}. */
    public boolean contains(String date) {
        return contains(LocalDate.parse(date));
    }

    public boolean isAll() {
        return from.isEmpty() && to.isEmpty();
    }

    /** {@code all dates}, {@code 2024-11-03..2024-11-07}, {@code 2024-11-03..}; for people and for the run key. */
    @Override
    public String toString() {
        return isAll()
                ? "all dates"
                : from.map(LocalDate::toString).orElse("") + ".."
                        + to.map(LocalDate::toString).orElse("");
    }
}
