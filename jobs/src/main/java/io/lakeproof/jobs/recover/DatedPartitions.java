package io.lakeproof.jobs.recover;

import io.lakeproof.error.Failure;
import io.lakeproof.model.PartitionPath;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Chooses partitions of a table by event date and model version, as its partition columns tell them. */
final class DatedPartitions {
    private static final String DATE = "event_date";
    private static final String MODEL = "model";
    private static final List<String> CALENDAR = List.of("year", "month", "day");

    private DatedPartitions() {}

    /** The event date of a partition; empty if its columns do not tell one. */
    static Optional<String> date(String path) {
        Map<String, @Nullable String> values = PartitionPath.parse(path);
        @Nullable String date = values.get(DATE);
        if (date == null && CALENDAR.stream().allMatch(column -> values.get(column) != null)) {
            date = values.get("year") + "-" + values.get("month") + "-" + values.get("day");
        }
        return Optional.ofNullable(date).filter(text -> text.matches("\\d{4}-\\d{2}-\\d{2}"));
    }

    /** The dates of partitions, in order. */
    static List<String> dates(Collection<String> paths) {
        return paths.stream()
                .flatMap(path -> date(path).stream())
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * The partitions that a rollback is asked for.
     *
     * @param table its path, for messages
     * @param columns that partition it
     * @param known every partition that it has or had
     * @throws Failure.Usage if the table does not know dates or models, or not this model
     */
    static SortedSet<String> chosen(
            RollbackRequest request, String table, List<String> columns, Collection<String> known) {
        if (!request.scope().isAll() && !columns.contains(DATE) && !columns.containsAll(CALENDAR)) {
            throw new Failure.Usage(
                    table + " is partitioned by " + columns + ", which tell no event date",
                    "Roll back the whole table, without --from and --to.");
        }
        request.model().ifPresent(model -> requireModel(model, table, columns, known));
        SortedSet<String> chosen = new TreeSet<>(known);
        if (!request.scope().isAll()) {
            chosen.removeIf(path -> date(path).filter(request.scope()::contains).isEmpty());
        }
        request.model().ifPresent(model -> chosen.removeIf(path -> !model.equals(model(path))));
        return chosen;
    }

    private static void requireModel(String model, String table, List<String> columns, Collection<String> known) {
        if (!columns.contains(MODEL)) {
            throw new Failure.Usage(
                    "--model " + model + ": " + table + " is partitioned by " + columns + " and has no models",
                    "Leave out --model, or name another --table.");
        }
        TreeSet<String> models = new TreeSet<>();
        known.forEach(path -> Optional.ofNullable(model(path)).ifPresent(models::add));
        if (!models.contains(model)) {
            throw new Failure.Usage(
                    "--model " + model + ": " + table + " has no rows of it, now or at that version",
                    "It has " + String.join(", ", models) + ".");
        }
    }

    private static @Nullable String model(String path) {
        return PartitionPath.parse(path).get(MODEL);
    }
}
