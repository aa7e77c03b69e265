package io.lakeproof.jobs.dedup;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.model.InputFile;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sealing;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Digests a commit of the windowed table and appends its seal. The commit's note says all else, whoever made it. */
final class WindowSealing {
    /** What the seals call the step. */
    static final String JOB = "window";

    private final DeltaStore windowed;
    private final Ledger ledger;
    private final Sealing sealing;

    WindowSealing(RunContext context, DeltaStore windowed, Ledger ledger) {
        this.windowed = windowed;
        this.ledger = ledger;
        this.sealing = new Sealing(context, windowed, ledger);
    }

    /**
     * Seals a commit.
     *
     * @param before the seal before it; empty if it is the first
     */
    Seal seal(CommitNote note, Commit commit, Optional<Seal> before) {
        return sealing.seal(
                note, commit, before, List.of(), digest -> note.counts().orElseGet(() -> counts(note, digest)));
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
        return new Counts(read, digest.rows(), 0, 0, read - digest.rows(), new TreeMap<>());
    }
}
