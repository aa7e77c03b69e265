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
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The windowed table in whole runs: batches, retries, crashes, inputs and settings that change. */
class WindowStepTest extends SparkTest {
    private static final StructType TABLE = StructType.fromDDL(
            "user_id STRING, event_time TIMESTAMP, ingest_time TIMESTAMP, value DOUBLE, event_date STRING");
    private static final Duration WITHIN = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void newPipeline() {
        pipeline = new Pipeline(spark(), folder)
                .set("dedup.within=PT10M")
                .set("dedup.anchor=kept")
                .set("dedup.windowed-target=" + folder.resolve("windowed"));
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    @ParameterizedTest
    @CsvSource({"BUCKET, 21", "KEPT, 22", "PREVIOUS, 23"})
    void batchesInAnyOrderEndWithTheTableOfOneBatch(WindowAnchor anchor, long seed) {
        pipeline.set("dedup.anchor=" + anchor.toString());
        Random random = new Random(seed);
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
        Pipeline.Run last = null;
        for (int to : new int[] {lines.size() - 40, lines.size()}) {
            pipeline.raw(
                    "date=2024-11-07/" + to + ".json", lines.subList(from, to).toArray(String[]::new));
            last = pipeline.dedup();
            from = to;
        }

        assertThat(rows()).as("seed " + seed).isEqualTo(oracle(anchor, times));
        assertThat(windowed(last).path("digest").asText()).isEqualTo(digestNow());
        assertThat(windowed(last).path("versionAfter").asLong()).isEqualTo(1);
        Pipeline.Run again = pipeline.dedup();
        assertThat(again.outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(windowed(again).path("counts")).isEqualTo(windowed(last).path("counts"));
        Pipeline.Run whole =
                pipeline.set("dedup.windowed-target=" + folder.resolve("anew")).dedup();
        assertThat(whole.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(windowed(whole).path("digest")).isEqualTo(windowed(last).path("digest"));
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
    void aRunWithoutNewsWritesNothingAndSaysWhatIsThere() {
        pipeline.raw("date=2024-11-05/a.json", event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.raw("date=2024-11-05/b.json", event("a", "2024-11-05T10:09:00Z", "2024-11-05T10:10:00Z", 1));

        Pipeline.Run first = pipeline.dedup();
        Pipeline.Run again = pipeline.dedup();

        assertThat(rows()).containsExactly("a@2024-11-05T10:00:00Z");
        assertThat(windowed(first))
                .hasToString("{\"target\":\"" + folder.resolve("windowed")
                        + "\",\"versionBefore\":-1,\"versionAfter\":0,\"digest\":\"" + digestNow()
                        + "\",\"counts\":{\"read\":2,\"kept\":1,\"dropped\":1}}");
        assertThat(again.outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(windowed(again))
                .hasToString(windowed(first).toString().replace("\"versionBefore\":-1", "\"versionBefore\":0"));
        assertThat(versions()).isEqualTo(1);
    }

    @Test
    void newRowsThatAllFallIntoWindowsAreNotedWithoutAChange() {
        pipeline.raw("date=2024-11-05/a.json", event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        String before = windowed(pipeline.dedup()).path("digest").asText();
        pipeline.raw("date=2024-11-05/b.json", event("a", "2024-11-05T10:09:00Z", "2024-11-05T10:10:00Z", 1));

        Pipeline.Run run = pipeline.dedup();

        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(windowed(run).path("digest").asText()).isEqualTo(before);
        assertThat(windowed(run).path("counts")).hasToString("{\"read\":2,\"kept\":1,\"dropped\":1}");
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
    void anotherWindowBuildsTheTableAnew() {
        pipeline.raw(
                "date=2024-11-05/a.json",
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1),
                event("a", "2024-11-05T10:09:00Z", "2024-11-05T10:10:00Z", 1));
        pipeline.dedup();

        Pipeline.Run run = pipeline.set("dedup.within=PT9M").dedup();

        assertThat(run.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(run.version()).isZero();
        assertThat(rows()).containsExactly("a@2024-11-05T10:00:00Z", "a@2024-11-05T10:09:00Z");
    }

    /** Commits of the run: 0 the clean table, 1 its seal, 2 the windowed table, 3 its seal. */
    @ParameterizedTest
    @CsvSource({"CRASH_AFTER, 1, COMMITTED", "CRASH_AFTER, 2, REPLAYED"})
    void theRunAfterACrashFinishesTheWindowedTable(Fault fault, int commit, Outcome outcome) {
        Pipeline batch = secondBatch();
        FaultyLogStore.arm(fault, commit);

        Throwable crash = catchThrowable(batch::dedup);
        boolean crashed = FaultyLogStore.disarm();
        Pipeline.Run again = batch.dedup();

        assertThat(crashed).isTrue();
        assertThat(crash).isNotNull();
        assertThat(again.outcome()).isEqualTo(outcome);
        assertSecondBatch(again);
    }

    @Test
    void aCommitWhoseAnswerIsLostIsFoundAndNotMadeTwice() {
        Pipeline batch = secondBatch();
        FaultyLogStore.arm(Fault.LOST_ANSWER, 2);

        Pipeline.Run run = batch.dedup();

        assertThat(FaultyLogStore.disarm()).isTrue();
        assertThat(run.outcome()).isEqualTo(Outcome.COMMITTED);
        assertSecondBatch(run);
    }

    @Test
    void otherWorkAfterACrashBuildsOnTheUnsealedCommit() {
        Pipeline batch = secondBatch();
        FaultyLogStore.arm(Fault.CRASH_AFTER, 2);
        assertThat(catchThrowable(batch::dedup)).isInstanceOf(FaultyLogStore.Crash.class);
        FaultyLogStore.disarm();
        pipeline.raw("date=2024-11-07/c.json", event("c", "2024-11-07T10:00:00Z", "2024-11-07T10:01:00Z", 3));

        Pipeline.Run run = pipeline.dedup();

        assertThat(rows())
                .containsExactly("a@2024-11-05T09:55:00Z", "a@2024-11-05T10:05:00Z", "c@2024-11-07T10:00:00Z");
        assertThat(windowed(run).path("digest").asText()).isEqualTo(digestNow());
        assertThat(seals("window")).isEqualTo(3);
    }

    @Test
    void twoRunsAtOnceEndWithOneTable() throws Exception {
        pipeline.raw(
                "date=2024-11-05/a.json",
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1),
                event("a", "2024-11-05T10:05:00Z", "2024-11-05T10:06:00Z", 1));
        Pipeline other = new Pipeline(spark(), folder)
                .set("dedup.within=PT10M")
                .set("dedup.anchor=kept")
                .set("dedup.windowed-target=" + folder.resolve("windowed"));
        var executor = Executors.newFixedThreadPool(2);

        List<Future<Pipeline.Run>> runs =
                executor.invokeAll(List.<Callable<Pipeline.Run>>of(() -> pipeline.dedup(), () -> other.dedup()));

        for (Future<Pipeline.Run> run : runs) {
            assertThat(windowed(run.get()).path("digest").asText()).isEqualTo(digestNow());
        }
        executor.shutdown();
        assertThat(rows()).containsExactly("a@2024-11-05T10:00:00Z");
        assertThat(versions()).isEqualTo(1);
        assertThat(seals("window")).isEqualTo(1);
    }

    @Test
    void aWindowedTableThatSomebodyElseWroteIsNotBuiltUpon() {
        pipeline.raw("date=2024-11-05/a.json", event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.dedup();
        DeltaTable.forPath(spark(), folder.resolve("windowed").toString()).delete("user_id = 'a'");

        assertThatThrownBy(() -> pipeline.dedup())
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("windowed: version 1 (DELETE at ");
    }

    @Test
    void aTargetThatIsAnotherTableIsRefused() {
        pipeline.raw("date=2024-11-05/a.json", event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.dedup();
        Path windowed = folder.resolve("windowed");
        Path clean = folder.resolve("clean");

        assertThatThrownBy(() ->
                        pipeline.set("dedup.target=" + folder.resolve("other")).dedup())
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("dedup.windowed-target = " + windowed + " is made from another clean table, ")
                .hasMessageEndingWith(clean.toString());
        assertThatThrownBy(() -> pipeline.set("dedup.windowed-target=" + clean).dedup())
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("= " + clean + " is a table that the job dedup of pipeline test writes");
    }

    /** A table with one sealed version, and a late row that takes the window of a stored one. */
    private Pipeline secondBatch() {
        pipeline.raw(
                "date=2024-11-05/a.json",
                event("a", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1),
                event("a", "2024-11-05T10:05:00Z", "2024-11-05T10:06:00Z", 1));
        pipeline.dedup();
        assertThat(rows()).containsExactly("a@2024-11-05T10:00:00Z");
        pipeline.raw("date=2024-11-06/a.json", event("a", "2024-11-05T09:55:00Z", "2024-11-06T10:01:00Z", 7));
        return pipeline;
    }

    private void assertSecondBatch(Pipeline.Run run) {
        assertThat(rows()).containsExactly("a@2024-11-05T09:55:00Z", "a@2024-11-05T10:05:00Z");
        assertThat(windowed(run).path("versionAfter").asLong()).isEqualTo(1);
        assertThat(windowed(run).path("digest").asText()).isEqualTo(digestNow());
        assertThat(windowed(run).path("counts")).hasToString("{\"read\":3,\"kept\":2,\"dropped\":1}");
        assertThat(versions()).isEqualTo(2);
        assertThat(seals("window")).isEqualTo(2);
        assertThat(seals("dedup")).isEqualTo(2);
    }

    private static JsonNode windowed(Pipeline.Run run) {
        return run.result().path("windowed");
    }

    private Dataset<Row> table() {
        return session().read().format("delta").load(folder.resolve("windowed").toString());
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
        return DeltaTable.forPath(spark(), folder.resolve("windowed").toString())
                .history()
                .count();
    }

    private long seals(String job) {
        return spark().read()
                .format("delta")
                .load(pipeline.ledger())
                .where("job = '" + job + "'")
                .count();
    }
}
