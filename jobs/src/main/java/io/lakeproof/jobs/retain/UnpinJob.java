package io.lakeproof.jobs.retain;

import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.PinState;
import io.lakeproof.lineage.Pins;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a pin off. Nothing is deleted before {@code retain} runs. */
public final class UnpinJob {
    private static final Logger LOG = LoggerFactory.getLogger(UnpinJob.class);

    private final RunContext context;
    private final PinnedTable table;

    /** A job for one run. */
    public UnpinJob(RunContext context, TablePlace place) {
        this.context = context;
        this.table = PinnedTable.of(context, place);
    }

    /**
     * Unpins.
     *
     * @return {@link Outcome#REPLAYED} if the pin was taken off before
     * @throws Failure.Usage if there never was such a pin
     */
    public Outcome run(String name) {
        PinState state = table.state();
        String path = table.store().path();
        Optional<Pin> pin = state.named(name);
        if (pin.isEmpty() && !state.released().contains(name)) {
            throw Pins.unknown(state, path, name);
        }
        pin.ifPresent(known -> context.facts().versionAfter(known.version()).digest(known.digest()));
        if (pin.isEmpty()) {
            context.facts().say("unpin        " + name + " of " + path + " was taken off before");
            return Outcome.REPLAYED;
        }
        if (!context.dryRun()) {
            table.pins()
                    .unpin(
                            table.id(),
                            path,
                            name,
                            context.runId(),
                            context.clock().instant().truncatedTo(ChronoUnit.MICROS));
            LOG.info("{}: pin {} of {} is off", context.runId(), name, path);
        }
        context.facts()
                .say("unpin        " + name + (context.dryRun() ? " would no longer hold" : " no longer holds")
                        + " version " + pin.get().version() + " of " + path);
        return Outcome.DONE;
    }
}
