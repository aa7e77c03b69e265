package io.lakeproof.jobs.retain;

import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.PinState;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import java.util.NavigableSet;

/** Lists the pins of a table, and whether the log still has their versions. */
public final class PinsJob {
    private final RunContext context;
    private final PinnedTable table;

    /** A job for one run. */
    public PinsJob(RunContext context, TablePlace place) {
        this.context = context;
        this.table = PinnedTable.of(context, place);
    }

    /** Lists. */
    public Outcome run() {
        PinState state = table.state();
        NavigableSet<Long> versions = table.store().replay().versions();
        context.facts()
                .say("pins         " + state.pins().size() + " of "
                        + table.store().path());
        for (Pin pin : state.all()) {
            context.facts().say("             " + line(pin) + (versions.contains(pin.version()) ? "" : "  LOG GONE"));
        }
        if (state.floor() >= 0) {
            context.facts()
                    .say("retained     version " + state.floor() + " and later ones; older ones only with a pin");
        }
        return Outcome.DONE;
    }

    private static String line(Pin pin) {
        return pin.name() + "  version " + pin.version() + ", digest " + pin.digest() + ", set at " + pin.at()
                + " by run " + pin.runId() + (pin.note().isEmpty() ? "" : ": " + pin.note());
    }
}
