package io.lakeproof.report;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The partitions at a glance. Those of a date lie in a map with a row for each month and model, and a column for each day;
 * others are listed, those that are not OK first.
 *
 * @param partitions in any order
 * @param more how to see what is left out, as a sentence; may be empty
 */
public record PartitionMap(String title, List<PartitionState> partitions, String more) implements Section {
    /** Rows of the map that are shown; a row is a month of one model. */
    static final int ROWS = 400;

    /** Partitions without a date that are shown. */
    static final int LISTED = 300;

    private static final int DAYS = 31;

    public PartitionMap {
        partitions = List.copyOf(partitions);
    }

    /** A month of one model, the newest month first. */
    private record Line(YearMonth month, String others) implements Comparable<Line> {
        private static final Comparator<Line> ORDER =
                Comparator.comparing(Line::month).reversed().thenComparing(Line::others);

        @Override
        public int compareTo(Line other) {
            return ORDER.compare(this, other);
        }
    }

    @Override
    public boolean isEmpty() {
        return partitions.isEmpty();
    }

    @Override
    public void render(Html html) {
        legend(html);
        Map<Line, @Nullable PartitionState[]> lines = new TreeMap<>();
        List<PartitionState> others = new ArrayList<>();
        partitions.forEach(partition -> {
            if (!isPlaced(partition, lines)) {
                others.add(partition);
            }
        });
        if (!lines.isEmpty()) {
            map(html, lines);
        }
        if (!others.isEmpty()) {
            list(html, others);
        }
    }

    /** Puts the partition into the map; false if it has no date, or if its place is taken. */
    private static boolean isPlaced(PartitionState partition, Map<Line, @Nullable PartitionState[]> lines) {
        return partition
                .day()
                .filter(day -> {
                    Line line = new Line(YearMonth.from(day.date()), day.others());
                    @Nullable PartitionState[] days = lines.computeIfAbsent(line, l -> new PartitionState[DAYS]);
                    int index = day.date().getDayOfMonth() - 1;
                    boolean isFree = days[index] == null;
                    days[index] = isFree ? partition : days[index];
                    return isFree;
                })
                .isPresent();
    }

    private void legend(Html html) {
        Map<State, Long> counts = partitions.stream()
                .collect(Collectors.groupingBy(
                        PartitionState::state, () -> new EnumMap<>(State.class), Collectors.counting()));
        html.open("p", "class", "legend");
        counts.forEach((state, count) -> html.open("span", "class", "count")
                .badge(state)
                .text(" ")
                .element("b", Html.number(count))
                .close("span"));
        html.close("p");
    }

    private void map(Html html, Map<Line, @Nullable PartitionState[]> lines) {
        boolean hasOthers =
                lines.keySet().stream().anyMatch(line -> !line.others().isEmpty());
        List<Line> shown = shown(lines);
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", title)
                .open("table", "class", "map")
                .open("thead")
                .open("tr")
                .element("th", "month", "scope", "col", "class", "name");
        if (hasOthers) {
            html.element("th", "model", "scope", "col", "class", "name");
        }
        for (int day = 1; day <= DAYS; day++) {
            html.element("th", String.valueOf(day), "scope", "col");
        }
        html.close("tr").close("thead").open("tbody");
        YearMonth last = null;
        for (Line line : shown) {
            html.open("tr")
                    .element("th", line.month().equals(last) ? "" : line.month().toString(), "scope", "row");
            if (hasOthers) {
                html.element("th", line.others(), "scope", "row");
            }
            cells(html, lines.get(line));
            html.close("tr");
            last = line.month();
        }
        html.close("tbody").close("table").close("div");
        html.more(lines.size() - shown.size(), "rows of the map", more);
    }

    /** If there are too many, those with a partition that is not OK come before the newest. */
    private static List<Line> shown(Map<Line, @Nullable PartitionState[]> lines) {
        return lines.keySet().stream()
                .sorted(Comparator.comparing((Line line) -> !hasBad(lines.get(line))))
                .limit(ROWS)
                .sorted()
                .toList();
    }

    private static boolean hasBad(@Nullable PartitionState @Nullable [] days) {
        return days != null
                && Stream.of(days).anyMatch(day -> day != null && day.state().isBad());
    }

    private static void cells(Html html, @Nullable PartitionState @Nullable [] days) {
        for (int i = 0; days != null && i < DAYS; i++) {
            PartitionState day = days[i];
            if (day == null) {
                html.open("td").close("td");
            } else {
                html.element("td", day.state().sign(), "class", day.state().style(), "title", day.described());
            }
        }
    }

    private void list(Html html, List<PartitionState> others) {
        html.open("ul", "class", "chips");
        others.stream()
                .sorted(Comparator.comparing(
                                (PartitionState partition) -> !partition.state().isBad())
                        .thenComparing(PartitionState::path))
                .limit(LISTED)
                .forEach(partition -> html.open("li", "title", partition.described())
                        .badge(partition.state())
                        .text(" ")
                        .element("code", partition.name())
                        .close("li"));
        html.close("ul");
        html.more(others.size() - LISTED, "partitions", more);
    }
}
