package io.lakeproof.run;

import io.lakeproof.error.Failure;
import io.lakeproof.lineage.SourceDates;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.PartitionPath;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Chooses partitions of a table by event date and model version, as far as its partition columns tell them. */
public final class DatedPartitions {
    private static final String MODEL = "model";
    private static final List<String> CALENDAR = List.of("year", "month", "day");

    private final DateScope scope;
    private final Optional<String> model;

    /**
     * Of one table.
     *
     * @param table its path, for messages
     * @param columns that partition it
     * @param model a model version; empty for all
     * @throws Failure.Usage if the columns do not tell what is chosen by
     */
    public DatedPartitions(String table, List<String> columns, DateScope scope, Optional<String> model) {
        this.scope = scope;
        this.model = model;
        if (model.isPresent() && !columns.contains(MODEL)) {
            throw new Failure.Usage(
                    "--model " + model.get() + ": " + table + " is partitioned by " + columns + " and has no models",
                    "Leave --model out, or name another --table.");
        }
        if (!scope.isAll() && !columns.contains(SourceDates.EVENT_DATE) && !columns.containsAll(CALENDAR)) {
            throw new Failure.Usage(
                    "--from and --to: " + table + " is partitioned by " + columns + " and not by date",
                    "Leave them out to take the whole table.");
        }
    }

    /**
     * True for a partition of the dates and of the model version.
     *
     * @param path Hive-style
     */
    public boolean contains(String path) {
        return (scope.isAll() || date(path).filter(scope::contains).isPresent())
                && (model.isEmpty() || model.equals(model(path)));
    }

    /** The event date of a partition, {@code yyyy-MM-dd}; empty if its columns do not tell one. */
    public static Optional<String> date(String path) {
        Map<String, @Nullable String> values = PartitionPath.parse(path);
        @Nullable String date = values.get(SourceDates.EVENT_DATE);
        if (date == null && values.keySet().containsAll(CALENDAR)) {
            date = values.get("year") + "-" + values.get("month") + "-" + values.get("day");
        }
        return Optional.ofNullable(date).filter(text -> text.matches("\\d{4}-\\d{2}-\\d{2}"));
    }

    /** The event dates of partitions, each once, in order. */
    public static List<String> dates(Collection<String> paths) {
        return paths.stream()
                .flatMap(path -> date(path).stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** The model version of a partition; empty if the table has none. */
    public static Optional<String> model(String path) {
        return Optional.ofNullable(PartitionPath.parse(path).get(MODEL));
    }
}
