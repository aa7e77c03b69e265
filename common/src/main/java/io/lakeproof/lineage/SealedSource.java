package io.lakeproof.lineage;

import static org.apache.spark.sql.functions.expr;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A sealed table as an input: its newest version, whose content is what its newest seal says. */
public final class SealedSource {
    private final DeltaStore store;
    private final long version;
    private final Seal seal;

    private SealedSource(DeltaStore store, long version, Seal seal) {
        this.store = store;
        this.version = version;
        this.seal = seal;
    }

    /**
     * Looks at the table and its seals.
     *
     * @throws Failure.InputMissing if there is no table
     * @throws Failure.Conflict if Lakeproof has committed a version that has no seal yet
     * @throws Failure.Integrity if the table was never sealed in this ledger, or if somebody else changed it since
     */
    public static SealedSource newest(DeltaStore store, Ledger ledger) {
        TableState state = TableState.of(store, ledger);
        if (state.table().isEmpty()) {
            throw new Failure.InputMissing(
                    "no input: " + store.path() + " is not a Delta table",
                    "Run the job that makes it first, or mend its path.");
        }
        for (Commit commit : state.unsealed()) {
            throw new Failure.Conflict(
                    Retry.SAFE,
                    "version " + commit.version() + " of " + store.path() + " is committed, but not sealed yet",
                    "Run again when that run has ended; if it died, retry it first: it finds its commit and seals it.",
                    null);
        }
        Seal seal = state.newest()
                .orElseThrow(() -> new Failure.Integrity(
                        "no seal in " + ledger.path() + " for any version of " + store.path(),
                        "Name the ledger that the table was written with."));
        new SealedTable(store).requireUntouched(state.table().get(), state.newest());
        return new SealedSource(store, state.version(), seal);
    }

    /** The path as it was configured. */
    public String path() {
        return store.path();
    }

    /** The newest version, which may have no seal of its own. */
    public long version() {
        return version;
    }

    /** The seal of the content. */
    public Seal seal() {
        return seal;
    }

    public DeltaStore store() {
        return store;
    }

    /** All rows. */
    public Dataset<Row> rows() {
        return store.read(version);
    }

    /** The rows of some partitions; no file of another is opened. */
    public Dataset<Row> rows(Collection<String> partitions) {
        return rows().where(expr(PartitionPredicate.of(store.partitionColumns(), partitions)));
    }

    /** The digests of some partitions, of those that have rows, by path. */
    public SortedMap<String, String> digests(Collection<String> partitions) {
        SortedMap<String, String> digests = new TreeMap<>();
        for (String path : partitions) {
            MultisetDigest rows = seal.digest().partitions().get(path);
            if (rows != null) {
                digests.put(path, TableDigest.partitionDigest(rows));
            }
        }
        return digests;
    }
}
