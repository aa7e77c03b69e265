package io.lakeproof.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Many small random pairs of tables in one, and what differs in each, found with hash maps. */
final class ComparisonCases {
    private static final StructType SCHEMA = StructType.fromDDL("c INT, k1 STRING, k2 DOUBLE, v DOUBLE, s STRING,"
            + " a ARRAY<INT>, m MAP<STRING, DOUBLE>, t STRUCT<x: FLOAT, y: STRING>");
    private static final List<String> NAMES = List.of(SCHEMA.fieldNames());
    private static final List<@Nullable String> TEXTS = Arrays.asList("", "x", "null", null, "\u00fc\n");
    private static final List<@Nullable Double> NUMBERS =
            Arrays.asList(0.0, -0.0, Double.NaN, Double.longBitsToDouble(0x7ff8000000000001L), 1.5, 0.1, null);

    private final long seed;
    private final int count;
    private final Random random;
    private final List<Row> left = new ArrayList<>();
    private final List<Row> right = new ArrayList<>();

    ComparisonCases(long seed, int count) {
        this.seed = seed;
        this.count = count;
        this.random = new Random(seed);
        for (int i = 0; i < count; i++) {
            List<Row> one = new ArrayList<>();
            for (int rows = random.nextInt(9); rows > 0; rows--) {
                one.add(row(i));
            }
            left.addAll(one);
            right.addAll(changed(i, one));
        }
    }

    StructType schema() {
        return SCHEMA;
    }

    Dataset<Row> left(SparkSession spark) {
        return spark.createDataFrame(left, SCHEMA);
    }

    Dataset<Row> right(SparkSession spark) {
        return spark.createDataFrame(right, SCHEMA);
    }

    private List<Row> changed(int number, List<Row> rows) {
        List<Row> changed = new ArrayList<>(rows);
        for (int edits = random.nextInt(4); edits > 0; edits--) {
            int at = changed.isEmpty() ? -1 : random.nextInt(changed.size());
            switch (at < 0 ? 0 : random.nextInt(6)) {
                case 0 -> changed.add(row(number));
                case 1 -> changed.remove(at);
                case 2 -> changed.add(changed.get(at));
                case 3 -> changed.set(at, with(changed.get(at), 1 + random.nextInt(7), row(number)));
                case 4 -> swap(changed, at, random.nextInt(changed.size()), 3 + random.nextInt(5));
                default -> Collections.shuffle(changed, random);
            }
        }
        return changed;
    }

    private static void swap(List<Row> rows, int i, int j, int column) {
        Row first = rows.get(i);
        rows.set(i, with(first, column, rows.get(j)));
        rows.set(j, with(rows.get(j), column, first));
    }

