package io.lakeproof.jobs.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.SparkTest;
import io.lakeproof.config.DedupConfig;
import io.lakeproof.config.NullKey;
import io.lakeproof.config.OnConflict;
import io.lakeproof.config.OrderColumn;
import io.lakeproof.digest.RowEncoding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of the survivor, on random cases, against a brute-force oracle. A case is a user; 250 cases run as one Dataset. */
class SurvivorsTest extends SparkTest {
    private static final int CASES = 250;
    private static final StructType TABLE = StructType.fromDDL(
            "user_id STRING, event_time TIMESTAMP, k DOUBLE, ingest_time TIMESTAMP, v DOUBLE, page STRING, event_date STRING");
    private static final DedupConfig DEDUP = new DedupConfig(
            List.of("user_id", "event_time", "k"),
            "event_time",
            List.of(new OrderColumn("ingest_time", true), new OrderColumn("v", false)),
            NullKey.QUARANTINE,
            OnConflict.KEEP,
            "unused",
            1);
    private static final Set<Fate> SURVIVE = Set.of(Fate.STORED, Fate.KEPT, Fate.REPLACES);
    private static final double[] DOUBLES = {
        0.0, -0.0, Double.NaN, 1.5, -1.5, Double.MIN_VALUE, Double.POSITIVE_INFINITY
    };
    /** Keys that look the same and are two. */
    private static final String[] LOOK_ALIKE = {"us\u00e9r-", "use\u0301r-"};

    private static final String[] PAGES = {"a", "b", "é", "e\u0301", "", "\u0000", "😀"};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void keepsTheRowsOfTheOracleWhateverTheOrderPartitioningAndSplit(long seed) {
        Random random = new Random(seed);
        List<Row> batch = randomRows(random);
        List<Row> stored = oracle(randomRows(random)).rows;

        Result expectedAlone = oracle(batch);
        Result expectedOnStored = oracle(batch, stored);

        assertThat(run(batch, List.of(), 3)).as("seed " + seed).isEqualTo(expectedAlone);
        Collections.shuffle(batch, random);
        assertThat(run(batch, List.of(), 1)).as("shuffled, seed " + seed).isEqualTo(expectedAlone);
        assertThat(run(batch, stored, 5)).as("on stored rows, seed " + seed).isEqualTo(expectedOnStored);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void batchesInAnyOrderEndWithTheSameRows(long seed) {
        Random random = new Random(seed);
        List<Row> all = randomRows(random);
        Result atOnce = oracle(all);

        for (int parts : new int[] {2, 5}) {
            Collections.shuffle(all, random);
            List<Row> stored = List.of();
            long accounted = 0;
            for (int i = 0; i < parts; i++) {
                Result step = run(every(all, parts, i), stored, 1 + i);
                stored = step.rows;
                Tally.Rows rows = step.tally;
                assertThat(rows.offered()).isEqualTo(rows.kept() + rows.replaced() + rows.exact() + rows.conflict());
                accounted += rows.offered();
            }
            assertThat(digests(stored)).as("seed " + seed).isEqualTo(digests(atOnce.rows));
            assertThat(accounted).isEqualTo(all.size());
        }
    }

    private static List<Row> every(List<Row> rows, int parts, int part) {
        List<Row> some = new ArrayList<>();
        for (int i = part; i < rows.size(); i += parts) {
            some.add(rows.get(i));
        }
        return some;
    }

    private record Result(List<Row> rows, Tally.Rows tally) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Result that && digests(rows).equals(digests(that.rows)) && tally.equals(that.tally);
        }

