package io.lakeproof.jobs.retain;

import static io.lakeproof.jobs.retain.RetainRequest.LEAST_DAYS;

import io.lakeproof.delta.LogReplay;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.PinState;
import io.lakeproof.lineage.Promise;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.Retained;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the data files of a table that no promised and no pinned version needs. Delta's own VACUUM knows no pins. A run that
 * dies half way is run again: what it deletes is worked out anew from the log, the pins and the folder.
 */
public final class RetainJob {
    private static final Logger LOG = LoggerFactory.getLogger(RetainJob.class);
    private static final int SHOWN = 20;

    private final RunContext context;
    private final RetainRequest request;
    private final PinnedTable table;
    private final TableFiles files;
    private final Instant now;

    /** A job for one run. */
    public RetainJob(RunContext context, RetainRequest request) {
        this.context = context;
        this.request = request;
        this.table = PinnedTable.of(context, request.table());
        this.files = new TableFiles(table.store().path(), context.hadoop());
        this.now = context.clock().instant();
    }

    /**
     * Retains.
     *
     * @return {@link Outcome#EMPTY} if there is nothing to delete
     * @throws Failure.Integrity if the log of a promised or pinned version is damaged or gone; nothing is deleted then
     * @throws Failure.Conflict if somebody sets or takes off a pin meanwhile; nothing is deleted then
     */
    public Outcome run() {
        context.phase("plan");
        PinState pins = table.state();
        LogReplay log = table.store().replay();
        Promise promise = Promise.of(log, pins.all(), request.days(), now);
        List<FileStatus> doomed = unneeded(files.list(), promise.needed(log, files::neededBy));
        say(promise, doomed);
        TimeTravel travel = new TimeTravel(context, table.store());
        if (request.keepDays().isPresent()) {
            travel.set(promise);
        } else {
            travel.raise(promise);
        }
        context.facts()
                .versionBefore(promise.newest())
                .versionAfter(table.store().version());
        if (!context.dryRun() && !doomed.isEmpty()) {
            delete(pins, promise, doomed);
        }
        return doomed.isEmpty() && !context.dryRun() ? Outcome.EMPTY : Outcome.DONE;
    }

    /** What nobody needs, and no run can be about to commit. */
    private List<FileStatus> unneeded(List<FileStatus> present, Set<String> needed) {
        long latest = now.minus(Duration.ofDays(LEAST_DAYS)).toEpochMilli();
        return present.stream()
                .filter(file -> file.getModificationTime() < latest)
                .filter(file -> !needed.contains(TableFiles.key(file.getPath())))
                .toList();
    }

    private void delete(PinState pins, Promise promise, List<FileStatus> planned) {
        context.phase("delete");
        // From here on no pin can be set on a version that loses files, and none that was not seen has been.
        table.pins()
                .release(
                        pins,
                        table.id(),
                        table.store().path(),
                        promise.oldest(),
                        context.runId(),
                        now.truncatedTo(ChronoUnit.MICROS));
        // Versions that came meanwhile may have taken old files back, as RESTORE does.
        Set<String> neededSince = new TreeSet<>();
        LogReplay log = table.store().replay();
        log.each(promise.newest(), log.versions().last(), version -> neededSince.addAll(files.neededBy(version)));
        List<FileStatus> doomed = unneeded(planned, neededSince);
        long deleted = 0;
        for (FileStatus file : doomed) {
            files.delete(file.getPath());
            deleted++;
            context.facts().retained(retained(promise, planned, deleted));
        }
        LOG.info(
                "{}: deleted {} files of {}",
                context.runId(),
                deleted,
                table.store().path());
        context.facts().say("deleted      " + deleted + " files");
    }

    private void say(Promise promise, List<FileStatus> doomed) {
        Retained retained = retained(promise, doomed, 0);
        context.facts()
                .retained(retained)
                .say("keeps        versions " + promise.oldest() + " to " + promise.newest() + " of "
                        + table.store().path() + ", promised for " + promise.keepDays() + " days");
        promise.pins()
                .forEach(pin -> context.facts().say("             version " + pin.version() + ", pin " + pin.name()));
        context.facts()
                .say("unneeded     " + doomed.size() + " files of " + retained.bytes() + " bytes, older than "
                        + LEAST_DAYS + " days");
        doomed.stream()
                .limit(SHOWN)
                .forEach(file -> context.facts()
                        .say("             " + files.name(file.getPath()) + "  " + file.getLen() + " bytes"));
        if (doomed.size() > SHOWN) {
            context.facts().say("             … and " + (doomed.size() - SHOWN) + " more");
        }
    }

    private static Retained retained(Promise promise, List<FileStatus> doomed, long deleted) {
        long bytes = doomed.stream().mapToLong(FileStatus::getLen).sum();
        return new Retained(promise.keepDays(), promise.oldest(), promise.pins().size(), doomed.size(), bytes, deleted);
    }
}
