package io.lakeproof.jobs.retain;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.PinState;
import io.lakeproof.lineage.Pins;
import io.lakeproof.run.RunContext;

/** A sealed table with its ledger and its pins. */
record PinnedTable(DeltaStore store, String id, Ledger ledger, Pins pins) {
    /**
     * Looks at the table.
     *
     * @throws Failure.InputMissing if there is no table
     * @throws Failure.Integrity if this ledger has no seal of it: its pins may then be elsewhere, too
     */
    static PinnedTable of(RunContext context, TablePlace place) {
        context.facts().target(place.table());
        DeltaStore store = new DeltaStore(context.spark(), place.table());
        String id = store.current()
                .map(Snapshot::tableId)
                .orElseThrow(() -> new Failure.InputMissing(
                        place.table() + " is not a Delta table", "Run the job that makes it first, or mend --table."));
        Ledger ledger = new Ledger(context.spark(), place.ledger());
        if (ledger.newest(id).isEmpty()) {
            throw new Failure.Integrity(
                    "no seal in " + ledger.path() + " for any version of " + place.table(),
                    "Name the ledger that the table was written with; its pins are beside it.");
        }
        return new PinnedTable(store, id, ledger, new Pins(context.spark(), place.pins()));
    }

    PinState state() {
        return pins.state(id);
    }
}
