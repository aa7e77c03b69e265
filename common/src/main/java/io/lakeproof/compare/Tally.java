package io.lakeproof.compare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How many rows differ, and some of them. Tallies of disjoint sets of keys add up.
 *
 * @param left rows of the left side
 * @param right rows of the right side
 * @param same rows that both have
 * @param changes rows that both have by key, and that differ in another column; those that only one side has
 * @param columns of the changed rows: in how many a column differs
 * @param partitions rows that differ, by Hive-style path
 * @param samples some rows of each change, in the order of the enum and of {@link RowDifference#order}
 */
public record Tally(
        long left,
        long right,
        long same,
        Changes changes,
        SortedMap<String, Long> columns,
        SortedMap<String, Changes> partitions,
        List<RowDifference> samples)
        implements Serializable {
    /** Of no rows. */
    public static final Tally NONE =
            new Tally(0, 0, 0, Changes.NONE, Collections.emptySortedMap(), Collections.emptySortedMap(), List.of());

    private static final Comparator<RowDifference> ORDER = Comparator.comparing(RowDifference::change)
            .thenComparing(RowDifference::order)
            .thenComparing(difference -> difference.cells().toString());

    public Tally {
        columns = Collections.unmodifiableSortedMap(new TreeMap<>(columns));
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
        samples = List.copyOf(samples);
    }

    /** Rows by what became of them. */
    public record Changes(long added, long removed, long changed) implements Serializable {
        public static final Changes NONE = new Changes(0, 0, 0);

        public long total() {
            return Math.addExact(Math.addExact(added, removed), changed);
        }

        Changes plus(Changes other) {
            return new Changes(added + other.added, removed + other.removed, changed + other.changed);
        }

        private static Changes of(Change change, long rows) {
            return switch (change) {
                case ADDED -> new Changes(rows, 0, 0);
                case REMOVED -> new Changes(0, rows, 0);
                case CHANGED -> new Changes(0, 0, rows);
            };
        }
    }

    /** Walks to the end. */
    static Tally of(KeyWalk walk, ComparisonSpec spec) {
        DifferenceText text = new DifferenceText(spec);
        Map<Change, Long> seen = new EnumMap<>(Change.class);
        Changes changes = Changes.NONE;
        SortedMap<String, Long> columns = new TreeMap<>();
        SortedMap<String, Changes> partitions = new TreeMap<>();
        List<RowDifference> samples = new ArrayList<>();
        while (walk.hasNext()) {
            KeyWalk.Difference difference = walk.next();
            Change change = difference.change();
            Changes more = Changes.of(change, difference.rows());
            changes = changes.plus(more);
            partitions.merge(text.partition(difference), more, Changes::plus);
            if (change == Change.CHANGED) {
                text.changedColumns(difference).forEach(column -> columns.merge(column, difference.rows(), Long::sum));
            }
            if (seen.merge(change, 1L, Long::sum) <= spec.samples()) { // the walk goes by key
                samples.add(text.of(difference));
            }
        }
        return new Tally(walk.left(), walk.right(), walk.same(), changes, columns, partitions, samples);
    }

    /** True if both sides hold the same rows. */
    public boolean isSame() {
        return changes.total() == 0;
    }

    /** True if every row of each side is accounted for. */
    public boolean addsUp() {
        return left == same + changes.removed + changes.changed && right == same + changes.added + changes.changed;
    }

    Tally plus(Tally other, int limit) {
        SortedMap<String, Long> allColumns = new TreeMap<>(columns);
        other.columns.forEach((column, rows) -> allColumns.merge(column, rows, Long::sum));
        SortedMap<String, Changes> allPartitions = new TreeMap<>(partitions);
        other.partitions.forEach((path, rows) -> allPartitions.merge(path, rows, Changes::plus));
        List<RowDifference> all = Stream.concat(samples.stream(), other.samples.stream())
                .sorted(ORDER)
                .toList();
        List<RowDifference> kept = Stream.of(Change.values())
                .flatMap(change -> all.stream()
                        .filter(difference -> difference.change() == change)
                        .limit(limit))
                .toList();
        return new Tally(
                left + other.left,
                right + other.right,
                same + other.same,
                changes.plus(other.changes),
                allColumns,
                allPartitions,
                kept);
    }
}
