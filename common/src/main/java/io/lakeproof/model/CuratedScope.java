package io.lakeproof.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The slice of a curated table that one commit replaces: event dates x one model version.
 *
 * @param asked the dates that the run was asked for
 * @param dates those of them whose partitions are replaced, {@code yyyy-MM-dd}
 */
public record CuratedScope(DateScope asked, ModelVersion model, SortedSet<String> dates) {
    /** The partition columns of a curated table, all strings, zero-padded. */
    public static final List<String> COLUMNS = List.of("year", "month", "day", "model");

    public CuratedScope {
        dates = Collections.unmodifiableSortedSet(new TreeSet<>(dates));
        for (String date : dates) {
            if (!date.matches("\\d{4}-\\d{2}-\\d{2}") || !asked.contains(date)) {
                throw new IllegalArgumentException(date + " is no date of the scope " + asked);
            }
        }
    }

    /** The paths of the partitions, in order. */
    public List<String> partitions() {
        return dates.stream().map(date -> partition(date, model.name())).toList();
    }

    /** {@code year=2024/month=11/day=05/model=v2}. */
    public static String partition(String date, String model) {
        return PartitionPath.of(
                COLUMNS, Arrays.asList(date.substring(0, 4), date.substring(5, 7), date.substring(8, 10), model));
    }

    /** The date of a partition, if it is one of the model version. */
    public static Optional<String> date(String partition, String model) {
        Map<String, @Nullable String> values = PartitionPath.parse(partition);
        return model.equals(values.get("model"))
                ? Optional.of(values.get("year") + "-" + values.get("month") + "-" + values.get("day"))
                : Optional.empty();
    }
}
