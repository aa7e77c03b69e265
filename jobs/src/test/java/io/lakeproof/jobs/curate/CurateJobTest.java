package io.lakeproof.jobs.curate;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lakeproof.FaultyLogStore;
import io.lakeproof.FaultyLogStore.Fault;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRequest.Mode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class CurateJobTest extends SparkTest {
    private static final long SEED = 20241106;
    private static final LocalDate START = LocalDate.of(2024, 11, 1);
    private static final int DAYS = 6;

    @TempDir
    Path folder;

    private Random random;
    private final List<String[]> events = new ArrayList<>();
    private Pipeline pipeline;

    @BeforeEach
    void cleanTable() {
        random = new Random(SEED);
        events.clear();
        pipeline = new Pipeline(spark(), folder)
                .set("curate={ version = v1, target = \"" + folder.resolve("curated")
                        + "\", select = [user_id, event_time, \"value * 2 as twice\"], where = \"value < 90\" }");
        for (int day = 0; day < DAYS; day++) {
            if (day != 3) {
                batch(day, "a", 20);
            }
        }
        pipeline.dedup();
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    @Tag("exhaustive")
    @Test
    void anyChunksInAnyOrderGiveTheWholeAndLateRowsThenChangedToo() {
        grouped();
        Pipeline.Run whole = whole("whole 1");
        List<CuratedRequest> days = new ArrayList<>();
        for (int day = 0; day < DAYS; day++) {
            days.add(day(day));
        }
        Collections.shuffle(days, random);

        days.forEach(day -> assertThat(pipeline.curate(day).outcome()).isIn(Outcome.COMMITTED, Outcome.EMPTY));

        assertThat(pipeline.verify(table("curated"), Optional.empty()).digest())
                .as(context())
                .isEqualTo(whole.digest());
        assertThat(stored()).as(context()).isEqualTo(expected());
        assertThat(pipeline.curate(changed()).outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(pipeline.curate(days.get(0)).outcome()).isIn(Outcome.REPLAYED, Outcome.EMPTY);

        batch(2, "late", 5);
        pipeline.dedup();
        Pipeline.Run late = pipeline.curate(changed());

        assertThat(late.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(late.result().path("scope").path("dates").asInt()).isEqualTo(1);
        assertThat(late.result().path("scope").path("firstDate").asText()).isEqualTo("2024-11-03");
        assertThat(late.digest()).as(context()).isEqualTo(whole("whole 2").digest());
        assertThat(stored()).as(context()).isEqualTo(expected());

        target("backfill");
        Pipeline.Run backfill = pipeline.backfillCurate(CuratedRequest.of(DateScope.ALL, Mode.MISSING), 2);
        assertThat(backfill.digest()).isEqualTo(late.digest());
    }

    @Test
    void publishesNothingThatBreaksAConstraintOrLiesOutsideTheScope() {
        pipeline.set("curate.constraints=[ { name = small, expr = \"twice < 100\" }, { name = known, expr = \"if(twice"
                + " > 100, null, true)\" }, { name = fine, expr = \"twice >= 0\" } ]");
        long breaking =
                events.stream().filter(e -> value(e) < 90 && value(e) * 2 > 100).count();

        assertThat(breaking).as(context()).isPositive();
        assertThatThrownBy(() -> pipeline.curate(all()))
                .isInstanceOf(Failure.DataGate.class)
                .hasMessageContaining("small (twice < 100): ")
                .hasMessageContaining(
                        "known (if(twice > 100, null, true)): " + breaking + " rows\n    {\"event_date\":")
                .hasMessageNotContaining("fine");
        pipeline.set("curate.constraints=[]")
                .set("curate.date=\"date_add(to_date(event_time), if(value < 90, 1, 0))\"");
        assertThatThrownBy(() -> pipeline.curate(all()))
                .isInstanceOf(Failure.DataGate.class)
                .hasMessageContaining(" rows are outside of the scope: curate.date = ");
        assertThat(folder.resolve("curated")).doesNotExist();

        pipeline.set("curate.date=\"to_date(event_time)\"");
        Pipeline.Run right = pipeline.curate(all());
        assertThat(right.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(right.result().path("counts").path("sourceRows").asLong()).isEqualTo(events.size());
        assertThat(right.count("kept"))
                .isEqualTo(events.stream().filter(e -> value(e) < 90).count());
    }

    @Test
    void newColumnsDefinitionsAndEmptyResultsComeOnlyIfAskedFor() throws IOException {
        Pipeline.Run first = pipeline.curate(all());
        pipeline.set("curate.select=[user_id, event_time, \"value * 2 as twice\", \"value as once\"]");

        assertThatThrownBy(() -> pipeline.curate(all()))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("curate.version = \"v1\" is bound to other definitions in");
        pipeline.set("curate.version=v2");
        assertThatThrownBy(() -> pipeline.curate(all()))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("makes columns that " + table("curated") + " does not have: [once]");
        Pipeline.Run merged = pipeline.curate(all().mergingSchema());
        assertThat(merged.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(merged.count("kept")).isEqualTo(first.count("kept"));

        pipeline.set("curate.where=\"value < -1\"");
        assertThatThrownBy(() -> pipeline.curate(all().allowingSpecChange()))
                .isInstanceOf(Failure.DataGate.class)
                .hasMessageContaining("stored rows of model v2, but the select has no row in");
        Pipeline.Run emptied = pipeline.curate(all().allowingSpecChange().allowingEmpty());
        assertThat(emptied.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(session()
                        .read()
                        .format("delta")
                        .load(table("curated"))
                        .where("model = 'v2'")
                        .count())
                .isZero();
        assertThat(pipeline.verify(table("curated"), Optional.empty()).digest()).isEqualTo(emptied.digest());

        pipeline.set("curate.select=[\"sum(value) as s\"]").set("curate.group-by=[user_id]");
        assertThatThrownBy(() -> pipeline.curate(all().allowingSpecChange()))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("has sum(value) of double, which Spark adds as doubles");
        pipeline.set("curate.select=[\"valeu as v\"]").set("curate.group-by=[]");
        assertThatThrownBy(() -> pipeline.curate(all().allowingSpecChange()))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("curate.select = \"valeu as v\"");
    }

    /** A run commits twice: the table, the ledger. */
    @Tag("exhaustive")
    @Test
    void theRunAfterACrashEndsInTheSameStateAndRunsAtOnceLandBoth() throws Exception {
        String digest = whole("whole").digest();
        for (int commit = 0; commit < 2; commit++) {
            target("crash " + commit);
            FaultyLogStore.arm(Fault.CRASH_AFTER, commit);

            Throwable thrown = catchThrowable(() -> pipeline.curate(all()));
            assertThat(FaultyLogStore.disarm()).isTrue();
            Pipeline.Run again = pipeline.curate(all());

            assertThat(thrown).isInstanceOf(FaultyLogStore.Crash.class);
            assertThat(again.outcome()).isEqualTo(Outcome.REPLAYED);
            assertThat(again.version()).isZero();
            assertThat(again.digest()).isEqualTo(digest);
        }
        target("at once");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier start = new CyclicBarrier(2);
        List<Future<Pipeline.Run>> both = new ArrayList<>();
        for (int day : List.of(0, 1)) {
            both.add(threads.submit(() -> {
                start.await();
                return pipeline.curate(day(day));
            }));
        }
        for (Future<Pipeline.Run> run : both) {
            assertThat(run.get().outcome()).isEqualTo(Outcome.COMMITTED);
        }
        threads.shutdown();
        pipeline.backfillCurate(CuratedRequest.of(DateScope.ALL, Mode.MISSING), 30);
        assertThat(pipeline.verify(table("at once"), Optional.empty()).digest()).isEqualTo(digest);
    }

    @Test
    void filesHaveTheTargetSizeAndLieByTheClusterColumns() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 6_000; i++) {
            lines.add(event(
                    "u" + random.nextLong(), "2024-11-20T10:00:00Z", "2024-11-20T11:00:00Z", random.nextDouble()));
        }
        pipeline.raw("date=2024-11-20/big.json", lines.toArray(String[]::new));
        pipeline.dedup();
        pipeline.set("curate.target-file-size=40kB").set("curate.cluster-by=[twice]");
        pipeline.curate(all()); // by an estimate
        pipeline.set("curate.version=v2");
        pipeline.curate(all());
        pipeline.set("curate.constraints=[ { name = again, expr = \"true\" } ]");
        pipeline.curate(all()); // by what the rows took

        List<Path> big = files("day=20/model=v2");
        assertThat(files("day=01/model=v2")).hasSize(1);
        assertThat(big).hasSizeBetween(3, 8);
        for (Path file : big) {
            assertThat(Files.size(file)).as(file.toString()).isBetween(20_000L, 70_000L);
        }
        List<double[]> ranges = new ArrayList<>();
        for (Path file : big) {
            List<Double> values = session().read().parquet(file.toString()).select("twice").collectAsList().stream()
                    .map(row -> row.getDouble(0))
                    .toList();
            assertThat(values).isSorted();
            ranges.add(new double[] {values.get(0), values.get(values.size() - 1)});
        }
        ranges.sort((a, b) -> Double.compare(a[0], b[0]));
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i)[0]).isGreaterThan(ranges.get(i - 1)[1]);
        }
    }

    /** Live data files of the newest version whose path has this part. */
    private List<Path> files(String part) {
        List<Path> files = new ArrayList<>();
        for (String file :
                session().read().format("delta").load(table("curated")).inputFiles()) {
            if (file.contains(part)) {
                files.add(Path.of(java.net.URI.create(file).getPath()));
            }
        }
        return files;
    }

    private void grouped() {
        pipeline.set("curate.group-by=[user_id]")
                .set("curate.select=[user_id, \"count(*) as n\", \"sum(cast(value as decimal(20, 6))) as total\"]");
    }

    private List<String> stored() {
        List<String> rows = new ArrayList<>();
        for (Row row : session()
                .read()
                .format("delta")
                .load(table("curated"))
                .selectExpr("concat_ws('-', year, month, day)", "user_id", "n", "total")
                .collectAsList()) {
            rows.add(row.getString(0) + " " + row.getString(1) + " " + row.getLong(2) + " "
                    + row.getDecimal(3).stripTrailingZeros().toPlainString());
        }
        Collections.sort(rows);
        return rows;
    }

    private List<String> expected() {
        Map<String, List<BigDecimal>> groups = new TreeMap<>();
        for (String[] event : events) {
            if (value(event) < 90) {
                groups.computeIfAbsent(event[0] + " " + event[1], key -> new ArrayList<>())
                        .add(BigDecimal.valueOf(value(event)));
            }
        }
        List<String> rows = new ArrayList<>();
        groups.forEach((key, values) -> rows.add(key + " " + values.size() + " "
                + values.stream()
                        .reduce(BigDecimal.ZERO, BigDecimal::add)
                        .stripTrailingZeros()
                        .toPlainString()));
        Collections.sort(rows);
        return rows;
    }

    private static double value(String[] event) {
        return Double.parseDouble(event[2]);
    }

    private String context() {
        return "seed " + SEED + " in " + folder;
    }

    private Pipeline.Run whole(String name) {
        target(name);
        Pipeline.Run run = pipeline.curate(all());
        target("curated");
        return run;
    }

    private void target(String name) {
        pipeline.set("curate.target=" + table(name));
    }

    private String table(String name) {
        return folder.resolve(name).toString();
    }

    private static CuratedRequest all() {
        return CuratedRequest.of(DateScope.ALL);
    }

    private static CuratedRequest changed() {
        return CuratedRequest.of(DateScope.ALL, Mode.CHANGED);
    }

    private static CuratedRequest day(int day) {
        Optional<LocalDate> date = Optional.of(START.plusDays(day));
        return CuratedRequest.of(new DateScope(date, date));
    }

    /** Raw events of one day, with distinct keys and values of at most two digits behind the point. */
    private void batch(int day, String name, int rows) {
        String date = START.plusDays(day).toString();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            String user = "u" + random.nextInt(4);
            double value = random.nextInt(10_000) / 100.0;
            String time = String.format(Locale.ROOT, "%sT%02d:%02d:%02dZ", date, name.length(), events.size() % 60, i);
            lines.add(event(user, time, date + "T23:00:00Z", value));
            events.add(new String[] {date, user, String.valueOf(value)});
        }
        pipeline.raw("date=" + date + "/" + name + ".json", lines.toArray(String[]::new));
    }
}