        @Override
        public int hashCode() {
            return tally.hashCode();
        }
    }

    private Result run(List<Row> batch, List<Row> stored, int partitions) {
        Dataset<Row> offered = compiling()
                .createDataFrame(batch, TABLE)
                .repartition(partitions)
                .selectExpr("*", "false as " + Survivors.STORED);
        Dataset<Row> before = compiling().createDataFrame(stored, TABLE).selectExpr("*", "true as " + Survivors.STORED);
        Tally tally = new Tally();
        compiling().sparkContext().register(tally, "test");

        List<Row> rows = new Survivors(TABLE, DEDUP)
                .of(offered.unionByName(before), Map.of(), SURVIVE, tally)
                .drop(Fate.COLUMN)
                .collectAsList();

        return new Result(rows, tally.total());
    }

    private static List<Row> randomRows(Random random) {
        List<Row> rows = new ArrayList<>();
        for (int user = 0; user < CASES; user++) {
            int count = random.nextInt(12);
            for (int i = 0; i < count; i++) {
                if (i > 0 && random.nextInt(4) == 0) {
                    rows.add(rows.get(rows.size() - 1)); // an exact duplicate
                    continue;
                }
                Instant time = Instant.parse("2024-03-10T23:59:59.999999Z").plusNanos(1000L * random.nextInt(3));
                rows.add(RowFactory.create(
                        LOOK_ALIKE[random.nextInt(6) / 5] + user,
                        time,
                        DOUBLES[random.nextInt(3)],
                        random.nextInt(4) == 0 ? null : Instant.ofEpochSecond(random.nextInt(3)),
                        random.nextInt(4) == 0 ? null : DOUBLES[random.nextInt(DOUBLES.length)],
                        random.nextInt(4) == 0 ? null : PAGES[random.nextInt(PAGES.length)],
                        time.toString().substring(0, 10)));
            }
        }
        return rows;
    }

    // The oracle: maps and sorted lists, no Spark.

    private static Result oracle(List<Row> batch) {
        return oracle(batch, List.of());
    }

    private static Result oracle(List<Row> batch, List<Row> stored) {
        Map<String, List<Row>> newByKey = byKey(batch);
        Map<String, List<Row>> storedByKey = byKey(stored);
        Map<String, List<Row>> all = new TreeMap<>(storedByKey);
        newByKey.forEach((key, rows) -> all.merge(key, rows, (a, b) -> {
            List<Row> both = new ArrayList<>(a);
            both.addAll(b);
            return both;
        }));
        List<Row> survivors = new ArrayList<>();
        long kept = 0;
        long replaced = 0;
        long exact = 0;
        long conflict = 0;
        for (Map.Entry<String, List<Row>> entry : all.entrySet()) {
            Row winner = Collections.min(entry.getValue(), COMPETITION);
            survivors.add(winner);
            List<String> offered = digests(newByKey.getOrDefault(entry.getKey(), List.of()));
            List<String> before = digests(storedByKey.getOrDefault(entry.getKey(), List.of()));
            long distinct = offered.stream().distinct().count();
            long equalToStored = offered.stream().filter(before::contains).count();
            long distinctNew =
                    offered.stream().filter(d -> !before.contains(d)).distinct().count();
            boolean isNew = !before.contains(digest(winner));
            exact += equalToStored + (offered.size() - equalToStored - distinctNew);
            conflict += distinctNew - (isNew ? 1 : 0);
            kept += isNew && before.isEmpty() ? 1 : 0;
            replaced += isNew && !before.isEmpty() ? 1 : 0;
            assertThat(distinct).isLessThanOrEqualTo(offered.size());
        }
        return new Result(survivors, new Tally.Rows(batch.size(), kept, replaced, exact, conflict));
    }

    private static final Comparator<Row> COMPETITION = (a, b) -> {
        int byIngest = nullsLast((Instant) a.get(3), (Instant) b.get(3), Comparator.reverseOrder());
        if (byIngest != 0) {
            return byIngest;
        }
        int byValue = nullsLast((Double) a.get(4), (Double) b.get(4), (x, y) -> Double.compare(x + 0.0, y + 0.0));
        return byValue != 0 ? byValue : digest(a).compareTo(digest(b));
    };

    private static <T> int nullsLast(T a, T b, Comparator<T> comparator) {
        return Comparator.nullsLast(comparator).compare(a, b);
    }

    private static Map<String, List<Row>> byKey(List<Row> rows) {
        Map<String, List<Row>> byKey = new LinkedHashMap<>();
        for (Row row : rows) {
            String key = row.get(0) + "|" + row.get(1) + "|" + (row.getDouble(2) + 0.0);
            byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
        }
        return byKey;
    }

    private static String digest(Row row) {
        return HexFormat.of().formatHex(new RowEncoding(TABLE).digest(row));
    }

    private static List<String> digests(List<Row> rows) {
        String[] digests = rows.stream().map(SurvivorsTest::digest).toArray(String[]::new);
        Arrays.sort(digests);
        return List.of(digests);
    }
}
