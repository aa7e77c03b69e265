package io.lakeproof.jobs.dedup;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedTable;
import io.lakeproof.model.Counts;
import io.lakeproof.model.InputFile;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Version;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Digests a commit of the windowed table and appends its seal. The commit's note says all else, whoever made it. */
final class WindowSealing {
    /** What the seals call the step. */
    static final String JOB = "window";

    private final RunContext context;
    private final DeltaStore windowed;
    private final Ledger ledger;

    WindowSealing(RunContext context, DeltaStore windowed, Ledger ledger) {
        this.context = context;
        this.windowed = windowed;
        this.ledger = ledger;
    }

    /**
     * Seals a commit.
     *
     * @param before the seal before it; empty if it is the first
     */
    Seal seal(CommitNote note, Commit commit, Optional<Seal> before) {
        Snapshot snapshot = windowed.current(before.map(Seal::version).orElse(DeltaStore.NO_VERSION))
                .orElseThrow();
        TableDigest digest = new SealedTable(windowed).digestAt(snapshot, before, commit.version());
        Seal seal = new Seal(
                0, // the ledger sets the number and the previous seal
                snapshot.tableId(),
                windowed.path(),
                commit.version(),
                note.versionBefore(),
                note.pipeline(),
                JOB,
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
                List.of(),
                counts(note, digest),
                Version.NUMBER,
                "");
        return ledger.append(seal, before);
    }

    /** Of the whole tables: what is not in the windowed one shares a window with a row that is. */
    private Counts counts(CommitNote note, TableDigest digest) {
        InputFile input = note.inputs().get(0).file();
        long read = ledger.atOrBefore(Objects.requireNonNull(input.etag()), input.length())
                .orElseThrow(() -> new Failure.Integrity(
                        ledger.path() + " has no seal of version " + input.length() + " of " + input.path() + ", which "
                                + windowed.path() + " was made from",
                        "Name the ledger that the tables were written with."))
                .digest()
                .rows();
        return new Counts(read, digest.rows(), 0, 0, read - digest.rows(), new TreeMap<>()).requireConserved();
    }
}
