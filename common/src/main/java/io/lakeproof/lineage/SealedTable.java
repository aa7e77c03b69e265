package io.lakeproof.lineage;

import static org.apache.spark.sql.functions.expr;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A table and its seals, whatever columns partition it. */
public final class SealedTable {
    /** Operations of Delta that leave every row as it is. */
    private static final Set<String> HARMLESS = Set.of(
            "OPTIMIZE",
            "VACUUM START",
            "VACUUM END",
            "SET TBLPROPERTIES",
            "UNSET TBLPROPERTIES",
            "COMPUTE STATS",
            "ANALYZE TABLE",
            "UPGRADE PROTOCOL");

    private final DeltaStore store;

    public SealedTable(DeltaStore store) {
        this.store = store;
    }

    /**
     * The digest of a version, of which only the partitions are read that changed since a seal before it; all of them, if the
     * columns are not those of that seal, since every column is part of a row's digest.
     *
     * @param base a seal of an earlier version, the nearer the better; empty if there is none
     * @throws Failure.Integrity if somebody else changed the table since that seal
     */
    public TableDigest digestAt(Snapshot snapshot, Optional<Seal> base, long version) {
        Set<String> changed = changedSince(snapshot, base, version);
        Dataset<Row> rows = store.read(version);
        if (base.filter(seal -> hasColumnsOf(rows, seal)).isEmpty()) {
            return TableDigest.of(rows.schema(), ContentDigest.of(rows, store.partitionColumns()));
        }
        Map<String, MultisetDigest> partitions =
                new TreeMap<>(base.get().digest().partitions());
        changed.forEach(partitions::remove);
        if (!changed.isEmpty()) {
            List<String> columns = store.partitionColumns();
            partitions.putAll(ContentDigest.of(rows.where(expr(PartitionPredicate.of(columns, changed))), columns));
        }
        return TableDigest.of(rows.schema(), partitions);
    }

    private static boolean hasColumnsOf(Dataset<Row> rows, Seal seal) {
        return TableDigest.schemaDigest(rows.schema()).equals(seal.digest().schemaDigest());
    }

    /**
     * Fails unless every commit since the last seal is Lakeproof's own or leaves the rows as they are.
     *
     * @throws Failure.Integrity naming the first commit that is neither
     */
    public void requireUntouched(Snapshot snapshot, Optional<Seal> newest) {
        changedSince(snapshot, newest, snapshot.version());
    }

    private Set<String> changedSince(Snapshot snapshot, Optional<Seal> base, long version) {
        Set<String> changed = new TreeSet<>();
        for (Commit commit : snapshot.after(base.map(Seal::version).orElse(DeltaStore.NO_VERSION))) {
            if (commit.version() > version || HARMLESS.contains(commit.operation())) {
                continue;
            }
            CommitNote note = CommitNote.of(commit).orElseThrow(() -> foreign(commit));
            changed.addAll(note.partitions());
        }
        return changed;
    }

    private Failure foreign(Commit commit) {
        return new Failure.Integrity(
                store.path() + ": version " + commit.version() + " (" + commit.operation() + " at " + commit.timestamp()
                        + ") was not written by Lakeproof, so the table is not what was sealed",
                "`lakeproof verify` shows which partitions differ. Restore the last sealed version under a new path, or load"
                        + " the table anew from its inputs.");
    }
}
