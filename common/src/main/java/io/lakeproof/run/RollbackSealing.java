package io.lakeproof.run;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.FileChanges;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Rollbacks;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedTable;
import io.lakeproof.lineage.TableState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last step of a rollback: proves that its partitions hold what they held at the version they went back to and that all
 * others are as they were, and appends the seal. The commit's note has all that this takes, so any job can do it for a
 * rollback that died.
 */
public final class RollbackSealing {
    private static final Logger LOG = LoggerFactory.getLogger(RollbackSealing.class);

    private final RunContext context;
    private final DeltaStore store;
    private final Sealing sealing;

    public RollbackSealing(RunContext context, DeltaStore store, Ledger ledger) {
        this.context = context;
        this.store = store;
        this.sealing = new Sealing(context, store, ledger);
    }

    /** The table, after the rollbacks that come next to its newest seal and have none themselves were sealed; not in a dry run. */
    public TableState settled(TableState state) {
        Optional<Seal> newest = state.newest();
        if (context.dryRun() || newest.isEmpty()) {
            return state;
        }
        for (Commit commit : state.unsealed()) {
            Optional<CommitNote> note = CommitNote.of(commit).filter(Rollbacks::isRollback);
            if (note.isEmpty()) {
                break;
            }
            LOG.info(
                    "{}: seals version {}, a rollback that run {} left unsealed",
                    context.runId(),
                    commit.version(),
                    note.get().runId());
            newest = Optional.of(seal(note.get(), commit, newest.get()));
        }
        return new TableState(state.table(), newest);
    }

    /**
     * Seals a rollback.
     *
     * @param before the newest seal before it
     * @throws Failure.Integrity if a partition is not what it should be
     */
    public Seal seal(CommitNote note, Commit commit, Seal before) {
        Snapshot snapshot = store.current(before.version()).orElseThrow();
        SealedTable table = new SealedTable(store);
        boolean byFiles =
                SealedTable.isUntouched(snapshot, before, commit.version()) && liesIn(commit, note.partitions());
        TableDigest digest = byFiles
                ? table.digestAt(snapshot, Optional.of(before), commit.version())
                : table.digestAt(commit.version());
        requireProven(note, commit, before, digest);
        return sealing.append(
                note,
                commit,
                Optional.of(before),
                List.of(),
                snapshot.tableId(),
                digest,
                note.counts().orElseThrow());
    }

    /** True if the log says that no file of another partition was added or taken away. */
    private boolean liesIn(Commit commit, Collection<String> partitions) {
        List<String> columns = store.partitionColumns();
        Set<String> own = Set.copyOf(partitions);
        Optional<FileChanges> changes = store.changes(commit);
        return changes.stream()
                        .flatMap(files -> Stream.concat(files.added().stream(), files.removed().stream()))
                        .map((DataFile file) -> file.partitionPath(columns))
                        .allMatch(own::contains)
                && changes.isPresent();
    }

    private void requireProven(CommitNote note, Commit commit, Seal before, TableDigest digest) {
        Map<String, String> expected = note.inputs().get(0).partitions();
        Set<String> own = Set.copyOf(note.partitions());
        SortedMap<String, MultisetDigest> was = before.digest().partitions();
        SortedMap<String, MultisetDigest> is = digest.partitions();
        TreeSet<String> wrong = new TreeSet<>();
        for (String path : own) {
            if (!Objects.equals(expected.get(path), hex(is.get(path)))) {
                wrong.add(path + " (rolled back)");
            }
        }
        TreeSet<String> others = new TreeSet<>(was.keySet());
        others.addAll(is.keySet());
        others.removeAll(own);
        for (String path : others) {
            if (!is.getOrDefault(path, MultisetDigest.EMPTY).equals(was.getOrDefault(path, MultisetDigest.EMPTY))) {
                wrong.add(path + " (not rolled back)");
            }
        }
        if (!digest.schemaDigest().equals(before.digest().schemaDigest())) {
            wrong.add("(schema)");
        }
        if (!wrong.isEmpty()) {
            throw new Failure.Integrity(
                    "version " + commit.version() + " of " + store.path() + " is a rollback to version "
                            + note.inputs().get(0).file().length() + ", but holds something else in " + wrong,
                    "Stop the readers. Find out who wrote to the table meanwhile; then roll back the whole table.");
        }
    }

    private static @Nullable String hex(@Nullable MultisetDigest rows) {
        return rows == null ? null : TableDigest.partitionDigest(rows);
    }
}