    private static Row with(Row row, int column, Row other) {
        Object[] values = new Object[row.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i == column ? other : row).get(i);
        }
        return RowFactory.create(values);
    }

    private Row row(int number) {
        List<@Nullable Integer> array = new ArrayList<>();
        Map<String, @Nullable Double> map = new HashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            array.add(random.nextInt(4) == 0 ? null : random.nextInt(2));
            map.put("k" + random.nextInt(2), oneOf(NUMBERS));
        }
        return RowFactory.create(
                number,
                oneOf(TEXTS),
                oneOf(NUMBERS),
                oneOf(NUMBERS),
                oneOf(TEXTS),
                random.nextInt(5) == 0 ? null : array,
                random.nextInt(5) == 0 ? null : map,
                random.nextInt(5) == 0 ? null : RowFactory.create(random.nextBoolean() ? -0.0f : 0.0f, oneOf(TEXTS)));
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** Holds the tally against what hash maps say, case by case and key by key. */
    void check(List<String> key, Tally tally) {
        assertThat(tally.left()).isEqualTo(left.size());
        assertThat(tally.right()).isEqualTo(right.size());
        Map<String, Surplus> expected = surplus(key);
        Map<String, List<RowDifference>> found = tally.samples().stream()
                .collect(Collectors.groupingBy(d -> d.partition() + " " + (key.isEmpty() ? cells(d) : d.key())));
        Map<String, Tally.Changes> partitions = new TreeMap<>();
        long same = 0;
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(found.keySet());
        for (String name : names) {
            Surplus surplus = expected.getOrDefault(name, new Surplus());
            List<RowDifference> differences = found.getOrDefault(name, List.of());
            same += surplus.same;
            long pairs = key.isEmpty() ? 0 : Math.min(surplus.left.size(), surplus.right.size());
            Tally.Changes changes = new Tally.Changes(surplus.right.size() - pairs, surplus.left.size() - pairs, pairs);
            assertThat(changes(differences))
                    .as("seed %d, %d cases, key %s, %s", seed, count, key, name)
                    .isEqualTo(changes);
            differences.forEach(difference -> checkCells(difference, surplus, key));
            if (changes.total() > 0) {
                partitions.merge(name.substring(0, name.indexOf(' ')), changes, Tally.Changes::plus);
            }
        }
        assertThat(tally.same()).isEqualTo(same);
        assertThat(tally.partitions()).isEqualTo(partitions);
    }

    /** Some row of each side that has it must say what the difference says. */
    private void checkCells(RowDifference difference, Surplus surplus, List<String> key) {
        Set<String> possible = new HashSet<>();
        switch (difference.change()) {
            case ADDED -> surplus.right.forEach(row -> possible.add(cells(null, row, key)));
            case REMOVED -> surplus.left.forEach(row -> possible.add(cells(row, null, key)));
            case CHANGED -> surplus.left.forEach(l -> surplus.right.forEach(r -> possible.add(cells(l, r, key))));
        }
        assertThat(possible).as("seed %d", seed).contains(difference.cells().toString());
    }

    private static String cells(@Nullable Row left, @Nullable Row right, List<String> key) {
        List<RowDifference.Cell> cells = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            String ofLeft = left == null ? null : text(left.get(i));
            String ofRight = right == null ? null : text(right.get(i));
            if (!key.contains(NAMES.get(i)) && !(ofLeft != null && ofLeft.equals(ofRight))) {
                cells.add(new RowDifference.Cell(NAMES.get(i), ofLeft, ofRight));
            }
        }
        return cells.toString();
    }

    private static String cells(RowDifference difference) {
        return difference.cells().stream()
                .map(cell -> cell.left() == null ? cell.right() : cell.left())
                .collect(Collectors.joining("|"));
    }

    private static Tally.Changes changes(List<RowDifference> differences) {
        Map<Change, Long> rows = differences.stream()
                .collect(Collectors.groupingBy(RowDifference::change, Collectors.summingLong(RowDifference::rows)));
        return new Tally.Changes(
                rows.getOrDefault(Change.ADDED, 0L),
                rows.getOrDefault(Change.REMOVED, 0L),
                rows.getOrDefault(Change.CHANGED, 0L));
    }

    /** The rows of a key that are left when equal ones have cancelled out. */
    private static final class Surplus {
        private final List<Row> left = new ArrayList<>();
        private final List<Row> right = new ArrayList<>();
        private long same;
    }

    private Map<String, Surplus> surplus(List<String> key) {
        Map<String, Surplus> all = new HashMap<>();
        Map<String, List<Row>> open = new LinkedHashMap<>();
        for (Row row : left) {
            open.computeIfAbsent(identity(row, NAMES), r -> new ArrayList<>()).add(row);
        }
        for (Row row : right) {
            Surplus surplus = all.computeIfAbsent(name(row, key), k -> new Surplus());
            List<Row> partners = open.getOrDefault(identity(row, NAMES), List.of());
            if (partners.isEmpty()) {
                surplus.right.add(row);
            } else {
                partners.remove(0);
                surplus.same++;
            }
        }
        open.values()
                .forEach(rows -> rows.forEach(row -> all.computeIfAbsent(name(row, key), k -> new Surplus())
                        .left
                        .add(row)));
        return all;
    }

    private static String name(Row row, List<String> key) {
        return "c=" + row.get(0) + " " + (key.isEmpty() ? identity(row, NAMES) : pairs(row, key));
    }

    private static String pairs(Row row, List<String> key) {
        return key.stream()
                .map(name -> name + "=" + text(row.get(NAMES.indexOf(name))))
                .collect(Collectors.joining(", "));
    }

    private static String identity(Row row, List<String> columns) {
        return columns.stream().map(name -> text(row.get(NAMES.indexOf(name)))).collect(Collectors.joining("|"));
    }

    /** Equal for values that are equal: one NaN and one zero. */
    private static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return "\"" + text.replace("\n", "\\n") + "\"";
        }
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue() == 0 ? "0.0" : value.toString();
        }
        if (value instanceof Row row) {
            return "(x: " + text(row.get(0)) + ", y: " + text(row.get(1)) + ")";
        }
        if (value instanceof List<?> list) {
            return list.stream().map(ComparisonCases::text).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> text(entry.getKey()) + ": " + text(entry.getValue()))
                    .sorted()
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return String.valueOf(value);
    }
}
