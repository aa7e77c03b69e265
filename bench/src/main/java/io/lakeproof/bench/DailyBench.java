package io.lakeproof.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_date;

import io.delta.tables.DeltaTable;
import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.jobs.dedup.DedupJob;
import io.lakeproof.model.DateScope;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A day of new rows, a tenth of which are repeats, into a Delta table with a history: by a bare append that leaves the repeats
 * in, by Delta's insert-only MERGE, and by Lakeproof's dedup job, sealed. Every round starts with the same table.
 */
final class DailyBench implements AutoCloseable {
    /** A round is a few seconds, most of them the driver's: its code is compiled only after many. */
    static final int WARM_UP = 10;

    private static final String TABLE = "table";

    private final SparkSession spark;
    private final History history;
    private final Scratch scratch = Scratch.create();

    /** Makes the history, and loads it with the dedup job. */
    DailyBench(SparkSession spark, History history) {
        this.spark = spark;
        this.history = history;
        history.writeHistory(spark, scratch.path().resolve("history"));
        history.writeDelivery(spark, scratch.path().resolve("delivery"));
        dedup(scratch.path().resolve("history"), scratch.path().resolve("loaded"));
    }

    List<Contender> contenders() {
        return List.of(
                new Contender("append as it is, " + days(), this::copy, this::append),
                lakeproof(),
                new Contender("Delta MERGE, " + days(), this::copy, folder -> merge(folder, "")),
                new Contender(
                        "Delta MERGE with the dates, " + days(),
                        this::copy,
                        folder -> merge(folder, "t.event_date in " + dates() + " and ")));
    }

    Contender lakeproof() {
        return new Contender("Lakeproof dedup, " + days(), this::copy, folder -> dedup(delivery(), folder));
    }

    /** Runs each once, and fails unless its table has as many rows as it should. */
    void check() {
        for (Contender contender : contenders()) {
            try (Scratch folder = Scratch.create()) {
                contender.prepare().accept(folder.path());
                contender.work().accept(folder.path());
                long before = history.days() * history.rowsPerDay();
                long wanted =
                        before + (contender.name().startsWith("append") ? history.rowsPerDay() : history.newKeys());
                long got = rows(folder.path()).count();
                if (got != wanted) {
                    throw new IllegalStateException(
                            contender.name() + ": the table has " + got + " rows, but should have " + wanted);
                }
            }
        }
    }

    private String days() {
        return history.days() + " days";
    }

    private Path delivery() {
        return scratch.path().resolve("delivery");
    }

    private Dataset<Row> rows(Path folder) {
        return spark.read().format("delta").load(folder.resolve(TABLE).toString());
    }

    private Dataset<Row> batch() {
        return spark.read()
                .parquet(delivery().toString())
                .withColumn("event_date", to_date(col("event_time")).cast("string"));
    }

    private void append(Path folder) {
        batch().write()
                .format("delta")
                .mode("append")
                .save(folder.resolve(TABLE).toString());
    }

    private void merge(Path folder, String dates) {
        Dataset<Row> batch = batch().dropDuplicates(new String[] {"user_id", "event_time"});
        DeltaTable.forPath(spark, folder.resolve(TABLE).toString())
                .as("t")
                .merge(batch.as("s"), dates + "t.user_id = s.user_id and t.event_time = s.event_time")
                .whenNotMatched()
                .insertAll()
                .execute();
    }

    private String dates() {
        return batch().select(col("event_date")).distinct().collectAsList().stream()
                .map(row -> "'" + row.getString(0) + "'")
                .sorted()
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private void dedup(Path input, Path folder) {
        RunFacts facts = new RunFacts("dedup", "bench");
        RunContext context = new RunContext(spark, Clock.systemUTC(), facts.runId(), false, facts);
        new DedupJob(context, config(input, folder), DateScope.ALL).run();
    }

    private static PipelineConfig config(Path input, Path folder) {
        String text = """
                pipeline { name = bench }
                source { path = "%1$s", format = parquet }
                dedup { key = [user_id, event_time], order = ["ingest_time asc"], target = "%2$s/table" }
                ledger { path = "%2$s/ledger" }
                """.formatted(input, folder);
        return ConfigLoader.load("bench.conf", text, List.of());
    }

    /** The loaded table and its ledger. */
    private void copy(Path folder) {
        scratch.link("loaded", folder);
    }

    @Override
    public void close() {
        scratch.close();
    }
}
