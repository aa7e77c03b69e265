package io.lakeproof.jobs.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.SparkTest;
import io.lakeproof.config.DedupConfig;
import io.lakeproof.config.LatenessConfig;
import io.lakeproof.config.NullKey;
import io.lakeproof.config.OnConflict;
import io.lakeproof.config.OrderColumn;
import io.lakeproof.config.WindowAnchor;
import io.lakeproof.config.WindowConfig;
import io.lakeproof.digest.RowEncoding;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The laws of the windowed table, on random cases, against a brute-force oracle. A case is a user; 220 run as one Dataset. */
class WindowsTest extends SparkTest {
    private static final int CASES = 220;
    private static final StructType TABLE = StructType.fromDDL(
            "user_id STRING, event_time TIMESTAMP, k DOUBLE, ingest_time TIMESTAMP, v DOUBLE, event_date STRING");
    private static final Duration MICRO = Duration.ofNanos(1000);

    /** Before 1970, clocks that go forward and back, one that goes back over midnight, and days without any of it. */
    private static final List<Instant> STARTS = List.of(
            Instant.parse("1969-12-31T23:50:00Z"),
            Instant.parse("2024-03-10T01:59:59.999999Z"),
            Instant.parse("2024-11-03T00:00:00Z"),
            Instant.parse("1987-10-25T02:00:00Z"),
            Instant.parse("2024-07-01T23:55:00Z"));

    @ParameterizedTest
    @CsvSource({
        "BUCKET, PT10M, UTC, KEEP, 1",
        "BUCKET, PT7H, America/St_Johns, GROUP, 2",
        "KEPT, PT10M, America/St_Johns, KEEP, 3",
        "KEPT, PT9H, Europe/Berlin, GROUP, 4",
        "KEPT, PT30H, UTC, KEEP, 5",
        "PREVIOUS, PT10M, America/St_Johns, KEEP, 6",
        "PREVIOUS, PT30H, UTC, GROUP, 7"
    })
    void whateverChangesInTheCleanTableTheWindowedOneIsThatOfTheOracle(
            WindowAnchor anchor, Duration within, ZoneId zone, NullKey nullKey, long seed) {
        Random random = new Random(seed);
        Law law = new Law(anchor, within, zone, nullKey);
        List<Row> events = law.randomEvents(random);
        List<Row> clean = law.exactKey(some(events, random));
        List<Row> windowed = law.whole(clean);
        assertThat(digests(windowed)).as("as a whole, seed " + seed).isEqualTo(digests(law.oracle(clean)));

        for (int step = 0; step < 4; step++) {
            List<String> dates = new ArrayList<>(law.dates(events));
            Collections.shuffle(dates, random);
            Set<String> chosen = Set.copyOf(dates.subList(0, 1 + random.nextInt(2)));
            List<Row> next = new ArrayList<>(
                    clean.stream().filter(row -> !chosen.contains(date(row))).toList());
            next.addAll(law.exactKey(some(
                    events.stream().filter(row -> chosen.contains(date(row))).toList(), random)));

            Law.Step result = law.step(clean, next, windowed);

            List<Row> expected = law.oracle(next);
            assertThat(digests(result.windowed))
                    .as("step " + step + " on " + chosen + ", seed " + seed)
                    .isEqualTo(digests(expected));
            assertThat(result.dates).as("seed " + seed).isEqualTo(law.differing(windowed, expected));
            clean = next;
            windowed = expected;
        }
    }

    @ParameterizedTest
    @CsvSource({"BUCKET", "KEPT", "PREVIOUS"})
    void readsOnlyWhatTheChangedDatesCanReach(WindowAnchor anchor) {
        Law law = new Law(anchor, Duration.ofMinutes(10), ZoneId.of("UTC"), NullKey.QUARANTINE);
        List<Row> far = List.of(
                law.event("a", "2024-05-01T10:00:00Z"),
                law.event("a", "2024-05-09T10:00:00Z"),
                law.event("b", "2024-05-05T00:10:00Z"));
        List<Row> before = new ArrayList<>(far);
        before.add(law.event("a", "2024-05-05T10:00:00Z"));
        List<Row> after = new ArrayList<>(before);
        after.add(law.event("a", "2024-05-05T12:00:00Z"));
        after.add(law.event("a", "2024-05-05T23:55:00Z"));

        // A windowed table that lacks the far rows is mended only where somebody looks.
        Law.Step result = law.step(before, after, List.of(law.event("a", "2024-05-05T10:00:00Z")));

        assertThat(result.windowed)
                .extracting(WindowsTest::text)
                .containsExactlyInAnyOrder(
                        "a 2024-05-05T10:00:00Z",
                        "a 2024-05-05T12:00:00Z",
                        "a 2024-05-05T23:55:00Z",
                        "b 2024-05-05T00:10:00Z");
    }

