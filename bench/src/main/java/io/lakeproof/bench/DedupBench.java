package io.lakeproof.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.to_date;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.jobs.dedup.DedupJob;
import io.lakeproof.model.DateScope;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import io.lakeproof.telemetry.RunFacts;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/** Parquet events to a new Delta table by date, one row a key: by Spark's own means, and by Lakeproof's dedup job. */
final class DedupBench {
    private static final String TABLE = "table";

    private final SparkSession spark;
    private final Path input;
    private final Events events;

    DedupBench(SparkSession spark, Path input, Events events) {
        this.spark = spark;
        this.input = input;
        this.events = events;
    }

    List<Contender> contenders() {
        return List.of(
                new Contender(
                        "dropDuplicates + append",
                        append(rows -> rows.dropDuplicates(new String[] {"user_id", "event_time"}))),
                new Contender("row_number = 1 + append", append(DedupBench::first)),
                new Contender("Lakeproof dedup", this::lakeproof),
                new Contender("append as it is", append(rows -> rows)));
    }

    /** Runs each once, and fails unless its table has as many rows as it should. */
    void check() {
        for (Contender contender : contenders()) {
            try (Scratch scratch = Scratch.create()) {
                contender.work().accept(scratch.path());
                long wanted = contender.name().equals("append as it is") ? events.rows() : events.keys();
                long got = spark.read()
                        .format("delta")
                        .load(scratch.path().resolve(TABLE).toString())
                        .count();
                if (got != wanted) {
                    throw new IllegalStateException(
                            contender.name() + ": the table has " + got + " rows, but should have " + wanted);
                }
            }
        }
    }

    private Consumer<Path> append(UnaryOperator<Dataset<Row>> dedup) {
        return folder -> dedup.apply(spark.read()
                        .parquet(input.toString())
                        .withColumn("event_date", to_date(col("event_time")).cast("string")))
                .write()
                .format("delta")
                .mode("append")
                .partitionBy("event_date")
                .save(folder.resolve(TABLE).toString());
    }

    private static Dataset<Row> first(Dataset<Row> rows) {
        return rows.withColumn(
                        "place",
                        row_number()
                                .over(Window.partitionBy("user_id", "event_time")
                                        .orderBy(col("ingest_time").desc())))
                .where(col("place").equalTo(1))
                .drop("place");
    }

    private void lakeproof(Path folder) {
        RunFacts facts = new RunFacts("dedup", "bench");
        SparkSession session = Sessions.forRun(spark, ZoneOffset.UTC);
        RunContext context = new RunContext(session, Clock.systemUTC(), facts.runId(), false, facts);
        new DedupJob(context, config(folder), DateScope.ALL).run();
    }

    private PipelineConfig config(Path folder) {
        String text = """
                pipeline { name = bench }
                source { path = "%1$s", format = parquet }
                dedup { key = [user_id, event_time], order = ["ingest_time desc"], target = "%2$s/table" }
                ledger { path = "%2$s/ledger" }
                """.formatted(input, folder);
        return ConfigLoader.load("bench.conf", text, List.of());
    }
}
