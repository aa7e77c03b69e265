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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

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
     * The digest of a version. Only the files are read that commits since a seal added or took away, or the partitions that
     * these commits touched where the files cannot be read by themselves; all of the table, if its columns are not those of
     * that seal, since every column is part of a row's digest.
     *
     * @param base a seal of an earlier version, the nearer the better; empty if there is none
     * @throws Failure.Integrity if somebody else changed the table since that seal
     */
    public TableDigest digestAt(Snapshot snapshot, Optional<Seal> base, long version) {
        List<Commit> commits = ownSince(snapshot, base, version);
        StructType schema = store.read(version).schema();
        if (base.isPresent() && !hasColumns(schema, base.get())) {
            return TableDigest.of(schema, ContentDigest.of(store.read(version), store.partitionColumns()));
        }
        SortedMap<String, MultisetDigest> partitions = new TreeMap<>();
        base.ifPresent(seal -> partitions.putAll(seal.digest().partitions()));
        Optional<FileSums> changes = FileSums.of(store, commits);
        if (changes.isPresent()) {
            changes.get().applyTo(partitions, schema);
        } else {
            Set<String> changed = new TreeSet<>();
            notes(commits).forEach(note -> changed.addAll(note.partitions()));
            partitions.keySet().removeAll(changed);
            List<String> columns = store.partitionColumns();
            partitions.putAll(ContentDigest.of(
                    store.read(version).where(expr(PartitionPredicate.of(columns, changed))), columns));
        }
        return TableDigest.of(schema, partitions);
    }

    /** The digest of a version, of which every row is read, whatever was done to the table. */
    public TableDigest digestAt(long version) {
        store.requireReadable(version, file -> true);
        Dataset<Row> rows = store.read(version);
        return TableDigest.of(rows.schema(), ContentDigest.of(rows, store.partitionColumns()));
    }

    /** True if every commit since a seal and up to a version is Lakeproof's own or leaves the rows as they are. */
    public static boolean isUntouched(Snapshot snapshot, Seal seal, long version) {
        return snapshot.after(seal.version()).stream()
                .filter(commit -> commit.version() <= version && !HARMLESS.contains(commit.operation()))
                .allMatch(commit -> CommitNote.of(commit).isPresent());
    }

    private static boolean hasColumns(StructType schema, Seal seal) {
        return TableDigest.schemaDigest(schema).equals(seal.digest().schemaDigest());
    }

    /**
     * Fails unless every commit since the last seal is Lakeproof's own or leaves the rows as they are.
     *
     * @throws Failure.Integrity naming the first commit that is neither
     */
    public void requireUntouched(Snapshot snapshot, Optional<Seal> newest) {
        ownSince(snapshot, newest, snapshot.version());
    }

    /** Lakeproof's commits after the seal and up to the version, oldest first. */
    private List<Commit> ownSince(Snapshot snapshot, Optional<Seal> base, long version) {
        List<Commit> own = new ArrayList<>();
        for (Commit commit : snapshot.after(base.map(Seal::version).orElse(DeltaStore.NO_VERSION))) {
            if (commit.version() > version || HARMLESS.contains(commit.operation())) {
                continue;
            }
            if (CommitNote.of(commit).isEmpty()) {
                throw foreign(commit);
            }
            own.add(commit);
        }
        return own;
    }

    private static Stream<CommitNote> notes(List<Commit> own) {
        return own.stream().flatMap(commit -> CommitNote.of(commit).stream());
    }

    private Failure foreign(Commit commit) {
        return new Failure.Integrity(
                store.path() + ": version " + commit.version() + " (" + commit.operation() + " at " + commit.timestamp()
                        + ") was not written by Lakeproof, so the table is not what was sealed",
                "`lakeproof verify` shows which partitions differ. `lakeproof rollback` puts the table back to a sealed"
                        + " version; or load it anew from its inputs.");
    }
}