    @Test
    void aChainIsFollowedOverAsManyDatesAsItGoesOn() {
        Law law = new Law(WindowAnchor.KEPT, Duration.ofHours(20), ZoneId.of("UTC"), NullKey.QUARANTINE);
        List<Row> before = new ArrayList<>();
        for (Instant time = Instant.parse("2024-05-01T12:00:00Z");
                time.isBefore(Instant.parse("2024-06-10T00:00:00Z"));
                time = time.plus(Duration.ofHours(12))) {
            before.add(law.event("a", time.toString()));
            before.add(law.event("quiet", time.toString()));
        }
        List<Row> after = new ArrayList<>(before);
        after.add(law.event("a", "2024-05-01T02:00:00Z"));

        Law.Step result = law.step(before, after, law.oracle(before));

        assertThat(digests(result.windowed)).isEqualTo(digests(law.oracle(after)));
        assertThat(result.dates).hasSize(40);
    }

    @ParameterizedTest
    @CsvSource({
        "BUCKET, 09:50:00Z 10:00:00Z 10:10:00Z",
        "KEPT, 09:55:00Z 10:05:00Z 10:15:00Z",
        "PREVIOUS, 09:55:00Z 10:05:00Z"
    })
    void rowsExactlyOneWindowApartAreTwoEvents(WindowAnchor anchor, String kept) {
        Law law = new Law(anchor, Duration.ofMinutes(10), ZoneId.of("UTC"), NullKey.QUARANTINE);
        List<Row> rows = List.of(
                law.event("a", "2024-05-01T09:55:00Z"),
                law.event("a", "2024-05-01T10:05:00Z"),
                law.event("a", "2024-05-01T10:14:59.999999Z"),
                law.event("a", "2024-05-01T10:15:00Z"));

        List<Row> windowed = law.whole(rows);

        assertThat(windowed.stream().map(row -> shortTime(anchor, row)).collect(Collectors.joining(" ")))
                .isEqualTo(kept);
    }

    /** The time of the row, or of its bucket. */
    private static String shortTime(WindowAnchor anchor, Row row) {
        Instant time = row.<Instant>getAs(1);
        long seconds = time.getEpochSecond();
        return (anchor == WindowAnchor.BUCKET ? Instant.ofEpochSecond(seconds - seconds % 600) : time)
                .toString()
                .substring(11);
    }

    private static String text(Row row) {
        return row.get(0) + " " + row.get(1);
    }

    private static String date(Row row) {
        return row.getString(5);
    }

    private static List<Row> some(List<Row> rows, Random random) {
        List<Row> some = new ArrayList<>(
                rows.stream().filter(row -> random.nextInt(3) > 0).toList());
        Collections.shuffle(some, random);
        return some;
    }

    private static List<String> digests(Collection<Row> rows) {
        return rows.stream().map(WindowsTest::digest).sorted().toList();
    }

    private static String digest(Row row) {
        return HexFormat.of().formatHex(new RowEncoding(TABLE).digest(row));
    }

    /** One setting of the window: what the code makes of rows, and what the oracle does, without Spark. */
    private final class Law {
        private record Step(List<Row> windowed, Set<String> dates) {}

        private final WindowAnchor anchor;
        private final Duration within;
        private final ZoneId zone;
        private final NullKey nullKey;
        private final Windows windows;

        Law(WindowAnchor anchor, Duration within, ZoneId zone, NullKey nullKey) {
            this.nullKey = nullKey;
            this.anchor = anchor;
            this.within = within;
            this.zone = zone;
            this.windows = new Windows(
                    TABLE,
                    new DedupConfig(
                            List.of("user_id", "event_time", "k"),
                            "event_time",
                            List.of(new OrderColumn("ingest_time", true)),
                            nullKey,
                            OnConflict.KEEP,
                            "unused",
                            1,
                            LatenessConfig.NONE,
                            Optional.of(new WindowConfig(within, anchor, "unused"))),
                    zone);
        }

        List<Row> whole(List<Row> clean) {
            return windows.of(dataset(clean)).orderBy("event_time").collectAsList();
        }

        Step step(List<Row> before, List<Row> after, List<Row> windowed) {
            Set<String> existing = dates(before);
            existing.addAll(dates(after));
            existing.addAll(dates(windowed));
            Dataset<Row> stored = dataset(windowed);
            try (WindowChanges changes =
                    windows.changes(dataset(after), stored, differing(before, after), existing, dates -> {})) {
                return new Step(
                        changes.appliedTo(stored).collectAsList(),
                        changes.summary().dates());
            }
        }

