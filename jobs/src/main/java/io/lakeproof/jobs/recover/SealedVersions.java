package io.lakeproof.jobs.recover;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.PinState;
import io.lakeproof.lineage.Pins;
import io.lakeproof.lineage.Seal;
import java.util.Optional;

/** The sealed versions of a table, by number or by pin. */
final class SealedVersions {
    private final DeltaStore store;
    private final Ledger ledger;
    private final Pins pins;

    SealedVersions(DeltaStore store, Ledger ledger, Pins pins) {
        this.store = store;
        this.ledger = ledger;
        this.pins = pins;
    }

    Failure noTable() {
        return new Failure.InputMissing(
                store.path() + " is not a Delta table",
                "Mend --table or the target in the configuration, or run the job that makes the table first.");
    }

    Failure noSeal() {
        return new Failure.Integrity(
                "no seal in " + ledger.path() + " for any version of " + store.path(),
                "Name the ledger that the table was written with.");
    }

    /**
     * The seal of the version to go back to.
     *
     * @throws Failure.Usage if there is no such version or pin
     * @throws Failure.Integrity if the version has no seal, or not the one that was pinned
     */
    Seal chosen(RollbackRequest request, Snapshot table) {
        return request.pin()
                .map(name -> pinned(table.tableId(), name))
                .orElseGet(() -> sealed(table, request.version().orElseThrow()));
    }

    private Seal pinned(String tableId, String name) {
        PinState state = pins.state(tableId);
        Pin pin = state.named(name).orElseThrow(() -> Pins.unknown(state, store.path(), name));
        return pin.requireSeal(ledger.atOrBefore(tableId, pin.version()));
    }

    private Seal sealed(Snapshot table, long version) {
        if (version < 0 || version > table.version()) {
            throw new Failure.Usage(
                    "there is no version " + version + " of " + store.path(),
                    "Versions go from 0 to " + table.version() + "; `lakeproof lineage show` lists the sealed ones.");
        }
        Optional<Seal> nearest = ledger.atOrBefore(table.tableId(), version);
        return nearest.filter(seal -> seal.version() == version)
                .orElseThrow(() -> new Failure.Integrity(
                        "version " + version + " of " + store.path() + " has no seal in " + ledger.path(),
                        nearest.map(seal -> "The nearest sealed version before it is " + seal.version() + "; ")
                                        .orElse("")
                                + "`lakeproof lineage show` lists the sealed versions."));
    }
}
