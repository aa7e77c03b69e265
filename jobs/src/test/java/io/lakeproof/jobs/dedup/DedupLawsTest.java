package io.lakeproof.jobs.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.SparkTest;
import io.lakeproof.jobs.Pipeline;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole runs against a brute-force oracle: whatever the order and the batches, the table is the same, and every row is
 * somewhere. A case is a user and an instant; some have no user.
 */
@Tag("long")
class DedupLawsTest extends SparkTest {
    private static final int USERS = 220;
    private static final List<String> LOOK_ALIKE = List.of("us\u00e9r-", "use\u0301r-");
    private static final Instant MIDNIGHT = Instant.parse("2024-11-06T00:00:00Z");

    /** A row of the input; of two that differ in nothing but the value, the oracle does not tell which survives. */
    private record Event(String user, Instant time, Instant ingest, int value) {
        String line() {
            return String.format(
                    "{\"user_id\":%s,\"event_time\":\"%s\",\"ingest_time\":%s,\"value\":%d}",
                    quoted(user), time, quoted(ingest), value);
        }

        private static String quoted(Object value) {
            return value == null ? "null" : "\"" + value + "\"";
        }
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"group, quarantine, 1", "keep, keep, 2", "quarantine, fail, 3"})
    void batchesInAnyOrderAndRepeatsEndAsOneBatchDoes(String nullKey, String onConflict, long seed) {
        Random random = new Random(seed);
        List<Event> events = onConflict.equals("fail") ? withoutConflicts(events(random)) : events(random);
        Pipeline atOnce = pipeline("once", nullKey, onConflict);
        Pipeline inBatches = pipeline("batches", nullKey, onConflict);
        atOnce.raw("date=2024-11-05/all.json", lines(events));

        Pipeline.Run one = atOnce.dedup();
        Collections.shuffle(events, random);
        List<Pipeline.Run> runs = new ArrayList<>();
        for (int batch = 0; batch < 3; batch++) {
            String date = "2024-11-0" + (5 + batch);
            List<Event> part = every(events, 2, batch % 2); // the third is the first again, in another order
            Collections.shuffle(part, random);
            inBatches.raw("date=" + date + "/part.json", lines(part));
            runs.add(inBatches.dedup(date, date));
        }

        String as = "seed " + seed;
        assertThat(runs.get(1).digest()).as(as).isEqualTo(one.digest());
        assertThat(runs.get(2).digest()).as(as).isEqualTo(one.digest()).isEqualTo(inBatches.digestNow());
        assertThat(stored(atOnce)).as(as).isEqualTo(oracle(events, nullKey));
        runs.forEach(run -> assertThat(accounted(run)).as(as).isEqualTo(run.count("read")));
        assertThat(accounted(one)).as(as).isEqualTo(events.size());
        assertThat(runs.get(0).count("read") + runs.get(1).count("read")).isEqualTo(events.size());
        assertThat(runs.get(0).count("kept") + runs.get(1).count("kept"))
                .as(as)
                .isEqualTo(one.count("kept"))
                .isEqualTo(atOnce.read().count());
        assertThat(runs.get(2).count("kept") + runs.get(2).count("replaced"))
                .as(as)
                .isZero();
        assertThat(exact(one))
                .as(as)
                .isEqualTo(events.size() - (long) new HashSet<>(events).size() - nullTwins(events, nullKey));
        assertThat(one.count("conflictDuplicates") > 0).as(as).isEqualTo(onConflict.equals("keep"));
        assertThat(quarantined(one, "conflict_duplicate") > 0).as(as).isEqualTo(onConflict.equals("quarantine"));
    }

    /** Of each key one event, as often as the key came. */
    private static List<Event> withoutConflicts(List<Event> events) {
        Map<String, Event> first = new TreeMap<>();
        events.forEach(event -> first.putIfAbsent(event.user + "@" + event.time, event));
        return new ArrayList<>(events.stream()
                .map(event -> first.get(event.user + "@" + event.time))
                .toList());
    }

    private static long accounted(Pipeline.Run run) {
        long refused = 0;
        for (JsonNode rows : run.result().path("counts").path("quarantined")) {
            refused += rows.asLong();
        }
        return refused
                + run.count("kept")
                + run.count("replaced")
                + run.count("exactDuplicates")
                + run.count("conflictDuplicates");
    }

    private static long exact(Pipeline.Run run) {
        return run.count("exactDuplicates");
    }

    private static long quarantined(Pipeline.Run run, String reason) {
        return run.result().path("counts").path("quarantined").path(reason).asLong();
    }

    /** Rows without a user that are equal to another: where they are refused, each of them is. */
    private static long nullTwins(List<Event> events, String nullKey) {
        List<Event> refused = events.stream()
                .filter(event -> event.user == null && nullKey.equals("quarantine"))
                .toList();
        return refused.size() - (long) new HashSet<>(refused).size();
    }

    private Pipeline pipeline(String name, String nullKey, String onConflict) {
        return new Pipeline(spark(), folder.resolve(name))
                .set("dedup.null-key=" + nullKey)
                .set("dedup.on-conflict=" + onConflict);
    }

    private static String[] lines(List<Event> events) {
        return events.stream().map(Event::line).toArray(String[]::new);
    }

    private static <T> List<T> every(List<T> all, int parts, int part) {
        List<T> some = new ArrayList<>();
        for (int i = part; i < all.size(); i += parts) {
            some.add(all.get(i));
        }
        return some;
    }

    /** Three instants around midnight, few ingest times and few values: ties, twins and conflicts. */
    private static List<Event> events(Random random) {
        List<Event> events = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            for (int i = random.nextInt(7); i > 0; i--) {
                events.add(new Event(
                        user % 11 == 0 ? null : LOOK_ALIKE.get(random.nextInt(5) / 4) + user,
                        MIDNIGHT.plusMillis(random.nextInt(3) - 1L),
                        random.nextInt(4) == 0 ? null : Instant.ofEpochSecond(1_730_900_000 + random.nextInt(3)),
                        // One value an ingest time, mostly: then no tie needs the digest.
                        random.nextInt(3)));
            }
        }
        return events;
    }

    /** By key, the ingest times and how many rows; without the value, which the digest chooses among rows that tie. */
    private static Map<String, String> oracle(List<Event> events, String nullKey) {
        Map<String, List<Event>> byKey = new TreeMap<>();
        Set<Event> distinct = new HashSet<>(events);
        for (Event event : distinct) {
            byKey.computeIfAbsent(event.user + "@" + event.time, key -> new ArrayList<>())
                    .add(event);
        }
        Map<String, String> stored = new TreeMap<>();
        byKey.forEach((key, rivals) -> {
            boolean isNull = key.startsWith("null@");
            if (isNull && nullKey.equals("quarantine")) {
                return;
            }
            List<Event> survivors = isNull && nullKey.equals("keep")
                    ? rivals
                    : List.of(Collections.max(
                            rivals,
                            Comparator.comparing(Event::ingest, Comparator.nullsFirst(Comparator.naturalOrder()))));
            stored.put(key, times(survivors.stream().map(Event::ingest).toList()));
        });
        return stored;
    }

    private static Map<String, String> stored(Pipeline pipeline) {
        return pipeline.read().select("user_id", "event_time", "ingest_time").collectAsList().stream()
                .collect(Collectors.groupingBy(
                        row -> row.getString(0) + "@" + row.get(1),
                        TreeMap::new,
                        Collectors.collectingAndThen(
                                Collectors.toList(),
                                rows -> times(rows.stream()
                                        .map(row -> (Instant) row.get(2))
                                        .toList()))));
    }

    private static String times(List<Instant> times) {
        return times.stream().map(Objects::toString).sorted().collect(Collectors.joining(","));
    }
}
