package io.lakeproof.bench;

import static org.apache.spark.sql.functions.expr;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.dedup.DedupJob;
import io.lakeproof.jobs.verify.VerifyJob;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import io.lakeproof.telemetry.RunFacts;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * JSON batches that need care where memory is short: many dates, one user with nearly all rows, one key with half of them. Each
 * goes through the dedup job, must report the counts that are known of it, and is verified.
 */
final class DedupMemory {
    private static final long START_MILLIS = 1_704_067_200_000L; // 2024-01-01T00:00:00Z
    private static final long DAY_MILLIS = 86_400_000;

    private final SparkSession spark;
    private final PrintStream out;

    DedupMemory(SparkSession spark, PrintStream out) {
        this.spark = spark;
        this.out = out;
    }

    /** A batch to load, and what its RESULT line must hold. */
    private record Load(String name, Path input, List<String> result, List<String> settings) {}

    /**
     * Made-up events, as many as there are numbers.
     *
     * @param event SQL of the number of the event, from {@code id}: rows of the same event share the key
     * @param delay SQL of the milliseconds that the event was received later than usual, from {@code id}
     * @param user SQL, from the event's number {@code e}
     * @param millis SQL of the milliseconds since 2024, from {@code e} and {@code id}
     */
    private record Rows(long number, String event, String delay, String user, String millis) {}

    void run() {
        say("heap", Runtime.getRuntime().maxMemory() / 1024 / 1024 + " MiB");
        manyDates();
        oneUser();
        oneKey("keep", "\"conflictDuplicates\":249999,\"quarantined\":{}");
        oneKey("quarantine", "\"conflictDuplicates\":0,\"quarantined\":{\"conflict_duplicate\":249999}");
        oneKeyIsRefused();
    }

    /** 2,000,000 rows of 400 dates into a new table; then 200,000 for all of these dates, of each four one of a kind. */
    private void manyDates() {
        try (Scratch scratch = Scratch.create()) {
            String user = "concat('u', e % 977)";
            String time = "(e % 400) * 86400000 + (e div 400) * 17000";
            Path first = write(scratch, "first", new Rows(2_000_000, "id", "0", user, time));
            load(
                    scratch,
                    new Load(
                            "400 dates, a new table",
                            first,
                            List.of(counts(2_000_000, 2_000_000, 0, 0, 0)),
                            List.of()));
            // Equal to the stored row, received earlier, received later, and an event of its own.
            String kind = "(id div 400) % 4";
            String delay = "case " + kind + " when 1 then -1000 when 2 then 1000 else 0 end";
            String beside = time + " + if(" + kind + " = 3, 1, 0)";
            Path second = write(scratch, "second", new Rows(200_000, "id * 7", delay, user, beside));
            load(
                    scratch,
                    new Load(
                            "400 dates, all of them stored",
                            second,
                            List.of(counts(200_000, 50_000, 50_000, 50_000, 50_000)),
                            List.of()));
        }
    }

    /** Nine rows of ten are one user's; a row of ten repeats another, every second of these received later. */
    private void oneUser() {
        try (Scratch scratch = Scratch.create()) {
            Rows rows = new Rows(
                    2_000_000,
                    "if(id % 10 = 9, id - 1, id)",
                    "if(id % 20 = 19, 1000, 0)",
                    "if(e % 10 = 0, concat('u', (e div 10) % 9973), 'large')",
                    "(e div 10) % 20 * 86400000 + (e div 200) * 8000 + (e % 10) * 800");
            long kept = keptOfOneUser();
            String windowed =
                    String.format("\"counts\":{\"read\":1800000,\"kept\":%d,\"dropped\":%d}", kept, 1_800_000 - kept);
            load(
                    scratch,
                    new Load(
                            "one user, with windows of a minute",
                            write(scratch, "input", rows),
                            List.of(counts(2_000_000, 1_800_000, 0, 100_000, 100_000), windowed),
                            List.of(
                                    "dedup.within=PT1M",
                                    "dedup.anchor=kept",
                                    "dedup.windowed-target=" + scratch.path().resolve("windowed"))));
        }
    }

    /** What windows of a minute keep of {@link #oneUser}, in plain Java: the events in the order of time. */
    private static long keptOfOneUser() {
        Map<String, Long> last = new HashMap<>();
        long kept = 0;
        for (long day = 0; day < 20; day++) {
            for (long slot = 0; slot < 100_000; slot++) {
                long ten = slot / 10 * 20 + day;
                long time = day * DAY_MILLIS + slot * 800;
                String user = slot % 10 == 0 ? "u" + ten % 9973 : "large";
                Long before = last.get(user);
                if (slot % 10 < 9 && (before == null || time - before >= 60_000)) {
                    last.put(user, time);
                    kept++;
                }
            }
        }
        return kept;
    }

