package io.lakeproof.jobs.lifecycle;

import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.ObjectTags;
import io.lakeproof.lifecycle.Reconciler;
import io.lakeproof.lifecycle.TableObject;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.Lifecycled;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tags of a table's objects in line with the tiers; only those that differ are written. A run that dies half way is
 * run again: what it wrote does not differ any more.
 */
public final class ApplyJob {
    /** Requests under way at a time; the pace holds beside it. */
    static final int THREADS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(ApplyJob.class);

    private final RunContext context;
    private final TableOnS3 table;

    /** A job for one run. */
    public ApplyJob(RunContext context, LifecycleRequest request) {
        this.context = context;
        this.table = TableOnS3.of(context, request);
    }

    /**
     * Applies.
     *
     * @return {@link Outcome#EMPTY} if every object has the tags that it shall have
     * @throws Failure.Configuration if objects have so many tags of others that ours have no room; all others have theirs then
     * @throws Failure.Integrity if the log cannot tell which objects are needed; nothing is written then
     */
    public Outcome run() {
        context.phase("plan");
        ReferredObjects referred = ReferredObjects.of(table);
        List<Reconciler.Wanted> wanted = wanted(table, referred);
        context.facts()
                .versionAfter(referred.newest())
                .say("table        " + table.request().table() + ", " + referred.versions() + ", as of " + table.asOf())
                .say("objects      " + Text.count(wanted.size()) + " of "
                        + Text.count(referred.objects().size()) + " that the retained log refers to, event dates "
                        + table.request().dates());
        context.phase("tag");
        Reconciler.Tally tally;
        try (Bucket bucket = table.open()) {
            tally = new Reconciler(bucket, table.pace(), THREADS, !context.dryRun()).run(wanted);
        }
        LOG.info(
                "{}: wrote the tags of {} of {} objects of {}",
                context.runId(),
                context.dryRun() ? 0 : tally.written(),
                tally.read(),
                table.request().table());
        context.facts()
                .lifecycled(numbers(
                        Lifecycled.NOTHING.with("objects", referred.objects().size()), tally))
                .say("tags         " + Text.count(tally.written()) + (context.dryRun() ? " to write, " : " written, ")
                        + Text.count(tally.same()) + " were as they shall be, " + Text.count(tally.missing())
                        + " objects are not there");
        sayFull(table, tally);
        if (tally.full() > 0) {
            throw new Failure.Configuration(
                    tally.full() + " objects have so many tags of others that ours do not fit into the "
                            + ObjectTags.MOST + " that S3 allows, for example "
                            + tally.shown().get(0)
                            + "; their tags are as they were, all other objects are done",
                    "Take tags off these objects, then run again.");
        }
        return tally.differing() == 0 && !context.dryRun() ? Outcome.EMPTY : Outcome.DONE;
    }

    static List<Reconciler.Wanted> wanted(TableOnS3 table, ReferredObjects referred) {
        return referred.objects().values().stream()
                .filter(table::isAsked)
                .sorted(Comparator.comparing(TableObject::key))
                .map(object -> new Reconciler.Wanted(object.key(), table.tags(object)))
                .toList();
    }

    static void sayFull(TableOnS3 table, Reconciler.Tally tally) {
        tally.shown().forEach(key -> table.context().facts().say("NO ROOM      " + key));
    }

    static Lifecycled numbers(Lifecycled numbers, Reconciler.Tally tally) {
        return numbers.with("tagsRead", tally.read())
                .with("tagsSame", tally.same())
                .with("tagsWritten", tally.written())
                .with("tagsNoRoom", tally.full())
                .with("tagsMissing", tally.missing());
    }
}
