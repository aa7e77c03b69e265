package io.lakeproof.lineage;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.arrays_overlap;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.delta.Change;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.delta.TableProperties;
import io.lakeproof.error.Causes;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import io.lakeproof.model.CuratedScope;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Delta table of seals: append only, one chain for each table. Appending takes the next number of the table's chain, and
 * Delta's transaction identifiers let one writer have it.
 */
public final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int ATTEMPTS = 5;
    private static final int RETENTION_DAYS = 3650;

    /** Seals that are in memory at a time when all of a table are gone through. */
    private static final int PAGE = 256;

    private static final int COMPACTED_EVERY = 50;

    private final SparkSession spark;
    private final DeltaStore store;
    private final int compactedEvery;

    public Ledger(SparkSession spark, String path) {
        this(spark, path, COMPACTED_EVERY);
    }

    /** @param compactedEvery after so many commits its files are written together */
    Ledger(SparkSession spark, String path, int compactedEvery) {
        this.compactedEvery = compactedEvery;
        this.spark = spark;
        this.store = new DeltaStore(spark, path);
    }

    public String path() {
        return store.path();
    }

    public boolean exists() {
        return store.exists();
    }

    /** The seal of the newest sealed version. */
    public Optional<Seal> newest(String tableId) {
        return one(of(tableId).orderBy(col("version").desc()));
    }

    /**
     * The same, found at the end of the chain if the table's newest version was sealed last, as is the rule.
     *
     * @param version of the table, the newest
     */
    public Optional<Seal> newest(String tableId, long version) {
        Optional<Seal> last = store.lastOf(sequence(tableId), SealRows.SCHEMA)
                .flatMap(rows -> rows.collectAsList().stream().findFirst())
                .map(SealRows::fromRow)
                .filter(seal -> seal.version() == version);
        return last.isPresent() ? last : newest(tableId);
    }

    /** The seal of the newest version that a job made from inputs: no compaction, and no rollback. */
    public Optional<Seal> newestWrite(String tableId) {
        return one(of(tableId)
                .where(col("job").notEqual(Seal.COMPACT).and(col("job").notEqual(Rollbacks.JOB)))
                .orderBy(col("version").desc()));
    }

    /** The seal of the newest version after a given one that a job made. */
    public Optional<Seal> newestAfter(String tableId, long version, String job) {
        return one(of(tableId)
                .where(col("job").equalTo(job).and(col("version").gt(version)))
                .orderBy(col("version").desc()));
    }

    /** The last seal of a table's chain; a run that was slow to seal may have sealed an older version last. */
    private Optional<Seal> end(String tableId) {
        return one(of(tableId).orderBy(col("sequence").desc()));
    }

    /** The seal of a version, or of the nearest sealed version before it. */
    public Optional<Seal> atOrBefore(String tableId, long version) {
        return one(of(tableId)
                .where(col("version").leq(version))
                .orderBy(col("version").desc(), col("sequence").desc()));
    }

    /** The newest seal with this run key. */
    public Optional<Seal> byRunKey(String tableId, String runKey) {
        return one(of(tableId)
                .where(col("run_key").equalTo(runKey))
                .orderBy(col("sequence").desc()));
    }

    /** Every seal of a table. */
    public Chain chain(String tableId) {
        return Chain.of(of(tableId).orderBy("sequence").collectAsList().stream()
                .map(SealRows::fromRow)
                .toList());
    }

    /**
     * Gives every seal of a table in the order of its chain, a page at a time, so that a chain of any length fits in memory.
     *
     * @throws Failure.Integrity at the first seal that was changed, or before which one is missing; those before it were given
     */
    public void eachSeal(String tableId, Consumer<Seal> consumer) {
        Chain.Links links = new Chain.Links();
        long last = end(tableId).map(Seal::sequence).orElse(0L);
        for (long first = 1; first <= last; first += PAGE) {
            of(tableId)
                    .where(col("sequence").between(first, Math.min(last, first + PAGE - 1)))
                    .orderBy("sequence")
                    .collectAsList()
                    .stream()
                    .map(SealRows::fromRow)
                    .forEach(seal -> {
                        links.requireNext(seal);
                        consumer.accept(seal);
                    });
        }
    }

    /** The newest seal of whichever table was written to a path, for a table that is no longer there to tell its id. */
    public Optional<Seal> newestAt(String tablePath) {
        return exists()
                ? one(store.read()
                        .where(col("table_path").equalTo(tablePath))
                        .orderBy(col("sealed_at").desc()))
                : Optional.empty();
    }

    /** What sealed runs took from inputs that were read under these paths, or that match the pattern. */
    public List<Contribution> contributions(String tableId, Collection<String> paths, Optional<String> pattern) {
        Column named = col("input.path").isInCollection(paths);
        return Contributions.in(
                of(tableId),
                pattern.map(regex -> named.or(col("input.path").rlike(regex))).orElse(named));
    }

    /** What sealed runs gave to the partitions of these event dates. */
    public List<Contribution> contributionsTo(String tableId, Collection<String> dates) {
        return Contributions.in(of(tableId), arrays_overlap(col("input.dates"), array(literals(dates))));
    }

    /** Which seals wrote a model version, oldest first, each with the dates that no rollback took back from it. */
    public List<ModelWrite> writesOf(String tableId, String model) {
        Rollbacks rollbacks = rollbacks(tableId);
        return of(tableId)
                .where(col("model").equalTo(model))
                .select("sequence", "run_key", "run_id", "config_digest", "definitions", "dates", "inputs", "version")
                .orderBy("sequence")
                .collectAsList()
                .stream()
                .map(row -> new ModelWrite(
                        row.getLong(0),
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.<String>getList(5).stream()
                                .filter(date -> rollbacks.stands(row.getLong(7), CuratedScope.partition(date, model)))
                                .toList(),
                        row.<Row>getList(6).stream().map(SealRows::input).toList()))
                .filter(write -> !write.dates().isEmpty())
                .toList();
    }

    /** The rollbacks of a table. */
    public Rollbacks rollbacks(String tableId) {
        return new Rollbacks(of(tableId)
                .where(col("job").equalTo(Rollbacks.JOB))
                .select("version", "inputs", "replaced_partitions")
                .collectAsList()
                .stream()
                .map(row -> Rollbacks.Rollback.of(
                        row.getLong(0),
                        row.<Row>getList(1).stream().map(SealRows::input).toList(),
                        row.getList(2)))
                .toList());
    }

    /**
     * Appends a seal, or finds that the same version was sealed meanwhile by another process.
     *
     * @param seal its sequence and previous are set here
     * @param end the end of the table's chain as the caller knows it; if it is no longer the end, the ledger is read again
     * @return the seal of this version that the ledger holds now
     */
    public Seal append(Seal seal, Optional<Seal> end) {
        Optional<Seal> last = end;
        boolean known = last.filter(s -> s.version() >= seal.version()).isEmpty();
        for (int attempt = 1; ; attempt++) {
            if (!known) {
                // In this order: a seal that lands after the look at the end of the chain takes the number that this
                // one wants.
                last = end(seal.tableId());
                Optional<Seal> already =
                        atOrBefore(seal.tableId(), seal.version()).filter(s -> s.version() == seal.version());
                if (already.isPresent()) {
                    return already.get();
                }
            }
            try {
                return tryAppend(seal.after(last));
            } catch (Failure.Conflict conflict) {
                if (attempt == ATTEMPTS) {
                    throw notAppended(seal, conflict);
                }
                known = false;
            }
        }
    }

    private Failure notAppended(Seal seal, Failure cause) {
        return new Failure.Conflict(
                Retry.VERIFY_FIRST,
                "version " + seal.version() + " of " + seal.tablePath()
                        + " is committed, but its seal could not be appended" + " to " + path() + " in " + ATTEMPTS
                        + " attempts",
                "Run again: it finds the commit and seals it.",
                cause);
    }

    private Seal tryAppend(Seal seal) {
        Commit commit = store.commit(new ScopeWrite(
                spark.createDataFrame(List.of(SealRows.sealed(seal)), SealRows.SCHEMA)
                        .coalesce(1),
                List.of(),
                TableProperties.keeping(RETENTION_DAYS),
                new Change.Append(),
                store.version(),
                "{\"seal\":\"" + seal.hex() + "\",\"runId\":\"" + seal.runId() + "\"}",
                sequence(seal.tableId()),
                seal.sequence()));
        if (commit.version() % compactedEvery == compactedEvery - 1) {
            compact();
        }
        return seal;
    }

    /** A file for each seal makes every look at the chain dearer; that this fails is no reason for a run to fail. */
    private void compact() {
        try {
            store.optimize();
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            LOG.warn("{} was not compacted, which a later run will do: {}", path(), Causes.root(e));
        }
    }

    /** The numbers of a table's seals, each of which one commit takes. */
    private static String sequence(String tableId) {
        return "lakeproof.seal." + tableId;
    }

    private static Column[] literals(Collection<String> texts) {
        return texts.stream().map(text -> lit(text)).toArray(Column[]::new);
    }

    private Optional<Seal> one(Dataset<Row> ordered) {
        return ordered.limit(1).collectAsList().stream().findFirst().map(SealRows::fromRow);
    }

    /** The seals of a table, as rows. */
    Dataset<Row> of(String tableId) {
        return exists()
                ? store.read().where(col("table_id").equalTo(tableId))
                : spark.createDataFrame(List.of(), SealRows.SCHEMA);
    }
}