    /** 500,000 rows of one key that tie in the order, each of them twice, beside as many other keys. */
    private static final Rows ONE_KEY = new Rows(
            1_000_000,
            "if(id < 500000, id div 2, id)",
            "0",
            "if(e < 250000, 'hot', concat('u', e % 977))",
            "if(e < 250000, 0, (e - 500000) % 20 * 86400000 + (e - 500000) div 20 * 3)");

    private void oneKey(String onConflict, String conflicts) {
        try (Scratch scratch = Scratch.create()) {
            load(
                    scratch,
                    new Load(
                            "one key, on-conflict = " + onConflict,
                            write(scratch, "input", ONE_KEY),
                            List.of("\"read\":1000000,\"kept\":500001,\"replaced\":0,\"exactDuplicates\":250000,"
                                    + conflicts),
                            List.of("dedup.on-conflict=" + onConflict)));
        }
    }

    private void oneKeyIsRefused() {
        try (Scratch scratch = Scratch.create()) {
            Path input = write(scratch, "input", ONE_KEY);
            load(scratch, new Load("one key, on-conflict = fail", input, List.of(), List.of("dedup.on-conflict=fail")));
            throw new IllegalStateException("on-conflict = fail let conflicts pass");
        } catch (Failure.DataGate e) {
            require(e.problem().startsWith("249999 rows share only the key with another row"), e.problem());
            say("one key, on-conflict = fail", "stopped as it should");
        }
    }

    private static String counts(long read, long kept, long replaced, long exact, long conflict) {
        return String.format(
                "\"counts\":{\"read\":%d,\"kept\":%d,\"replaced\":%d,\"exactDuplicates\":%d,\"conflictDuplicates\":%d,\"quarantined\":{}}",
                read, kept, replaced, exact, conflict);
    }

    private Path write(Scratch scratch, String name, Rows rows) {
        Path folder = scratch.path().resolve(name);
        SparkSession utc = Sessions.forRun(spark, ZoneOffset.UTC);
        utc.range(0, rows.number, 1, 8)
                .withColumn("e", expr(rows.event))
                .withColumn("t", expr(START_MILLIS + " + " + rows.millis))
                .selectExpr(
                        rows.user + " as user_id",
                        "timestamp_millis(t) as event_time",
                        "timestamp_millis(t + 60000 + " + rows.delay + ") as ingest_time",
                        "e / 100.0D as value",
                        "concat('/product/', e % 1000) as page")
                .write()
                .json(folder.toString());
        return folder;
    }

    private void load(Scratch scratch, Load load) {
        long start = System.nanoTime();
        PipelineConfig pipeline = config(scratch.path(), load);
        RunFacts facts = new RunFacts("dedup", load.name);
        new DedupJob(context(facts), pipeline, DateScope.ALL).run();
        String result = facts.succeeded(Outcome.DONE, 0).json();
        for (String part : load.result) {
            require(result.contains(part), load.name + " should have " + part + ", but has " + result);
        }
        verify(pipeline.dedup().target(), pipeline);
        pipeline.dedup().window().ifPresent(window -> verify(window.target(), pipeline));
        say(load.name, String.format(Locale.ROOT, "as it should be, after %.0f s", (System.nanoTime() - start) / 1e9));
    }

    private void verify(String table, PipelineConfig pipeline) {
        new VerifyJob(context(new RunFacts("verify", "verify")), table, pipeline.ledgerPath()).run(Optional.empty());
    }

    private RunContext context(RunFacts facts) {
        SparkSession session = Sessions.forRun(spark, ZoneOffset.UTC);
        return new RunContext(session, Clock.systemUTC(), facts.runId(), false, facts);
    }

    private static PipelineConfig config(Path folder, Load load) {
        String text = """
                pipeline { name = bench }
                source {
                  path = "%2$s", format = json
                  schema = "user_id STRING, event_time TIMESTAMP, ingest_time TIMESTAMP, value DOUBLE, page STRING"
                }
                dedup { key = [user_id, event_time], order = ["ingest_time desc"], target = "%1$s/table" }
                ledger { path = "%1$s/ledger" }
                """.formatted(folder, load.input);
        return ConfigLoader.load("bench.conf", text, load.settings);
    }

    private void say(String name, String what) {
        out.println(name + ": " + what);
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalStateException(problem);
        }
    }
}
