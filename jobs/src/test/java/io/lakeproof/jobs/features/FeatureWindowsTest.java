package io.lakeproof.jobs.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.SparkTest;
import io.lakeproof.config.FeatureSpec;
import io.lakeproof.config.Ties;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of the features, on random cases, against a brute-force oracle. A case is an entity; 200 run as one Dataset. */
class FeatureWindowsTest extends SparkTest {
    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6, 7})
    void equalsTheOracleWhateverTheOrderAndPartitioning(long seed) {
        WindowCases cases = WindowCases.of(seed);

        Map<Integer, List<Object>> features = run(cases, cases.rows(), row -> true, 1 + (int) seed % 4);

        assertThat(differences(cases, features, cases.oracle(cases.rows())))
                .as("seed " + seed)
                .isEmpty();
    }

    /** What a run of later dates makes of the rows that its windows reach is what a run of all dates makes. */
    @ParameterizedTest
    @ValueSource(longs = {8, 9, 10, 11})
    void aScopeNeedsOnlyTheRowsThatItsWindowsReach(long seed) {
        WindowCases cases = WindowCases.of(seed);
        Reach reach = new Reach(cases.features());
        Map<String, Instant> cuts = new HashMap<>();
        Map<String, List<Row>> byEntity = byEntity(cases.rows());
        Random random = new Random(seed);
        byEntity.forEach((entity, rows) -> cuts.put(entity, time(rows.get(random.nextInt(rows.size())))));
        Set<Integer> needed = new HashSet<>();
        byEntity.forEach((entity, rows) -> needed.addAll(halo(rows, cuts.get(entity), reach)));
        List<Row> read =
                cases.rows().stream().filter(row -> needed.contains(id(row))).toList();
        Predicate<Row> inScope = row -> !time(row).isBefore(cuts.get(entity(row)));

        Map<Integer, List<Object>> features = run(cases, read, inScope, 3);

        Map<Integer, List<Object>> expected = cases.oracle(cases.rows());
        cases.rows().stream().filter(inScope.negate()).forEach(row -> expected.remove(id(row)));
        assertThat(read.size()).isLessThan(cases.rows().size());
        assertThat(differences(cases, features, expected)).as("seed " + seed).isEmpty();
    }

    /** The ids of the rows from the cut on, and of those that the reach names. */
    private static Set<Integer> halo(List<Row> rows, Instant cut, Reach reach) {
        Instant first = instant(reach.back(micros(cut)));
        Set<Integer> ids = new HashSet<>();
        List<Row> before = new ArrayList<>();
        for (Row row : rows) {
            if (!time(row).isBefore(first)) {
                ids.add(id(row));
            }
            if (time(row).isBefore(cut)) {
                before.add(row);
            }
        }
        before.sort(Comparator.comparing(FeatureWindowsTest::time).reversed());
        for (Reach.Rows longest : reach.rows()) {
            List<Row> meeting = before.stream()
                    .filter(row -> WindowCases.meets(longest.where().orElse(""), row))
                    .toList();
            if (meeting.size() > longest.rows()) {
                // All rows of one instant, since only the digest tells which of them count.
                Instant last = time(meeting.get(longest.rows() - 1));
                meeting = meeting.stream()
                        .filter(row -> !time(row).isBefore(last))
                        .toList();
            }
            meeting.forEach(row -> ids.add(id(row)));
        }
        return ids;
    }

    @ParameterizedTest
    @ValueSource(longs = {12, 13, 14, 15})
    void whatComesLaterOrAtTheSameInstantChangesNothing(long seed) {
        WindowCases cases = WindowCases.of(seed);
        Random random = new Random(seed);
        List<Row> known = new ArrayList<>();
        List<Row> all = new ArrayList<>(cases.rows());
        Map<String, Instant> nows = new HashMap<>();
        byEntity(cases.rows()).forEach((entity, rows) -> {
            Instant now = time(rows.get(random.nextInt(rows.size())));
            nows.put(entity, now);
            all.add(WindowCases.row(random, rows.get(0).getString(0), now, 1_000_000 + all.size()));
            rows.stream().filter(row -> !time(row).isAfter(now)).forEach(known::add);
        });

        Map<Integer, List<Object>> then = run(cases, known, row -> true, 2);
        Map<Integer, List<Object>> later = run(cases, all, row -> true, 2);

        List<FeatureSpec> specs = cases.features().define();
        for (Row row : known) {
            boolean before = time(row).isBefore(nows.get(entity(row)));
            for (int i = 0; i < specs.size(); i++) {
                FeatureSpec spec = specs.get(i);
                if (before || (spec.ties() == Ties.EXCLUDE && !spec.includeCurrent())) {
                    assertThat(later.get(id(row)).get(i))
                            .as("seed %s, row %s, %s", seed, row, spec)
                            .isEqualTo(then.get(id(row)).get(i));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {16, 17, 18, 19})
    void aLateRowChangesOnlyWhatTheReachNames(long seed) {
        WindowCases cases = WindowCases.of(seed);
        Reach reach = new Reach(cases.features());
        Random random = new Random(seed);
        Set<Integer> late = new HashSet<>();
        Set<Integer> mayChange = new HashSet<>();
        byEntity(cases.rows()).forEach((entity, rows) -> {
            Row row = rows.get(random.nextInt(rows.size()));
            late.add(id(row));
            mayChange.addAll(reached(rows, row, reach));
        });
        List<Row> inTime =
                cases.rows().stream().filter(row -> !late.contains(id(row))).toList();

        Map<Integer, List<Object>> before = run(cases, inTime, row -> true, 2);
        Map<Integer, List<Object>> after = run(cases, cases.rows(), row -> true, 2);

        List<Integer> changed = before.keySet().stream()
                .filter(id -> !before.get(id).equals(after.get(id)))
                .toList();
        assertThat(changed).as("seed " + seed).isNotEmpty();
        assertThat(mayChange)
                .as("seed " + seed)
                .containsAll(changed)
                .hasSizeLessThan(cases.rows().size());
    }

    private static Set<Integer> reached(List<Row> rows, Row late, Reach reach) {
        Set<Integer> ids = new HashSet<>();
        List<Row> after = rows.stream()
                .filter(row -> !time(row).isBefore(time(late)) && id(row) != id(late))
                .sorted(Comparator.comparing(FeatureWindowsTest::time))
                .toList();
        Instant last = instant(reach.forward(micros(time(late))));
        after.stream().filter(row -> !time(row).isAfter(last)).forEach(row -> ids.add(id(row)));
        for (Reach.Rows longest : reach.rows()) {
            List<Row> meeting = after.stream()
                    .filter(row -> WindowCases.meets(longest.where().orElse(""), row))
                    .toList();
            Optional<Instant> end = meeting.size() < longest.rows()
                    ? Optional.empty()
                    : Optional.of(time(meeting.get(longest.rows() - 1)));
            after.stream()
                    .filter(row ->
                            end.map(instant -> !time(row).isAfter(instant)).orElse(true))
                    .forEach(row -> ids.add(id(row)));
        }
        return ids;
    }

    /** The features by id; also checks that each row in the scope has one output with its own columns. */
    private Map<Integer, List<Object>> run(WindowCases cases, List<Row> rows, Predicate<Row> inScope, int partitions) {
        List<Row> marked = rows.stream()
                .map(row -> {
                    Object[] values = new Object[row.length() + 1];
                    for (int i = 0; i < row.length(); i++) {
                        values[i] = row.get(i);
                    }
                    values[row.length()] = inScope.test(row);
                    return RowFactory.create(values);
                })
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(marked, new Random(rows.size()));
        Dataset<Row> source = compiling()
                .createDataFrame(marked, WindowCases.SOURCE.add(FeatureWindows.IN_SCOPE, DataTypes.BooleanType))
                .repartition(partitions);
        FeatureWindows windows = FeatureWindows.of(cases.pipeline(), source.drop(FeatureWindows.IN_SCOPE));

        Dataset<Row> result = windows.of(source);

        assertThat(result.schema().catalogString()).isEqualTo(windows.schema().catalogString());
        Map<Integer, List<Object>> features = new TreeMap<>();
        for (Row row : result.collectAsList()) {
            List<Object> values = new ArrayList<>();
            for (int i = 3; i < row.length(); i++) {
                values.add(plain(row.get(i)));
            }
            assertThat(features.put(row.getInt(2), values)).isNull();
        }
        return features;
    }

    private static List<String> differences(
            WindowCases cases, Map<Integer, List<Object>> actual, Map<Integer, List<Object>> expected) {
        List<String> differences = new ArrayList<>();
        if (!actual.keySet().equals(expected.keySet())) {
            differences.add("rows " + actual.keySet() + " in place of " + expected.keySet());
            return differences;
        }
        List<FeatureSpec> specs = cases.features().define();
        expected.forEach((id, values) -> {
            for (int i = 0; i < specs.size(); i++) {
                Object is = actual.get(id).get(i);
                if (!agree(specs.get(i), is, plain(values.get(i))) && differences.size() < 20) {
                    differences.add("row " + id + ": " + is + " in place of " + values.get(i) + ": " + specs.get(i));
                }
            }
        });
        return differences;
    }

    /** Bit for bit, but for variances, which may be off by their documented bound. */
    private static boolean agree(FeatureSpec spec, Object actual, Object expected) {
        boolean isVariance = spec.aggregate().key().matches("(var|stddev)_.*");
        if (isVariance && actual instanceof Double a && expected instanceof Double b && Double.isFinite(b)) {
            return Math.abs(a - b) <= Math.ulp(b);
        }
        return Objects.equals(actual, expected);
    }

    private static Object plain(Object value) {
        if (value instanceof java.sql.Timestamp timestamp) {
            return timestamp.toInstant();
        }
        if (value instanceof java.sql.Date date) {
            return date.toLocalDate();
        }
        if (value instanceof scala.collection.Seq<?> seq) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < seq.length(); i++) {
                list.add(seq.apply(i));
            }
            return list;
        }
        return WindowOracle.plain(value);
    }

    private static Map<String, List<Row>> byEntity(List<Row> rows) {
        return rows.stream()
                .collect(Collectors.groupingBy(FeatureWindowsTest::entity, TreeMap::new, Collectors.toList()));
    }

    private static String entity(Row row) {
        return String.valueOf(row.getString(0));
    }

    private static Instant time(Row row) {
        return (Instant) row.get(1);
    }

    private static int id(Row row) {
        return row.getInt(2);
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L);
    }
}
