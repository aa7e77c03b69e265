package io.lakeproof.jobs.drill;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.Pins;
import io.lakeproof.lineage.Seal;
import java.util.Optional;

/**
 * A version that a drill restores, and the seal that says what it must be.
 *
 * @param source the table, or the copy that it is restored from
 * @param seal of the version, or of the nearest before it if it only changed the files
 */
record Restorable(DeltaStore source, String tableId, long version, Seal seal) {
    /**
     * Looks the version up, first in the table or copy, then in the ledger.
     *
     * @throws Failure.Integrity if there is no table, or no such version of it, though the ledger has seals of it
     * @throws Failure.InputMissing if there is no table, and the ledger knows none
     * @throws Failure.Usage if there is no such pin or version
     */
    static Restorable of(DrillRequest request, DeltaStore source, Ledger ledger, Pins pins) {
        Snapshot snapshot = snapshot(request, source, ledger);
        String tableId = snapshot.tableId();
        requireCopy(request, ledger, tableId);
        Optional<Pin> pin = request.pin()
                .map(name -> pins.named(tableId, name)
                        .orElseThrow(() -> Pins.unknown(pins.state(tableId), request.table(), name)));
        long version = pin.map(Pin::version).or(request::version).orElse(snapshot.version());
        Seal seal = ledger.atOrBefore(tableId, version)
                .orElseThrow(() -> new Failure.Integrity(
                        "no seal in " + ledger.path() + " for version " + version + " of " + request.table()
                                + " or any version before it",
                        "Name the ledger that the table was written with, with --set ledger.path=…"));
        pin.ifPresent(named -> named.requireSeal(Optional.of(seal)));
        if (version < 0 || version > snapshot.version()) {
            throw missing(request, snapshot, version, seal);
        }
        requireNoUnsealed(source, snapshot, seal, version);
        return new Restorable(source, tableId, version, seal);
    }

    private static Snapshot snapshot(DrillRequest request, DeltaStore source, Ledger ledger) {
        Optional<Snapshot> snapshot;
        try {
            snapshot = source.current();
        } catch (Failure e) {
            throw e;
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw new Failure.Integrity(
                    "the log of " + source.path() + " cannot be read: " + Restore.rootCause(e),
                    "Restore the files of _delta_log, or name a copy of the table with --backup.",
                    e);
        }
        if (snapshot.isPresent()) {
            return snapshot.get();
        }
        String problem = source.path() + " is not there, or is no Delta table any more";
        if (request.backup().isEmpty() && ledger.newestAt(request.table()).isEmpty()) {
            throw new Failure.InputMissing(
                    source.path() + " is not a Delta table, and " + ledger.path() + " has no seal of it",
                    "Mend --table or the target in the configuration.");
        }
        throw new Failure.Integrity(
                problem + ": nothing can be restored from it",
                request.backup().isEmpty()
                        ? "Name a copy of the table with --backup."
                        : "Name with --backup a copy of the table's whole folder, its _delta_log included.");
    }

    /** A copy has the id of its table. */
    private static void requireCopy(DrillRequest request, Ledger ledger, String tableId) {
        if (request.backup().isEmpty()) {
            return;
        }
        Optional<Seal> any = ledger.newest(tableId);
        if (any.isEmpty()) {
            throw new Failure.Integrity(
                    request.source() + " is the table with id " + tableId + ", of which " + ledger.path()
                            + " has no seal: it is no copy of " + request.table(),
                    "Name with --backup a copy of the table's files and log, not one that was written anew.");
        }
        if (!any.get().tablePath().equals(request.table())) {
            throw new Failure.Usage(
                    request.source() + " is a copy of " + any.get().tablePath() + ", not of " + request.table(),
                    "Mend --backup or --table.");
        }
    }

    private static Failure missing(DrillRequest request, Snapshot snapshot, long version, Seal seal) {
        return seal.version() == version
                ? new Failure.Integrity(
                        "version " + version + " of " + request.table() + " is sealed, but " + request.source()
                                + " ends with version " + snapshot.version(),
                        "Name a newer copy with --backup, or an older version with --version.")
                : new Failure.Usage(
                        "there is no version " + version + " of " + request.source(),
                        "Versions go from 0 to " + snapshot.version()
                                + "; `lakeproof lineage show` lists the sealed ones.");
    }

    /** A commit of a run that died before its seal has no digest to compare with. */
    private static void requireNoUnsealed(DeltaStore source, Snapshot snapshot, Seal seal, long version) {
        for (Commit commit : source.reachingBack(snapshot, seal.version()).after(seal.version())) {
            Optional<CommitNote> note = CommitNote.of(commit);
            if (commit.version() <= version && note.isPresent()) {
                throw new Failure.Integrity(
                        "version " + commit.version() + " of " + source.path() + " was committed by run "
                                + note.get().runId() + ", but never sealed",
                        "Retry that run: it finds its commit and seals it; or drill version " + seal.version() + ".");
            }
        }
    }
}
