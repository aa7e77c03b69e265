package io.lakeproof.bench;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.xxhash64;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.jobs.dedup.DedupJob;
import io.lakeproof.jobs.features.FeaturesJob;
import io.lakeproof.model.DateScope;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The dedup and the features job, whole, over the two extremes of entities: one that has every row, all of them within one
 * window, and as many as rows. It is a matter of memory: the heap of the JVM is what is put to the test.
 */
final class FeaturesMemory {
    private static final long START = 1_704_067_200_000_000L; // 2024-01-01T00:00:00Z
    private static final long SPAN = 200L * 86_400_000_000L;

    private final SparkSession spark;
    private final PrintStream out;

    FeaturesMemory(SparkSession spark, PrintStream out) {
        this.spark = spark;
        this.out = out;
    }

    /** One entity with so many rows, then a fifth as many entities with one row each. */
    void run(long rows) {
        run("1 entity, " + rows + " rows", rows, lit("user"), rows - 1);
        run(rows / 5 + " entities, " + rows / 5 + " rows", rows / 5, concat(lit("user-"), col("id")), 0);
    }

    private void run(String name, long rows, Column user, long longestWindow) {
        try (Scratch scratch = Scratch.create()) {
            Path folder = scratch.path();
            events(rows, user).write().parquet(folder.resolve("raw").toString());
            PipelineConfig pipeline = config(folder);
            measured(name + ": dedup", () -> {
                RunFacts facts = new RunFacts("dedup", "memory");
                new DedupJob(context(facts), pipeline, DateScope.ALL).run();
            });
            measured(name + ": features", () -> {
                RunFacts facts = new RunFacts("features", "memory");
                new FeaturesJob(context(facts), pipeline, CuratedRequest.of(DateScope.ALL)).run();
            });
            check(folder, rows, longestWindow);
        }
    }

    private Dataset<Row> events(long rows, Column user) {
        Column id = col("id");
        Column event = pmod(xxhash64(id), lit(1_000_000));
        return spark.range(0, rows, 1, 8)
                .select(
                        user.as("user_id"),
                        timestamp_micros(id.multiply(SPAN / rows).plus(START)).as("event_time"),
                        event.divide(100.0).as("value"),
                        array(lit("/home"), lit("/cart"))
                                .getItem(pmod(event, lit(2)).cast("int"))
                                .as("page"));
    }

    private static PipelineConfig config(Path folder) {
        return ConfigLoader.load("memory.conf", """
                pipeline { name = memory }
                source { path = "%1$s/raw", format = parquet }
                dedup { key = [user_id, event_time], target = "%1$s/clean" }
                ledger { path = "%1$s/ledger" }
                features { entity = user_id, version = v1, target = "%1$s/features", define {
                  mean_5  { mean = value, rows = 5, min-rows = 5, include-current = true }
                  sum_7d  { sum = value, range = P7D }
                  n_year  { count = value, range = P366D }
                  mean_year { mean = value, range = P366D }
                  min_year { min = value, range = P366D }
                  max_year { max = value, range = P366D }
                  stddev_year { stddev_pop = value, range = P366D }
                  home_year { sum = value, range = P366D, where = "page = '/home'" }
                  pages { distinct = page, range = P366D }
                } }
                """.formatted(folder), List.of());
    }

    private RunContext context(RunFacts facts) {
        return new RunContext(spark, Clock.systemUTC(), facts.runId(), false, facts);
    }

    private void measured(String name, Runnable work) {
        System.gc();
        pools().forEach(MemoryPoolMXBean::resetPeakUsage);
        Watch watch = Watch.on(spark);
        Measured measured;
        try (watch) {
            measured = Measured.of(work);
        }
        long peak = pools().stream()
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        out.printf(
                Locale.ROOT,
                "%s: CPU %.1f s, wall %.1f s, heap at most %d of %d MiB, %s%n",
                name,
                measured.cpuSeconds(),
                measured.wallSeconds(),
                peak >> 20,
                Runtime.getRuntime().maxMemory() >> 20,
                watch);
    }

    private static List<MemoryPoolMXBean> pools() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }

    private void check(Path folder, long rows, long longestWindow) {
        Row found = spark.read()
                .format("delta")
                .load(folder.resolve("features").toString())
                .selectExpr("count(*)", "max(n_year)")
                .head();
        if (found.getLong(0) != rows || found.getLong(1) != longestWindow) {
            throw new IllegalStateException("the features have " + found + ", but should have " + rows
                    + " rows and windows of " + longestWindow);
        }
    }
}
