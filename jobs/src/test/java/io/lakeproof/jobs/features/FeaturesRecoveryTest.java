package io.lakeproof.jobs.features;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.delta.tables.DeltaTable;
import io.lakeproof.FaultyLogStore;
import io.lakeproof.FaultyLogStore.Fault;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRequest.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next run finds, and what a run refuses; with windows of time only, which need the fewest jobs. */
@Tag("long")
class FeaturesRecoveryTest extends SparkTest {
    private static final String COUNTS =
            "{\"read\":6,\"kept\":5,\"replaced\":0,\"exactDuplicates\":0,\"conflictDuplicates\":0,\"quarantined\":{\"nan\":1}}";

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private Pipeline pipeline;
    private boolean loaded;

    /** One clean table for all tests that leave it as it is; the feature tables are each test's own. */
    @BeforeEach
    void sharedCleanTable() {
        newPipeline(shared);
        if (!loaded) {
            loadThreeDays();
            loaded = true;
        }
    }

    private void ownCleanTable() {
        newPipeline(folder);
        loadThreeDays();
    }

    private void newPipeline(Path of) {
        pipeline = new Pipeline(spark(), of).set("features.entity=user_id").set("features.version=v1");
        define("sum_1d { sum = \"if(value = 13, double('NaN'), value)\", range = P1D }");
        target("features");
    }