        private Dataset<Row> dataset(List<Row> rows) {
            return session().createDataFrame(rows, TABLE).repartition(3);
        }

        Set<String> dates(Collection<Row> rows) {
            return rows.stream().map(WindowsTest::date).collect(Collectors.toCollection(TreeSet::new));
        }

        Set<String> differing(List<Row> before, List<Row> after) {
            Set<String> dates = dates(before);
            dates.addAll(dates(after));
            dates.removeIf(date -> digests(on(before, date)).equals(digests(on(after, date))));
            return dates;
        }

        private static List<Row> on(List<Row> rows, String date) {
            return rows.stream().filter(row -> date.equals(date(row))).toList();
        }

        Row event(String user, String time) {
            return row(user, Instant.parse(time), 0.0, null, 0.0);
        }

        private Row row(@SuppressWarnings("NullAway") String user, Instant time, Double k, Instant ingest, double v) {
            return RowFactory.create(
                    user, time, k, ingest, v, time.atZone(zone).toLocalDate().toString());
        }

        List<Row> randomEvents(Random random) {
            List<Duration> steps = List.of(
                    MICRO,
                    within.dividedBy(3),
                    within.dividedBy(2).plus(MICRO),
                    within.minus(MICRO),
                    within,
                    within.plus(MICRO),
                    within.multipliedBy(2),
                    Duration.ofHours(13));
            List<Row> rows = new ArrayList<>();
            for (int user = 0; user < CASES; user++) {
                Instant time = STARTS.get(random.nextInt(STARTS.size()));
                int count = random.nextInt(14);
                for (int i = 0; i < count; i++) {
                    rows.add(row(
                            user % 50 == 7 ? null : "user-" + user,
                            time,
                            user % 50 == 9 ? null : random.nextInt(6) == 0 ? 1.0 : user % 2 == 0 ? 0.0 : -0.0,
                            random.nextInt(4) == 0 ? null : Instant.ofEpochSecond(random.nextInt(3)),
                            random.nextInt(3)));
                    time = random.nextInt(5) == 0 ? time : time.plus(steps.get(random.nextInt(steps.size())));
                }
            }
            return rows;
        }

        /** What the clean table holds of some events. */
        List<Row> exactKey(List<Row> rows) {
            Map<String, Row> best = new TreeMap<>();
            for (Row row : rows) {
                String key = isApart(row) ? digest(row) : group(row) + row.get(1);
                best.merge(key, row, (a, b) -> ORDER.compare(a, b) <= 0 ? a : b);
            }
            return new ArrayList<>(best.values());
        }

        List<Row> oracle(List<Row> clean) {
            List<Row> kept = new ArrayList<>();
            Map<String, List<Row>> groups = new TreeMap<>();
            for (Row row : clean) {
                if (isApart(row)) {
                    kept.add(row);
                } else {
                    groups.computeIfAbsent(group(row), g -> new ArrayList<>()).add(row);
                }
            }
            groups.values().forEach(rows -> kept.addAll(survivors(rows)));
            return kept;
        }

        private List<Row> survivors(List<Row> rows) {
            List<Row> kept = new ArrayList<>();
            rows.sort(Comparator.comparing(WindowsTest::time));
            for (Row row : rows) {
                boolean survives = switch (anchor) {
                    case BUCKET ->
                        rows.stream()
                                .filter(other -> bucket(other) == bucket(row))
                                .allMatch(other -> ORDER.compare(row, other) <= 0);
                    case KEPT -> kept.stream().noneMatch(other -> isClose(other, row));
                    case PREVIOUS -> rows.stream().noneMatch(other -> isClose(other, row));
                };
                if (survives) {
                    kept.add(row);
                }
            }
            return kept;
        }

        private boolean isClose(Row earlier, Row row) {
            return time(earlier).isBefore(time(row))
                    && time(row).isBefore(time(earlier).plus(within));
        }

        private long bucket(Row row) {
            Duration since = Duration.between(Instant.EPOCH, time(row));
            long whole = since.dividedBy(within);
            return within.multipliedBy(whole).compareTo(since) > 0 ? whole - 1 : whole;
        }

        private boolean isApart(Row row) {
            return nullKey == NullKey.KEEP && (row.isNullAt(0) || row.isNullAt(2));
        }

        private static String group(Row row) {
            return row.get(0) + "|" + (row.isNullAt(2) ? "null" : row.getDouble(2) + 0.0) + "|";
        }
    }

    private static Instant time(Row row) {
        return row.getAs(1);
    }

    private static final Comparator<Row> ORDER = Comparator.<Row, Instant>comparing(
                    row -> row.getAs(3), Comparator.nullsLast(Comparator.reverseOrder()))
            .thenComparing(WindowsTest::digest);
}
