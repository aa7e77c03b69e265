package io.lakeproof.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.when;
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
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The features of one day, whole and sealed, after a history of many days: with windows of time that reach back a week, and with
 * windows of rows. Of each day's events, nine of ten are of users that come every day, one of twenty is of a user that comes
 * once in two years, and one of twenty is a user's first.
 */
final class FeaturesDaily implements AutoCloseable {
    private static final LocalDate START = LocalDate.parse("2023-01-01");
    private static final long START_MICROS = 1_672_531_200_000_000L;
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final int DAYS_BEFORE = 3;
    private static final String TIME = Stream.of("PT1H", "P1D", "P7D")
            .flatMap(range -> Stream.of("count", "sum", "mean", "min", "max", "stddev_pop")
                    .map(aggregate -> aggregate + "_" + range.toLowerCase(Locale.ROOT) + " { " + aggregate
                            + " = value, range = " + range + " }"))
            .collect(Collectors.joining("\n"));
    private static final String ROWS = "mean_5 { mean = value, rows = 5, min-rows = 5, include-current = true }\n"
            + "last_page { lag = page, rows = 1 }";

    private final SparkSession spark;
    private final PrintStream progress;
    private final int days;
    private final long rowsPerDay;
    private final Scratch scratch = Scratch.create();

    /** Makes the history, and loads it with the dedup job. */
    FeaturesDaily(SparkSession spark, PrintStream progress, int days, long rowsPerDay) {
        this.spark = spark;
        this.progress = progress;
        this.days = days;
        this.rowsPerDay = rowsPerDay;
        Path raw = scratch.path().resolve("raw");
        events().write().parquet(raw.toString());
        Path loaded = scratch.path().resolve("loaded");
        RunFacts facts = new RunFacts("dedup", "bench");
        new DedupJob(context(facts), config(loaded, ""), DateScope.ALL).run();
    }

    List<Contender> contenders() {
        return List.of(
                contender("a day's windows of time", TIME),
                contender("a day's windows of rows", ROWS),
                contender("a day's windows of both", TIME + "\n" + ROWS));
    }

    /** Runs each once, and says what Spark did for it. */
    void look() {
        for (Contender contender : contenders()) {
            try (Scratch folder = Scratch.create()) {
                contender.prepare().accept(folder.path());
                Watch watch = Watch.on(spark);
                try (watch) {
                    contender.work().accept(folder.path());
                }
                progress.println(contender.name() + ": " + watch);
            }
        }
    }

    private Contender contender(String name, String features) {
        return new Contender(
                name + ", " + days + " days",
                folder -> {
                    scratch.link("loaded", folder);
                    features(folder, features, days - 1 - DAYS_BEFORE, days - 2);
                },
                folder -> features(folder, features, days - 1, days - 1));
    }

    private void features(Path folder, String features, int from, int to) {
        RunFacts facts = new RunFacts("features", "bench");
        DateScope scope = new DateScope(Optional.of(START.plusDays(from)), Optional.of(START.plusDays(to)));
        new FeaturesJob(context(facts), config(folder, features), CuratedRequest.of(scope)).run();
    }

    private RunContext context(RunFacts facts) {
        return new RunContext(spark, Clock.systemUTC(), facts.runId(), false, facts);
    }

    private PipelineConfig config(Path folder, String features) {
        List<String> sets = new ArrayList<>();
        if (!features.isEmpty()) {
            sets.add("features={ entity = user_id, version = v1, target = \"" + folder.resolve("features")
                    + "\", define = {\n" + features + "\n} }");
        }
        return ConfigLoader.load("bench.conf", """
                pipeline { name = bench }
                source { path = "%1$s", format = parquet }
                dedup { key = [user_id, event_time], target = "%2$s/table" }
                ledger { path = "%2$s/ledger" }
                """.formatted(scratch.path().resolve("raw"), folder), sets);
    }

    private Dataset<Row> events() {
        Column id = col("id");
        Column day = id.divide(lit(rowsPerDay)).cast("bigint");
        Column kind = below(1, 20);
        Column user = when(kind.equalTo(0), concat(lit("new-"), id))
                .when(kind.equalTo(1), concat(lit("rare-"), below(2, rowsPerDay / 20 * 700)))
                .otherwise(concat(lit("user-"), below(2, Math.max(1, rowsPerDay / 5))));
        return spark.range(0, days * rowsPerDay, 1, Math.max(8, days / 20))
                .select(
                        xxhash64(user).cast("string").as("user_id"),
                        timestamp_micros(day.multiply(DAY_MICROS)
                                        .plus(below(3, DAY_MICROS))
                                        .plus(START_MICROS))
                                .as("event_time"),
                        below(4, 100_000).divide(100.0).as("value"),
                        concat(lit("/product/"), below(5, 1_000)).as("page"),
                        concat(lit("agent-"), xxhash64(id)).as("agent"));
    }

    private static Column below(int column, long bound) {
        return pmod(xxhash64(col("id"), lit(column)), lit(bound));
    }

    @Override
    public void close() {
        scratch.close();
    }
}
