package io.lakeproof.lineage;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import java.util.List;
import java.util.Optional;

/**
 * A table that Lakeproof writes, as a run finds it.
 *
 * @param table the newest version with all commits since the newest seal; empty if there is no table
 * @param newest the seal of the newest sealed version
 */
public record TableState(Optional<Snapshot> table, Optional<Seal> newest) {
    /** The sequence that Lakeproof's commits to one table are numbered in, so that none builds on a version that another has changed. */
    public static final String SEQUENCE = "lakeproof";

    /** Looks at the table, then at the ledger. */
    public static TableState of(DeltaStore store, Ledger ledger) {
        Optional<Snapshot> now = store.current();
        Optional<Seal> newest = now.flatMap(snapshot -> ledger.newest(snapshot.tableId(), snapshot.version()));
        // The table once more: a seal that was found may be of a version that came after the first look.
        Optional<Snapshot> since = now.isEmpty() ? now : store.current(sealedVersion(newest));
        return new TableState(since, newest);
    }

    /** The newest version; {@link DeltaStore#NO_VERSION} if there is no table. */
    public long version() {
        return table.map(Snapshot::version).orElse(DeltaStore.NO_VERSION);
    }

    /** The newest sealed version; {@link DeltaStore#NO_VERSION} if none is. */
    public long sealedVersion() {
        return sealedVersion(newest);
    }

    /** Commits of Lakeproof that came after the newest sealed version, oldest first: of a run that died, or is at work. */
    public List<Commit> unsealed() {
        return table.stream()
                .flatMap(snapshot -> snapshot.after(sealedVersion()).stream())
                .filter(commit -> CommitNote.of(commit).isPresent())
                .toList();
    }

    /**
     * The number of the next commit among Lakeproof's: one above the version of the last that was seen. Of two runs that have
     * seen the same, one lands; a run that has seen less is refused, whatever other operations lie in between.
     */
    public long commitNumber() {
        return unsealed().stream().mapToLong(Commit::version).max().orElse(sealedVersion()) + 1;
    }

    private static long sealedVersion(Optional<Seal> newest) {
        return newest.map(Seal::version).orElse(DeltaStore.NO_VERSION);
    }
}
