package io.lakeproof.jobs.recover;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.delta.tables.DeltaTable;
import io.lakeproof.FaultyLogStore;
import io.lakeproof.FaultyLogStore.Fault;
import io.lakeproof.SparkTest;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRequest.Mode;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class ForwardAgainTest extends SparkTest {
    private static final List<String> COLUMNS = List.of("year", "month", "day", "model");
    private static final int STEPS = 8;

    @TempDir
    Path folder;

    private Pipeline pipeline;
    private int rollbacks;

    @BeforeEach
    void threeDays() {
        pipeline = new Pipeline(spark(), folder)
                .set("features.entity=user_id")
                .set("features.target=" + folder.resolve("features"));
        define("v1", 1);
        for (int day = 4; day <= 6; day++) {
            raw("a", day, day);
        }
        pipeline.dedup();
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    /** The oracle knows which content each partition had at each version, and nothing of seals. */
    @Test
    void randomRollbacksGiveWhatThePartitionsHeldAndRunsComeForwardAgain() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Map<String, String>> versions = new ArrayList<>();
        build("v1", 1, DateScope.ALL);
        versions.add(partitions());
        build("v2", 1, DateScope.ALL);
        versions.add(partitions());
        for (int step = 0; step < STEPS; step++) {
            DateScope scope = scope(random);
            if (random.nextInt(3) == 0) {
                build("v" + (1 + random.nextInt(2)), 2 + random.nextInt(3), scope);
            } else {
                Optional<String> model =
                        random.nextBoolean() ? Optional.of("v" + (1 + random.nextInt(2))) : Optional.empty();
                int to = 1 + random.nextInt(versions.size() - 1);
                Map<String, String> now = versions.get(versions.size() - 1);
                Map<String, String> expected = new TreeMap<>(now);
                versions.get(to).forEach((path, digest) -> {
                    if (isIn(path, scope, model)) {
                        expected.put(path, digest);
                    }
                });
                Outcome outcome = rollback("features", scope, model, to).outcome();
                String what = "seed " + seed + ", step " + step + ": " + scope + " " + model + " to " + to;
                assertThat(partitions()).as(what).isEqualTo(expected);
                if (expected.equals(now)) {
                    assertThat(outcome).as(what).isIn(Outcome.EMPTY, Outcome.REPLAYED);
                    assertThat(version("features")).as(what).isEqualTo(versions.size() - 1);
                } else {
                    assertThat(outcome).as(what).isEqualTo(Outcome.REPLACED);
                }
            }
            if (version("features") == versions.size()) {
                versions.add(partitions());
            }
        }
        build("v1", 7, DateScope.ALL);
        Map<String, String> ahead = partitions();
        rollback("features", DateScope.ALL, Optional.of("v1"), 1);
        assertThat(partitions()).as("seed " + seed).isNotEqualTo(ahead);
        Mode mode = random.nextBoolean() ? Mode.CHANGED : Mode.SCOPE;
        pipeline.features(CuratedRequest.of(DateScope.ALL, mode).allowingSpecChange());
        assertThat(partitions()).as("seed " + seed + " forward, " + mode).isEqualTo(ahead);
    }

    @Test
    void aDamagedOldVersionIsFoundBeforeAnythingIsWritten() throws IOException {
        build("v1", 1, DateScope.ALL);
        List<Path> old = files("features");
        build("v1", 2, DateScope.ALL);
        Path file = old.get(0);
        Files.write(file, Files.readAllBytes(old.get(1))); // good Parquet, but another day's rows
        Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));

        assertThatThrownBy(() -> rollback("features", DateScope.ALL, Optional.empty(), 0))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("version 0");
        assertThat(version("features")).isEqualTo(1);
    }

    @Test
    void aRollbackThatDiedIsSealedByTheNextAndByTheNextRun() {
        build("v1", 1, DateScope.ALL);
        Map<String, String> first = partitions();
        build("v1", 2, DateScope.ALL);
        Map<String, String> second = partitions();

        crash(() -> rollback("features", DateScope.ALL, Optional.empty(), 0));
        Pipeline.Run again = rollback("features", DateScope.ALL, Optional.empty(), 0);

        assertThat(again.outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(partitions()).isEqualTo(first);
        assertThat(version("features")).isEqualTo(2);
        crash(() -> rollback("features", DateScope.ALL, Optional.empty(), 1));
        assertThat(partitions()).isEqualTo(second);
        build("v1", 1, DateScope.ALL); // other content than the rollback left: it is sealed, then replaced
        assertThat(partitions()).isEqualTo(first);
        assertThat(seals("features")).isEqualTo(5);
    }

    @Test
    void aRunOnOtherPartitionsAtTheSameTimeLosesNothing() throws Exception {
        build("v1", 1, DateScope.ALL);
        Map<String, String> first = partitions();
        build("v1", 2, DateScope.ALL);
        define("v2", 3);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Pipeline.Run> run = threads.submit(() -> again(() -> pipeline.features()));
            Future<Pipeline.Run> back =
                    threads.submit(() -> again(() -> rollback("features", DateScope.ALL, Optional.of("v1"), 0)));
            assertThat(run.get().outcome()).isIn(Outcome.COMMITTED, Outcome.REPLAYED);
            assertThat(back.get().outcome()).isIn(Outcome.REPLACED, Outcome.REPLAYED);
        } finally {
            threads.shutdownNow();
        }
        Map<String, String> now = partitions();
        assertThat(now).containsAllEntriesOf(first).hasSize(2 * first.size());
        assertThat(seals("features")).isEqualTo(4);
    }

    @Test
    void aCleanTableGoesBackAsAWholeAndComesForwardAgain() {
        String first = pipeline.digestNow();
        raw("b", 5, 50);
        raw("a", 6, 60); // changed
        pipeline.dedup();
        String second = pipeline.digestNow();

        assertThatThrownBy(() -> rollback("clean", day(5), Optional.empty(), 0))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("clean table");
        Pipeline.Run back = rollback("clean", DateScope.ALL, Optional.empty(), 0);

        assertThat(back.digest()).isEqualTo(first).isEqualTo(pipeline.digestNow());
        assertThat(pipeline.verify(Optional.empty()).digest()).isEqualTo(first);
        assertThat(pipeline.dedup().digest()).isEqualTo(second).isEqualTo(pipeline.digestNow());
        assertThat(pipeline.dedup().outcome()).isEqualTo(Outcome.REPLAYED);
    }

    @Test
    void aWholeTableThatSomebodyElseChangedGoesBackToItsSeal() {
        build("v1", 1, DateScope.ALL);
        Map<String, String> first = partitions();
        DeltaTable.forPath(session(), folder.resolve("features").toString()).delete("day = '05'");

        assertThatThrownBy(() -> rollback("features", day(4), Optional.empty(), 0))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("day=05");
        rollback("features", DateScope.ALL, Optional.empty(), 0);

        assertThat(partitions()).isEqualTo(first);
    }

    private void raw(String user, int day, int value) {
        String date = "2024-11-0" + day;
        pipeline.raw(
                "date=" + date + "/" + user + ".json",
                event(user, date + "T10:00:00Z", date + "T10:01:00Z", value),
                event(user + "x", date + "T11:00:00Z", date + "T11:01:00Z", 10.0 * value));
    }

    private void define(String model, int factor) {
        pipeline.set("features.version=" + model)
                .set("features.define={ s { sum = \"value * " + factor + "\", range = P1D } }");
    }

    private void build(String model, int factor, DateScope scope) {
        define(model, factor);
        pipeline.features(CuratedRequest.of(scope).allowingSpecChange());
    }

    private Pipeline.Run rollback(String table, DateScope scope, Optional<String> model, long to) {
        RunFacts facts = new RunFacts("rollback", "rollback-" + rollbacks++);
        SealedPaths paths = new SealedPaths(
                "test",
                folder.resolve(table).toString(),
                pipeline.ledger(),
                folder.resolve("pins").toString());
        RollbackRequest request = new RollbackRequest(scope, model, Optional.of(to), Optional.empty());
        return Pipeline.run(facts, new RollbackJob(pipeline.context(facts), paths, request).run());
    }

    /** The rollback's commit lands, and its seal does not. */
    private static void crash(Runnable rollback) {
        FaultyLogStore.arm(Fault.CRASH_BEFORE, 1);
        Throwable thrown = catchThrowable(rollback::run);
        assertThat(FaultyLogStore.disarm()).isTrue();
        assertThat(thrown).isNotNull();
    }

    /** As an orchestrator does with exit code 75. */
    private static Pipeline.Run again(Callable<Pipeline.Run> run) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return run.call();
            } catch (Failure.Conflict conflict) {
                if (attempt == 20) {
                    throw conflict;
                }
                Thread.sleep(500);
            }
        }
    }

    private static boolean isIn(String path, DateScope scope, Optional<String> model) {
        String[] parts = path.split("[=/]", -1);
        LocalDate date = LocalDate.parse(parts[1] + "-" + parts[3] + "-" + parts[5]);
        return scope.from().filter(date::isBefore).isEmpty()
                && scope.to().filter(date::isAfter).isEmpty()
                && model.filter(name -> !name.equals(parts[7])).isEmpty();
    }

    private static DateScope scope(Random random) {
        return random.nextInt(3) == 0 ? DateScope.ALL : day(4 + random.nextInt(3));
    }

    private static DateScope day(int day) {
        LocalDate date = LocalDate.parse("2024-11-0" + day);
        return new DateScope(Optional.of(date), Optional.of(date));
    }

    /** The digest of each partition, of every row as it is now. */
    private Map<String, String> partitions() {
        Map<String, String> digests = new TreeMap<>();
        Dataset<Row> rows =
                session().read().format("delta").load(folder.resolve("features").toString());
        ContentDigest.of(rows, COLUMNS)
                .forEach((path, digest) -> digests.put(path, TableDigest.partitionDigest(digest)));
        return digests;
    }

    private long version(String table) {
        return DeltaTable.forPath(session(), folder.resolve(table).toString())
                .history(1)
                .select("version")
                .head()
                .getLong(0);
    }

    private long seals(String table) {
        return session()
                .read()
                .format("delta")
                .load(pipeline.ledger())
                .where("table_path = '" + folder.resolve(table) + "'")
                .count();
    }

    private List<Path> files(String table) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve(table))) {
            return new ArrayList<>(new TreeSet<>(
                    all.filter(path -> path.getFileName().toString().endsWith(".parquet")
                                    && !path.toString().contains("_delta_log"))
                            .toList()));
        }
    }
}
