package io.lakeproof.jobs.retain;

import io.lakeproof.delta.LogReplay;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.Promise;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets a pin on a sealed version: {@code retain} then deletes nothing that the version needs. */
public final class PinJob {
    private static final Logger LOG = LoggerFactory.getLogger(PinJob.class);

    private final RunContext context;
    private final PinRequest request;
    private final PinnedTable table;

    /** A job for one run. */
    public PinJob(RunContext context, PinRequest request) {
        this.context = context;
        this.request = request;
        this.table = PinnedTable.of(context, request.table());
    }

    /**
     * Pins.
     *
     * @return {@link Outcome#REPLAYED} if the version has this pin already
     * @throws Failure.Usage if the name cannot be one, or there is no such version
     * @throws Failure.Configuration if the version has no seal, or the name is on another version
     * @throws Failure.Integrity if a file that the version needs is gone
     */
    public Outcome run() {
        LogReplay log = table.store().replay();
        Pin pin = pin(log);
        boolean isNew = table.pins().wouldPin(pin);
        requireFiles(log, pin);
        if (!context.dryRun()) {
            isNew = table.pins().pin(pin);
            LOG.info("{}: pin {} holds version {} of {}", context.runId(), pin.name(), pin.version(), pin.tablePath());
        }
        context.facts().versionAfter(pin.version()).digest(pin.digest());
        String what = isNew ? context.dryRun() ? "would hold" : "holds" : "held before";
        context.facts()
                .say("pin          " + pin.name() + " " + what + " version " + pin.version() + " of "
                        + table.store().path())
                .say("digest       " + pin.digest());
        List<Pin> pins = new ArrayList<>(table.state().all());
        pins.add(pin);
        long keepDays = request.table().retentionDays().orElse(0);
        new TimeTravel(context, table.store())
                .raise(Promise.of(log, pins, keepDays, context.clock().instant()));
        return isNew || context.dryRun() ? Outcome.DONE : Outcome.REPLAYED;
    }

    private Pin pin(LogReplay log) {
        requireKnown(log.versions());
        Optional<Seal> seal = table.ledger().atOrBefore(table.id(), request.version());
        if (seal.filter(s -> s.version() == request.version()).isEmpty()) {
            throw new Failure.Configuration(
                    "version " + request.version() + " of " + table.store().path() + " has no seal in "
                            + table.ledger().path(),
                    seal.map(s -> "Pin version " + s.version() + ", the last sealed one before it.")
                            .orElse("`lakeproof lineage show` lists the sealed versions."));
        }
        try {
            return Pin.of(
                    request.name(),
                    seal.get(),
                    context.runId(),
                    context.clock().instant().truncatedTo(ChronoUnit.MICROS),
                    request.note());
        } catch (IllegalArgumentException e) {
            throw new Failure.Usage(String.valueOf(e.getMessage()), "Choose another name, for example release-7.");
        }
    }

    private void requireKnown(NavigableSet<Long> versions) {
        if (!versions.contains(request.version())) {
            throw new Failure.Usage(
                    "the log of " + table.store().path() + " has no version " + request.version(),
                    "It has versions " + versions.first() + " to " + versions.last()
                            + "; `lakeproof lineage show` lists the sealed ones.");
        }
    }

    private void requireFiles(LogReplay log, Pin pin) {
        Optional<String> missing =
                new TableFiles(table.store().path(), context.hadoop()).missing(log.at(pin.version()));
        if (missing.isPresent()) {
            throw new Failure.Integrity(
                    "version " + pin.version() + " of " + pin.tablePath() + " cannot be pinned: its file "
                            + missing.get() + " is gone",
                    "Restore the file from a backup, or pin a newer version.");
        }
    }
}
