package io.lakeproof.run;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.SealedTable;
import io.lakeproof.model.Counts;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The last step of a job that writes: digests what was committed, checks its counts, and appends the seal. */
public final class Sealing {
    private final RunContext context;
    private final DeltaStore store;
    private final Ledger ledger;

    public Sealing(RunContext context, DeltaStore store, Ledger ledger) {
        this.context = context;
        this.store = store;
        this.ledger = ledger;
    }

    /**
     * Seals a commit.
     *
     * @param end the newest seal that the caller knows of
     * @param others as {@link Seal#others}
     * @param counts where every row went, given the digest of the committed version; fails if a row was lost
     */
    public Seal seal(
            CommitNote note,
            Commit commit,
            Optional<Seal> end,
            List<SealedInput> others,
            Function<TableDigest, Counts> counts) {
        Optional<Seal> base = baseOf(commit, end);
        Snapshot snapshot = store.current(base.map(Seal::version).orElse(DeltaStore.NO_VERSION))
                .orElseThrow();
        TableDigest digest = new SealedTable(store).digestAt(snapshot, base, commit.version());
        if (note.job().equals(Seal.COMPACT)) {
            requireSame(note, commit, base, digest);
        }
        return append(note, commit, end, others, snapshot.tableId(), digest, counts.apply(digest));
    }

    /** Seals a commit whose digest is known. */
    Seal append(
            CommitNote note,
            Commit commit,
            Optional<Seal> end,
            List<SealedInput> others,
            String tableId,
            TableDigest digest,
            Counts counts) {
        Seal seal = new Seal(
                0, // the ledger sets the number and the previous seal
                tableId,
                store.path(),
                commit.version(),
                note.versionBefore(),
                note.pipeline(),
                note.job(),
                note.outcome(),
                note.runKey(),
                note.runId(),
                context.clock().instant().truncatedTo(ChronoUnit.MICROS),
                note.scope(),
                note.model(),
                note.dates(),
                note.partitions(),
                digest,
                note.configDigest(),
                note.inputs(),
                others,
                counts.requireConserved(),
                Version.NUMBER,
                "");
        return ledger.append(seal, end);
    }

    /** A compaction is proved before it is sealed, while the files before it are still there. */
    private void requireSame(CommitNote note, Commit commit, Optional<Seal> base, TableDigest digest) {
        if (base.filter(seal -> seal.digest().equals(digest)).isEmpty()) {
            throw new Failure.Integrity(
                    "version " + commit.version() + " of " + store.path() + ", a compaction by run " + note.runId()
                            + ", does not hold the rows of version " + note.versionBefore() + "; it was not sealed",
                    "Restore version " + note.versionBefore() + ", whose files are still there, and report this.");
        }
    }

    /** The last seal, unless later versions than this commit have been sealed already. */
    private Optional<Seal> baseOf(Commit commit, Optional<Seal> end) {
        return end.isEmpty() || end.get().version() < commit.version()
                ? end
                : ledger.atOrBefore(end.get().tableId(), commit.version());
    }
}
