package io.lakeproof.bench;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.xxhash64;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.jobs.verify.Level;
import io.lakeproof.jobs.verify.VerifyJob;
import io.lakeproof.jobs.verify.VerifyRequest;
import io.lakeproof.jobs.verify.VersionChoice;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The verification of a sealed Delta table of events, four versions that each append, beside a bare scan of the newest. */
final class VerifyBench {
    private static final int VERSIONS = 4;
    private static final String DATE = "event_date";

    private final SparkSession spark;
    private final String table;
    private final String ledger;

    /** Writes and seals the table. */
    VerifyBench(SparkSession spark, Path input, Path scratch) {
        this.spark = spark;
        this.table = scratch.resolve("table").toString();
        this.ledger = scratch.resolve("ledger").toString();
        Dataset<Row> rows = spark.read()
                .parquet(input.toString())
                .withColumn(DATE, to_date(col("event_time")).cast("string"));
        for (int version = 0; version < VERSIONS; version++) {
            rows.where(pmod(abs(xxhash64(col("*"))), lit(VERSIONS)).equalTo(version))
                    .repartition(col(DATE))
                    .write()
                    .format("delta")
                    .partitionBy(DATE)
                    .mode("append")
                    .save(table);
            seal(version);
        }
    }

    private void seal(long version) {
        DeltaStore store = new DeltaStore(spark, table);
        Dataset<Row> rows = store.read(version);
        String id = store.current().orElseThrow().tableId();
        Ledger seals = new Ledger(spark, ledger);
        seals.append(
                new Seal(
                        0,
                        id,
                        table,
                        version,
                        version - 1,
                        "bench",
                        "dedup",
                        Outcome.COMMITTED,
                        "%064x".formatted(version),
                        "run-" + version,
                        Instant.EPOCH,
                        DateScope.ALL,
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        TableDigest.of(rows.schema(), ContentDigest.of(rows, List.of(DATE))),
                        "%064x".formatted(0),
                        List.of(),
                        List.of(),
                        new Counts(0, 0, 0, 0, 0, new TreeMap<>()),
                        "bench",
                        ""),
                seals.newest(id));
    }

    List<Contender> contenders() {
        return List.of(
                new Contender(
                        "bare scan of the newest version",
                        folder -> new DeltaStore(spark, table)
                                .read()
                                .write()
                                .format("noop")
                                .mode("overwrite")
                                .save()),
                new Contender("verify, the newest version", folder -> verify(Optional.empty(), Level.CONTENT)),
                new Contender(
                        "verify --all, " + VERSIONS + " versions",
                        folder -> verify(Optional.of(VersionChoice.ALL), Level.CONTENT)),
                new Contender("verify --level bytes", folder -> verify(Optional.empty(), Level.BYTES)));
    }

    private void verify(Optional<VersionChoice> versions, Level level) {
        RunContext context = new RunContext(spark, Clock.systemUTC(), "bench", false, new RunFacts("verify", "bench"));
        new VerifyJob(context, table, ledger)
                .run(new VerifyRequest(versions, level, Optional.empty(), Optional.empty()));
    }
}
