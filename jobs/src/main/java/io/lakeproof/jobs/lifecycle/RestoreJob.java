package io.lakeproof.jobs.lifecycle;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.Archive;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.Restoring;
import io.lakeproof.lifecycle.StoredObject;
import io.lakeproof.lifecycle.TableObject;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.Lifecycled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks S3 for copies of archived objects that one version of a table needs, and waits for them if told to. */
public final class RestoreJob {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreJob.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final RunContext context;
    private final TableOnS3 table;

    /** A job for one run. */
    public RestoreJob(RunContext context, LifecycleRequest request) {
        this.context = context;
        this.table = TableOnS3.of(context, request);
    }

    /**
     * What to ask for.
     *
     * @param version empty for the newest
     * @param days how long copies stay
     * @param most how long to wait for all copies; empty for not at all
     */
    public record Order(Optional<Long> version, int days, Archive.Speed speed, Optional<Duration> most) {}

    /**
     * Restores.
     *
     * @return {@link Outcome#EMPTY} if everything can be read
     * @throws Failure.Usage if the log has no such version
     * @throws Failure.Conflict if the time is up before everything can be read
     */
    public Outcome run(Order order) {
        Map<String, TableObject> needed = needed(order.version());
        try (Bucket bucket = table.open()) {
            List<String> archived = archived(bucket, needed.keySet());
            Restoring restoring = new Restoring(bucket, table.pace(), context.clock());
            Restoring.Standing standing =
                    restoring.ask(archived, new Restoring.Request(order.days(), order.speed(), !context.dryRun()));
            say(needed.size(), archived.size(), standing, order);
            if (!context.dryRun() && !standing.pending().isEmpty()) {
                LOG.info("{}: asked for {} objects", context.runId(), standing.asked());
                order.most().ifPresent(most -> restoring.await(standing.pending(), most, between(most)));
            }
            return standing.pending().isEmpty() ? Outcome.EMPTY : Outcome.DONE;
        }
    }

    private static Duration between(Duration most) {
        Duration tenth = most.dividedBy(10).plusMillis(1);
        return tenth.compareTo(BETWEEN_LOOKS) < 0 ? tenth : BETWEEN_LOOKS;
    }

    private Map<String, TableObject> needed(Optional<Long> version) {
        String path = table.request().table();
        LogReplay log = new DeltaStore(context.spark(), path).replay();
        NavigableSet<Long> versions = log.versions();
        if (versions.isEmpty()) {
            throw new Failure.InputMissing(
                    path + " is not a Delta table", "Run the job that makes it first, or mend --table.");
        }
        long wanted = version.orElseGet(versions::last);
        if (!versions.contains(wanted)) {
            throw new Failure.Usage(
                    "the log of " + path + " has no version " + wanted,
                    "It has versions " + versions.first() + " to " + versions.last() + ".");
        }
        context.facts().versionAfter(wanted).say("table        " + path + ", version " + wanted);
        Map<String, TableObject> needed = new HashMap<>(ReferredObjects.of(path, table.location(), log.at(wanted)));
        needed.values().removeIf(object -> !table.isAsked(object));
        return needed;
    }

    private List<String> archived(Bucket bucket, Set<String> needed) {
        List<String> archived = new ArrayList<>();
        TreeSet<String> missing = new TreeSet<>(needed);
        for (StoredObject object : bucket.list(table.location().prefix())) {
            if (missing.remove(object.key()) && !object.isReadable()) {
                archived.add(object.key());
            }
        }
        if (!missing.isEmpty()) {
            throw new Failure.Integrity(
                    missing.size() + " objects that the version needs are not in the bucket, the first "
                            + missing.first(),
                    "`lakeproof verify` says what is lost; restore the objects from a backup.");
        }
        return archived;
    }

    private void say(int needed, int archived, Restoring.Standing standing, Order order) {
        context.facts()
                .say("objects      " + Text.count(needed) + " that the version needs, event dates "
                        + table.request().dates() + "; " + Text.count(archived) + " are archived")
                .say("restore      " + Text.count(standing.asked())
                        + (context.dryRun() ? " to be asked for, " : " asked for, ")
                        + Text.count(standing.restoring()) + " were asked for before, "
                        + Text.count(standing.readable())
                        + " have a copy; copies stay " + order.days() + " days, " + order.speed())
                .lifecycled(Lifecycled.NOTHING
                        .with("objects", needed)
                        .with("archived", archived)
                        .with("restoreAsked", standing.asked())
                        .with("restoring", standing.restoring())
                        .with("restored", standing.readable()));
    }
}
