package io.lakeproof.jobs.dedup;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.tables.DeltaTable;
import io.lakeproof.FaultyLogStore;
import io.lakeproof.FaultyLogStore.Fault;
import io.lakeproof.SparkTest;
import io.lakeproof.config.WindowAnchor;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.RowEncoding;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The windowed table in whole runs: batches, retries, crashes, inputs and settings that change. */
@Tag("long")
class WindowStepTest extends SparkTest {
    private static final StructType TABLE = StructType.fromDDL(
            "user_id STRING, event_time TIMESTAMP, ingest_time TIMESTAMP, value DOUBLE, event_date STRING");
    private static final Duration WITHIN = Duration.ofMinutes(10);
    private static final long SEED = 21;

    @TempDir
    Path folder;

    private Pipeline pipeline;
    private Path windowed;
    private int lateRows;

    @BeforeEach
    void newPipeline() {
        pipeline = newPipeline(folder);
        windowed = folder.resolve("windowed");
        lateRows = 0;
    }

    private Pipeline newPipeline(Path of) {
        return new Pipeline(spark(), of)
                .set("dedup.within=PT10M")
                .set("dedup.anchor=kept")
                .set("dedup.windowed-target=" + of.resolve("windowed"));
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    /** The clean table knows nothing of windows, so that one is enough for the windowed tables of all anchors. */
    @Test
    void batchesInAnyOrderEndWithTheTableOfOneBatch() {
        Random random = new Random(SEED);
        Map<String, NavigableSet<Instant>> times = randomTimes(random);
        List<String> lines = new ArrayList<>();
        times.forEach((user, instants) -> instants.forEach(time -> {
            lines.add(event(user, time.toString(), "2024-11-07T00:00:00Z", 1));
            if (random.nextInt(4) == 0) { // the same event, received later: it loses against the first in the order
                lines.add(event(user, time.toString(), "2024-11-06T00:00:00Z", 2));
            }
        }));
        Collections.shuffle(lines, random);

        int from = 0;
        for (int to : new int[] {lines.size() - 40, lines.size()}) {
            pipeline.raw(
                    "date=2024-11-07/" + to + ".json", lines.subList(from, to).toArray(String[]::new));
            for (WindowAnchor anchor : WindowAnchor.values()) {
                to(anchor).dedup();
            }
            from = to;
        }

        for (WindowAnchor anchor : WindowAnchor.values()) {
            Pipeline.Run again = to(anchor).dedup();
            String as = anchor + ", seed " + SEED;
            List<String> expected = oracle(anchor, times);
            assertThat(again.outcome()).as(as).isEqualTo(Outcome.REPLAYED);
            assertThat(rows()).as(as).isEqualTo(expected);
            assertThat(windowed(again).path("digest").asText()).as(as).isEqualTo(digestNow());
            assertThat(windowed(again).path("versionAfter").asLong()).as(as).isEqualTo(1);
            assertThat(windowed(again).path("counts").path("kept").asLong())
                    .as(as)
                    .isEqualTo(expected.size());
        }
        assertThat(table().where("value = 1.0 and ingest_time = '2024-11-07T00:00:00Z'")
                        .count())
                .isEqualTo(table().count());
    }

    private Pipeline to(WindowAnchor anchor) {
        windowed = folder.resolve("windowed " + anchor);
        return pipeline.set("dedup.anchor=" + anchor).set("dedup.windowed-target=\"" + windowed + "\"");
    }

    /** 200 users, each with a chain of events of its own around midnight and around 1970. */
    private static Map<String, NavigableSet<Instant>> randomTimes(Random random) {
        List<Duration> steps = List.of(
                Duration.ofNanos(1000), WITHIN.dividedBy(2), WITHIN.minusNanos(1000), WITHIN, WITHIN.multipliedBy(3));
        Map<String, NavigableSet<Instant>> times = new TreeMap<>();
        for (int user = 0; user < 200; user++) {
            Instant time = Instant.parse(user % 2 == 0 ? "2024-11-05T23:40:00Z" : "1969-12-31T23:30:00Z");
            for (int i = random.nextInt(10); i > 0; i--) {
                times.computeIfAbsent("u" + user, u -> new TreeSet<>()).add(time);
                time = time.plus(steps.get(random.nextInt(steps.size())));
            }
        }
        return times;
    }

    private static List<String> oracle(WindowAnchor anchor, Map<String, NavigableSet<Instant>> times) {
        List<String> kept = new ArrayList<>();
        times.forEach((user, instants) -> {
            TreeSet<Instant> own = new TreeSet<>();
            for (Instant time : instants) {
                Instant rival = switch (anchor) {
                    case BUCKET ->
                        instants.stream()
                                .filter(other -> bucket(other) == bucket(time))
                                .filter(other -> digestOf(user, other).compareTo(digestOf(user, time)) < 0)
                                .findFirst()
                                .orElse(null);
                    case KEPT -> own.lower(time);
                    case PREVIOUS -> instants.lower(time);
                };
                boolean dropped = rival != null
                        && (anchor == WindowAnchor.BUCKET
                                || Duration.between(rival, time).compareTo(WITHIN) < 0);
                if (!dropped) {
                    own.add(time);
                    kept.add(user + "@" + time);
                }
            }
        });
        return kept.stream().sorted().toList();
    }

    private static long bucket(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), WITHIN.toSeconds());
    }

    /** Among the survivors of the exact key, which were all received at once, the smallest row digest decides. */
    private static String digestOf(String user, Instant time) {
        Row row = RowFactory.create(
                user,
                time,
                Instant.parse("2024-11-07T00:00:00Z"),
                1.0,
                time.toString().substring(0, 10));
        return HexFormat.of().formatHex(new RowEncoding(TABLE).digest(row));
    }

    @Test
    void aRunWithoutNewsWritesNothingAndRowsThatAllFallIntoWindowsAreNoted() {
        pipeline.raw("date=2024-11-05/a.json", event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.raw("date=2024-11-05/b.json", event("a", "2024-11-05T10:09:00Z", "2024-11-05T10:10:00Z", 1));

        Pipeline.Run first = pipeline.dedup();
        Pipeline.Run again = pipeline.dedup();

        assertThat(rows()).containsExactly("a@2024-11-05T10:00:00Z");
        assertThat(windowed(first))
                .hasToString("{\"target\":\"" + windowed + "\",\"versionBefore\":-1,\"versionAfter\":0,\"digest\":\""
                        + digestNow() + "\",\"counts\":{\"read\":2,\"kept\":1,\"dropped\":1}}");
        assertThat(again.outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(windowed(again))
                .hasToString(windowed(first).toString().replace("\"versionBefore\":-1", "\"versionBefore\":0"));
        assertThat(versions()).isEqualTo(1);

        pipeline.raw("date=2024-11-05/c.json", event("a", "2024-11-05T10:05:00Z", "2024-11-05T10:10:00Z", 1));
        Pipeline.Run run = pipeline.dedup();

        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(windowed(run).path("digest")).isEqualTo(windowed(first).path("digest"));
        assertThat(windowed(run).path("counts")).hasToString("{\"read\":3,\"kept\":1,\"dropped\":2}");
        assertThat(pipeline.dedup().outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(versions()).isEqualTo(2);
    }

    @Test
    void aRowThatLeavesTheCleanTableGivesItsWindowToTheNext() {
        Path first = pipeline.raw(
                "date=2024-11-05/a.json",
                event("a", "2024-11-05T23:55:00Z", "2024-11-05T23:56:00Z", 1),
                event("b", "2024-11-05T23:55:00Z", "2024-11-05T23:56:00Z", 1));
        pipeline.raw(
                "date=2024-11-06/a.json",
                event("a", "2024-11-06T00:02:00Z", "2024-11-06T00:03:00Z", 1),
                event("a", "2024-11-06T00:05:00Z", "2024-11-06T00:06:00Z", 1));
        pipeline.dedup();
        assertThat(rows())
                .containsExactly("a@2024-11-05T23:55:00Z", "a@2024-11-06T00:05:00Z", "b@2024-11-05T23:55:00Z");
        pipeline.raw(
                "date=2024-11-05/" + first.getFileName(),
                event("b", "2024-11-05T23:55:00Z", "2024-11-05T23:56:00Z", 1));

        Pipeline.Run run = pipeline.dedup();

        assertThat(run.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(rows()).containsExactly("a@2024-11-06T00:02:00Z", "b@2024-11-05T23:55:00Z");
        assertThat(windowed(run).path("digest").asText()).isEqualTo(digestNow());
    }

    @Test
    void anotherWindowBuildsTheTableAnewAndWhatIsNotItsOwnIsRefused() {
        pipeline.raw(
                "date=2024-11-05/a.json",
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1),
                event("a", "2024-11-05T10:09:00Z", "2024-11-05T10:10:00Z", 1));
        pipeline.dedup();

        Pipeline.Run run = pipeline.set("dedup.within=PT9M").dedup();

        assertThat(run.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(run.version()).isZero();
        assertThat(rows()).containsExactly("a@2024-11-05T10:00:00Z", "a@2024-11-05T10:09:00Z");

        Path clean = pipeline.table();
        assertThatThrownBy(() ->
                        pipeline.set("dedup.target=" + folder.resolve("other")).dedup())
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("dedup.windowed-target = " + windowed + " is made from another clean table, ")
                .hasMessageEndingWith(clean.toString());
        assertThatThrownBy(() -> pipeline.set("dedup.windowed-target=" + clean).dedup())
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("= " + clean + " is a table that the job dedup of pipeline test writes");
        DeltaTable.forPath(spark(), windowed.toString()).delete("user_id = 'a'");
        pipeline.set("dedup.target=" + clean).set("dedup.windowed-target=" + windowed);
        assertThatThrownBy(pipeline::dedup)
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("windowed: version 2 (DELETE at ");
    }

    /** Commits of a run: 0 the clean table, 1 its seal, 2 the windowed table, 3 its seal. */
    @Test
    void whateverARunLeftBehindTheNextFinishesTheWindowedTable() throws Exception {
        pipeline.raw(
                "date=2024-11-05/a.json",
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1),
                event("a", "2024-11-05T10:05:00Z", "2024-11-05T10:06:00Z", 1));
        for (Pipeline.Run run : atOnce(pipeline, newPipeline(folder))) {
            assertState("two at once", run, 0);
        }

        lateRow();
        FaultyLogStore.arm(Fault.CRASH_AFTER, 1);
        assertThat(catchThrowable(pipeline::dedup)).isInstanceOf(FaultyLogStore.Crash.class);
        Pipeline.Run run = pipeline.dedup();
        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertState("before the windowed table", run, 1);

        lateRow();
        FaultyLogStore.arm(Fault.CRASH_AFTER, 2);
        assertThat(catchThrowable(pipeline::dedup)).isInstanceOf(FaultyLogStore.Crash.class);
        run = pipeline.dedup();
        assertThat(run.outcome()).isEqualTo(Outcome.REPLAYED);
        assertState("before its seal", run, 2);

        lateRow();
        FaultyLogStore.arm(Fault.LOST_ANSWER, 2);
        run = pipeline.dedup();
        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertState("lost answer", run, 3);

        lateRow();
        FaultyLogStore.arm(Fault.CRASH_AFTER, 2);
        assertThat(catchThrowable(pipeline::dedup)).isInstanceOf(FaultyLogStore.Crash.class);
        lateRow(); // other work, which builds on the unsealed commit
        assertState("other work", pipeline.dedup(), 5);
    }

    /** A row that comes five minutes before all others: it takes the window of the first, and so on along the chain. */
    private void lateRow() {
        String time = Instant.parse("2024-11-05T10:00:00Z")
                .minus(WITHIN.dividedBy(2).multipliedBy(++lateRows))
                .toString();
        pipeline.raw("date=2024-11-06/" + lateRows + ".json", event("a", time, "2024-11-06T10:01:00Z", 7));
    }

    /** Of a chain with a row every five minutes, every second one is kept. */
    private void assertState(String as, Pipeline.Run run, int version) {
        List<String> expected = new ArrayList<>();
        for (int i = lateRows; i >= -1; i -= 2) {
            expected.add("a@"
                    + Instant.parse("2024-11-05T10:00:00Z")
                            .minus(WITHIN.dividedBy(2).multipliedBy(i)));
        }
        FaultyLogStore.disarm();
        assertThat(rows()).as(as).isEqualTo(expected.stream().sorted().toList());
        assertThat(windowed(run).path("versionAfter").asLong()).as(as).isEqualTo(version);
        assertThat(windowed(run).path("digest").asText()).as(as).isEqualTo(digestNow());
        assertThat(windowed(run).path("counts"))
                .as(as)
                .hasToString(String.format(
                        "{\"read\":%d,\"kept\":%d,\"dropped\":%d}",
                        lateRows + 2, expected.size(), lateRows + 2 - expected.size()));
        assertThat(versions()).as(as).isEqualTo(version + 1);
        assertThat(seals("window")).as(as).isEqualTo(version + 1);
        assertThat(seals("dedup")).as(as).isEqualTo(version + 1);
    }

    private static List<Pipeline.Run> atOnce(Pipeline one, Pipeline other) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            List<Pipeline.Run> runs = new ArrayList<>();
            for (Future<Pipeline.Run> run :
                    executor.invokeAll(List.<Callable<Pipeline.Run>>of(() -> one.dedup(), () -> other.dedup()))) {
                runs.add(run.get());
            }
            return runs;
        } finally {
            executor.shutdownNow();
        }
    }

    private static JsonNode windowed(Pipeline.Run run) {
        return run.result().path("windowed");
    }

    private Dataset<Row> table() {
        return session().read().format("delta").load(windowed.toString());
    }

    private List<String> rows() {
        return table().collectAsList().stream()
                .map(row -> row.getAs("user_id") + "@" + row.getAs("event_time"))
                .sorted()
                .toList();
    }

    private String digestNow() {
        return TableDigest.of(table().schema(), ContentDigest.of(table(), List.of("event_date")))
                .hex();
    }

    private long versions() {
        return DeltaTable.forPath(spark(), windowed.toString()).history().count();
    }

    private long seals(String job) {
        return spark().read()
                .format("delta")
                .load(pipeline.ledger())
                .where("job = '" + job + "'")
                .count();
    }
}
