package io.lakeproof.report;

import io.lakeproof.model.PartitionPath;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was found of one partition.
 *
 * @param path Hive-style; empty for a table without partitions
 * @param note shown on hover, such as {@code 20 rows as sealed, but their content differs}; may be empty
 */
public record PartitionState(String path, State state, String note) {
    /**
     * A day of the map.
     *
     * @param others the values of the other columns
     */
    record Day(LocalDate date, String others) {}

    String name() {
        return path.isEmpty() ? "(whole table)" : path;
    }

    String described() {
        return name() + ": " + state.word() + (note.isEmpty() ? "" : ", " + note);
    }

    /** Its place in a map of days: from year, month and day, or from the first column that holds a date. */
    Optional<Day> day() {
        Map<String, @Nullable String> values;
        try {
            values = new LinkedHashMap<>(PartitionPath.parse(path));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return date(values).map(date -> new Day(date, others(values)));
    }

    private static String others(Map<String, @Nullable String> values) {
        List<String> texts = new ArrayList<>();
        values.values().forEach(value -> texts.add(value == null ? "null" : value));
        return String.join(" \u00b7 ", texts);
    }

    /** Takes the columns of the date out of the values. */
    private static Optional<LocalDate> date(Map<String, @Nullable String> values) {
        String year = values.get("year");
        String month = values.get("month");
        String day = values.get("day");
        if (year != null && month != null && day != null) {
            Optional<LocalDate> date = parsed(year + "-" + month + "-" + day);
            if (date.isPresent()) {
                values.keySet().removeAll(List.of("year", "month", "day"));
            }
            return date;
        }
        for (Map.Entry<String, @Nullable String> entry : values.entrySet()) {
            String value = entry.getValue();
            Optional<LocalDate> date = value == null ? Optional.empty() : parsed(value);
            if (date.isPresent()) {
                values.remove(entry.getKey());
                return date;
            }
        }
        return Optional.empty();
    }

    private static Optional<LocalDate> parsed(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
