package io.lakeproof.jobs.features;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.SparkTest;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRequest.Permission;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Laws of the job against a full recomputation with the same code; FeatureWindowsTest has those of the features themselves. */
class FeaturesJobTest extends SparkTest {
    private static final long SEED = 20241105;
    private static final LocalDate START = LocalDate.of(2024, 11, 1);
    private static final int DAYS = 9;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private Pipeline pipeline;

    @BeforeEach
    void newPipeline() {
        pipeline = new Pipeline(spark(), folder)
                .set("dedup.key=[user_id, event_time, ingest_time]")
                .set("features={ entity = user_id, version = v1, target = \"" + folder.resolve("features")
                        + "\", define { mean_3 { mean = value, rows = 3 }, big_2 { max = value, rows = 2, where = \"value > 50\" },"
                        + " lag_2 { lag = value, rows = 2 }, sum_2d { sum = value, range = P2D },"
                        + " n_6h { count = \"*\", range = PT6H, include-current = true, ties = include } } }");
    }

    @Tag("long")
    @Test
    void anyChunksInAnyOrderGiveTheFullRunAndLateEventsThenChangedToo() {
        for (int day = 0; day < DAYS; day++) {
            if (day % 5 != 3) {
                batch(day, "a", 12);
            }
        }
        pipeline.dedup();
        Pipeline.Run full = fullRun("full 1");
        List<DateScope> chunks = chunks();
        java.util.Collections.shuffle(chunks, random);

        chunks.forEach(
                chunk -> assertThat(pipeline.features(CuratedRequest.of(chunk)).outcome())
                        .isIn(Outcome.COMMITTED, Outcome.EMPTY));

        assertThat(newest("features").digest())
                .as(context())
                .isEqualTo(newest("full 1").digest());
        assertThat(newest("features").digest().hex()).isEqualTo(full.digest());
        assertThat(pipeline.verify(table("features"), Optional.empty()).digest())
                .isEqualTo(full.digest());
        assertThat(pipeline.features(changed()).outcome()).isEqualTo(Outcome.EMPTY);

        for (int round = 0; round < 2; round++) {
            lateRound(round);
        }
    }

    /** Late events, then `changed`: the same digest as a full run, and no date rewritten that the full run leaves as it was. */
    private void lateRound(int round) {
        Seal before = newest("features");
        int day = round == 0 ? 2 : 1 + random.nextInt(DAYS - 2);
        batch(day, "late " + round, round == 0 ? 1 : 3);
        pipeline.dedup();

        Pipeline.Run run = pipeline.features(changed());

        fullRun("full late " + round);
        Seal after = newest("features");
        assertThat(after.digest())
                .as(context())
                .isEqualTo(newest("full late " + round).digest());
        assertThat(run.outcome()).isEqualTo(Outcome.REPLACED);
        SortedSet<String> differ = new TreeSet<>();
        after.digest().partitions().forEach((path, rows) -> {
            if (!rows.equals(before.digest().partitions().get(path))) {
                differ.add(path);
            }
        });
        assertThat(after.replacedPartitions()).as(context()).containsAll(differ);
        assertThat(after.dates().get(0)).isEqualTo(START.plusDays(day).toString());
        assertThat(after.dates())
                .as(context())
                .hasSizeLessThan(before.digest().partitions().size());
    }

    private String context() {
        return "seed " + SEED + " in " + folder;
    }

    private static CuratedRequest changed() {
        return new CuratedRequest(
                DateScope.ALL, CuratedRequest.Mode.CHANGED, Permission.REFUSED, Permission.REFUSED, Permission.REFUSED);
    }

    /** A random cover of all days by chunks. */
    private List<DateScope> chunks() {
        List<DateScope> chunks = new ArrayList<>();
        for (int day = 0; day < DAYS; ) {
            int length = 3 + random.nextInt(2);
            chunks.add(new DateScope(Optional.of(START.plusDays(day)), Optional.of(START.plusDays(day + length - 1L))));
            day += length;
        }
        return chunks;
    }

    private Pipeline.Run fullRun(String name) {
        pipeline.set("features.target=" + table(name));
        Pipeline.Run run = pipeline.features();
        pipeline.set("features.target=" + table("features"));
        return run;
    }

    private String table(String name) {
        return folder.resolve(name).toString();
    }

    private Seal newest(String name) {
        String id = io.delta.tables.DeltaTable.forPath(spark(), table(name))
                .detail()
                .first()
                .getAs("id");
        return new Ledger(session(), pipeline.ledger()).newest(id).orElseThrow();
    }

    /** Raw events of one day: few users, some with a long history and some with a single row, and equal instants. */
    private void batch(int day, String name, int rows) {
        String date = START.plusDays(day).toString();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            String user = random.nextInt(4) == 0 ? "single " + random.nextInt(1_000) : "u" + random.nextInt(5);
            String time =
                    String.format(Locale.ROOT, "%sT%02d:%02d:00Z", date, random.nextInt(24), 30 * random.nextInt(2));
            lines.add(event(user, time, date + "T23:00:" + String.format("%02d", i) + "Z", random.nextInt(1000) / 7.0));
        }
        pipeline.raw("date=" + date + "/" + name + ".json", lines.toArray(String[]::new));
    }
}