    private void loadThreeDays() {
        for (int day = 4; day <= 6; day++) {
            String date = "2024-11-0" + day;
            pipeline.raw(
                    "date=" + date + "/a.json",
                    event("a", date + "T10:00:00Z", date + "T10:01:00Z", day == 5 ? 13 : day),
                    event("b", date + "T11:00:00Z", date + "T11:01:00Z", 10.0 * day));
        }
        pipeline.dedup();
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    /** A run commits three times: the quarantine, the table, the ledger. */
    @Test
    void theRunAfterACrashEndsInTheSameState() {
        String digest = pipeline.features().digest();
        record Crash(Fault fault, int commit, Outcome then) {}
        List<Crash> crashes = List.of(
                // Before a commit its files are there already, and so is every commit before it.
                new Crash(Fault.CRASH_BEFORE, 1, Outcome.COMMITTED),
                new Crash(Fault.CRASH_BEFORE, 2, Outcome.REPLAYED),
                new Crash(Fault.CRASH_AFTER, 2, Outcome.REPLAYED));
        for (Crash crash : crashes) {
            String target = crash.fault + " " + crash.commit;
            target(target);
            FaultyLogStore.arm(crash.fault, crash.commit);

            Throwable thrown = catchThrowable(pipeline::features);
            boolean crashed = FaultyLogStore.disarm();
            Pipeline.Run again = pipeline.features();

            assertThat(crashed).as(target).isTrue();
            assertThat(thrown).as(target).isNotNull();
            assertThat(again.outcome()).as(target).isEqualTo(crash.then);
            assertThat(again.result().path("counts")).as(target).hasToString(COUNTS);
            assertThat(again.digest()).as(target).isEqualTo(digest);
            assertThat(again.version()).as(target).isZero();
            assertThat(seals(target)).as(target).isEqualTo(1);
        }
        target("lost answer");
        FaultyLogStore.arm(Fault.LOST_ANSWER, 1);
        Pipeline.Run lost = pipeline.features();
        assertThat(FaultyLogStore.disarm()).isTrue();
        assertThat(lost.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(lost.digest()).isEqualTo(digest);
    }

    @Test
    void ofTwoRunsAtOnceOneCommitsAndTheOtherReplaysOrFollows() throws Exception {
        List<Pipeline.Run> same = atOnce(pipeline::features, pipeline::features);
        target("other");
        List<Pipeline.Run> different =
                atOnce(() -> pipeline.features(day("2024-11-04")), () -> pipeline.features(day("2024-11-06")));

        assertThat(same)
                .extracting(Pipeline.Run::outcome)
                .containsExactlyInAnyOrder(Outcome.COMMITTED, Outcome.REPLAYED);
        assertThat(same)
                .extracting(Pipeline.Run::digest)
                .containsOnly(same.get(0).digest());
        assertThat(seals("features")).isEqualTo(1);
        assertThat(different).extracting(Pipeline.Run::outcome).containsOnly(Outcome.COMMITTED);
        assertThat(pipeline.features(day("2024-11-05")).digest())
                .isEqualTo(same.get(0).digest());
    }

    @Tag("exhaustive")
    @Test
    void aVersionKeepsItsDefinitionsAndItsFilesWhateverOtherVersionsDo() throws IOException {
        pipeline.features();
        Set<String> files = files("model=v1");
        pipeline.set("features.version=v2");
        define("sum_1d { sum = value, range = P1D }, n_2h { count = \"*\", range = PT2H, include-current = true }");

        Pipeline.Run beside = pipeline.features();

        assertThat(beside.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(files("model=v1")).isEqualTo(files);
        assertThat(pipeline.verify(folder.resolve("features").toString(), Optional.empty())
                        .digest())
                .isEqualTo(beside.digest());
        pipeline.set("features.version=v1");
        assertThatThrownBy(pipeline::features)
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("features.version = \"v1\" is bound to other definitions in");

        List<String> stale = pipeline.plan(new CuratedRequest(
                day("2024-11-06").scope(),
                CuratedRequest.Mode.SCOPE,
                Permission.ALLOWED,
                Permission.REFUSED,
                Permission.REFUSED));
        pipeline.features(new CuratedRequest(
                day("2024-11-06").scope(),
                CuratedRequest.Mode.SCOPE,
                Permission.ALLOWED,
                Permission.REFUSED,
                Permission.REFUSED));
        Pipeline.Run changed = pipeline.features(new CuratedRequest(
                DateScope.ALL,
                CuratedRequest.Mode.CHANGED,
                Permission.ALLOWED,
                Permission.REFUSED,
                Permission.REFUSED));

        assertThat(stale)
                .anyMatch(line -> line.startsWith("stale        2 dates, 2024-11-04 .. 2024-11-05 of model v1"));
        assertThat(changed.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(changed.result().path("scope").path("dates").asInt()).isEqualTo(2);
        String text = "select user_id, event_time, sum_1d, n_2h from delta.`" + folder.resolve("features")
                + "` where model = ";
        assertThat(session().sql(text + "'v1'").collectAsList())
                .hasSize(6)
                .containsExactlyInAnyOrderElementsOf(
                        session().sql(text + "'v2'").collectAsList());
    }

    @Test
    void storedRowsGoOnlyIfThatIsWanted() throws IOException {
        ownCleanTable();
        pipeline.features();
        Files.delete(folder.resolve("raw/date=2024-11-06/a.json"));
        pipeline.dedup();

        assertThatThrownBy(() -> pipeline.features(day("2024-11-06")))
                .isInstanceOf(Failure.DataGate.class)
                .hasMessage("the scope has 2 stored rows of model v1, but no row in " + pipeline.table()
                        + "; they were not taken out");
        Pipeline.Run emptied = pipeline.features(new CuratedRequest(
                day("2024-11-06").scope(),
                CuratedRequest.Mode.SCOPE,
                Permission.REFUSED,
                Permission.ALLOWED,
                Permission.REFUSED));

        assertThat(emptied.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(files("day=06")).isEmpty();
        assertThat(pipeline.features(day("2024-11-09")).outcome()).isEqualTo(Outcome.EMPTY);
    }

    @Test
    void readsASealedSourceOnlyAndNoMoreOfItThanTheWindowsReach() {
        ownCleanTable();
        assertThat(pipeline.plan(day("2024-11-06")))
                .contains("context      2024-11-05", "would read   2 files, 4 rows", "dry run: nothing was written");
        define("sum_1d { sum = valeu, range = P1D }");
        assertThatThrownBy(pipeline::features)
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("features.define.sum_1d.sum = \"valeu\"");
        define("sum_1d { sum = value, range = P1D }");

        pipeline.raw("date=2024-11-07/a.json", event("a", "2024-11-07T10:00:00Z", "2024-11-07T10:01:00Z", 1));
        FaultyLogStore.arm(Fault.CRASH_AFTER, 0);
        assertThat(catchThrowable(pipeline::dedup)).isInstanceOf(FaultyLogStore.Crash.class);
        FaultyLogStore.disarm();
        assertThatThrownBy(pipeline::features)
                .isInstanceOf(Failure.Conflict.class)
                .hasMessage("version 1 of " + pipeline.table() + " is committed, but not sealed yet");
        pipeline.dedup();
        DeltaTable.forPath(spark(), pipeline.table().toString()).delete("user_id = 'b'");
        assertThatThrownBy(pipeline::features)
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("was not written by Lakeproof");
        pipeline.set("features.source=" + folder.resolve("nowhere"));
        assertThatThrownBy(pipeline::features).isInstanceOf(Failure.InputMissing.class);
    }

    @Test
    void aBackfillThatDiedGoesOn() {
        String digest = pipeline.features().digest();
        target("backfill");
        CuratedRequest missing = new CuratedRequest(
                DateScope.ALL, CuratedRequest.Mode.MISSING, Permission.REFUSED, Permission.REFUSED, Permission.REFUSED);
        FaultyLogStore.arm(
                Fault.CRASH_AFTER, 3); // the second chunk's table, behind the first's and its seal, and a quarantine

        Throwable crash = catchThrowable(() -> pipeline.backfill(missing, 1));
        FaultyLogStore.disarm();
        Pipeline.Run again = pipeline.backfill(missing, 1);

        assertThat(crash).isInstanceOf(FaultyLogStore.Crash.class);
        assertThat(again.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(again.result().path("scope").path("dates").asInt()).isEqualTo(1);
        assertThat(again.digest()).isEqualTo(digest);
        assertThat(seals("backfill")).isEqualTo(3);
        CuratedRequest force = CuratedRequest.of(DateScope.ALL);
        assertThat(pipeline.backfill(force, 1).outcome()).isEqualTo(Outcome.REPLAYED);
    }

    private void define(String features) {
        pipeline.set("features.define={ " + features + " }");
    }

    private void target(String name) {
        pipeline.set("features.target=" + folder.resolve(name));
    }

    private static CuratedRequest day(String date) {
        LocalDate day = LocalDate.parse(date);
        return CuratedRequest.of(new DateScope(Optional.of(day), Optional.of(day)));
    }

    private long seals(String target) {
        return session()
                .read()
                .format("delta")
                .load(pipeline.ledger())
                .where("table_path = '" + folder.resolve(target) + "'")
                .count();
    }

    /** Live data files of the features table whose path has this part. */
    private Set<String> files(String part) {
        return Stream.of(session()
                        .read()
                        .format("delta")
                        .load(folder.resolve("features").toString())
                        .inputFiles())
                .filter(file -> file.contains(part))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Pipeline.Run> atOnce(Callable<Pipeline.Run> one, Callable<Pipeline.Run> other)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier start = new CyclicBarrier(2);
        try {
            Future<Pipeline.Run> first = threads.submit(() -> {
                start.await();
                return one.call();
            });
            Future<Pipeline.Run> second = threads.submit(() -> {
                start.await();
                return other.call();
            });
            return List.of(first.get(), second.get());
        } finally {
            threads.shutdownNow();
        }
    }
}
