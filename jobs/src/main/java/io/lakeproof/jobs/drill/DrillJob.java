package io.lakeproof.jobs.drill;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pins;
import io.lakeproof.lineage.Rollbacks;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.Foreign;
import io.lakeproof.run.RunContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows that a sealed version can be recovered: restores it from the table or from a copy, compares its content with the seal, makes
 * it again from its inputs, and compares once more. Everything that it writes lies in the scratch. docs/drill.md has the steps.
 */
public final class DrillJob {
    private static final Logger LOG = LoggerFactory.getLogger(DrillJob.class);
    private static final int NAMED = 50;
    private static final String FEATURES = "features";
    private static final String WINDOW = "window";

    /** The jobs whose seals say which inputs a clean table stands on. */
    private static final Set<String> LOADING = Set.of("dedup", "requeue");

    private final RunContext context;
    private final PipelineConfig pipeline;
    private final DrillRequest request;
    private final Ledger ledger;
    private final Workplace at;
    private final DrillReport report;

    /** @param jobs that make tables again */
    public DrillJob(RunContext context, PipelineConfig pipeline, DrillRequest request, Recompute jobs) {
        this.context = context;
        this.pipeline = pipeline;
        this.request = request;
        this.ledger = new Ledger(context.spark(), pipeline.ledgerPath());
        Scratch scratch = new Scratch(request.scratch(), context.hadoop());
        this.at = new Workplace(context, pipeline, request, ledger, scratch, jobs, new Findings());
        this.report = new DrillReport(context, request, at.findings());
    }

    /**
     * Runs the drill.
     *
     * @throws Failure.Integrity naming each partition that could not be restored or made again as it was sealed
     */
    public Outcome run() {
        context.facts().target(request.table());
        try {
            drill();
        } catch (RuntimeException | LinkageError e) {
            report.failed(Foreign.explained(e));
            throw e;
        }
        if (!context.dryRun()) {
            report.succeeded();
            if (request.clean()) {
                at.scratch().delete();
            }
        }
        return Outcome.DONE;
    }

    private void drill() {
        List<String> others = new ArrayList<>(List.of(request.table(), request.source()));
        request.sourceBackup().ifPresent(others::add);
        at.scratch().requireApart(pipeline, others);
        DeltaStore source = new DeltaStore(context.spark(), request.source());
        Restorable version = Restorable.of(request, source, ledger, new Pins(context.spark(), pipeline.pinsPath()));
        History history = History.of(ledger, version.tableId(), version.version(), CleanAgain.readsWhole(at));
        chosen(version, history);
        Optional<Again> again = request.recompute() ? Optional.of(again(version, history)) : Optional.empty();
        if (context.dryRun()) {
            plan(version, again);
            return;
        }
        again.ifPresent(DrillJob::requireReadable);
        restore(version);
        again.ifPresent(this::recompute);
        requireParity(version);
    }

    private void chosen(Restorable version, History history) {
        Seal seal = version.seal();
        Instant now = context.clock().instant();
        Instant newest = history.newest().orElse(seal.sealedAt());
        at.findings()
                .chosen(
                        version,
                        history,
                        history.behind() == 0 ? Duration.ZERO : Duration.between(seal.sealedAt(), newest),
                        Duration.between(seal.sealedAt(), now));
        context.facts()
                .versionAfter(version.version())
                .runKey(seal.runKey())
                .digest(seal.digest().hex());
        noteFacts();
    }

    private void noteFacts() {
        context.facts().drilled(at.findings().drilled(request.source(), request.scratch()));
    }

    private void plan(Restorable version, Optional<Again> again) {
        context.facts()
                .say("would restore version " + version.version() + " of " + request.source() + ", "
                        + version.seal().digest().rows() + " rows in "
                        + version.seal().digest().partitions().size() + " partitions, into "
                        + at.scratch().restored());
        again.ifPresent(way -> way.plan().forEach(context.facts()::say));
    }

    /** What is gone is found when it is made again: a drill restores all the same. */
    private static void requireReadable(Again again) {
        try {
            again.requireReadable();
        } catch (Failure.Archived e) {
            throw e;
        } catch (Failure e) {
            LOG.info("what the version was made from cannot be looked at: {}", e.problem());
        }
    }

    private void restore(Restorable version) {
        Instant start = context.clock().instant();
        Comparison comparison = at.restore()
                .of(
                        version.source(),
                        version.version(),
                        version.seal(),
                        at.scratch().restored());
        Duration time = Duration.between(start, context.clock().instant());
        boolean isThere = new DeltaStore(context.spark(), at.scratch().restored()).exists();
        at.findings()
                .restored(
                        comparison,
                        time,
                        isThere ? at.scratch().bytes(at.scratch().restored()) : 0);
        LOG.info(
                "{}: restored in {}, {} differences",
                context.runId(),
                time,
                comparison.bad().size());
        noteFacts();
    }

    /** If the restore has already failed, what goes wrong here is one more finding. */
    private void recompute(Again again) {
        Instant start = context.clock().instant();
        try {
            again.make();
            at.findings().recomputed(Duration.between(start, context.clock().instant()));
        } catch (Failure e) {
            if (at.findings().differences().isEmpty()) {
                throw e;
            }
            at.findings().note(e.problem());
        }
        noteFacts();
    }

    private Again again(Restorable version, History history) {
        Set<String> jobs = history.jobs().keySet();
        Seal seal = version.seal();
        if (!jobs.contains(FEATURES)) {
            requireNoRollback(history, version.version(), request.table());
        }
        if (LOADING.containsAll(jobs)) {
            return new CleanAgain(at, seal, history, Optional.empty());
        }
        if (jobs.equals(Set.of(WINDOW))) {
            return windowed(history.made().orElse(seal));
        }
        if (jobs.contains(FEATURES)) {
            return new FeaturesAgain(
                    at, seal, history, version.source().read(version.version()).schema());
        }
        List<String> others = new ArrayList<>(jobs);
        others.removeAll(LOADING);
        throw new Failure.Configuration(
                "version " + version.version() + " of " + request.table() + " stands on runs of the job "
                        + String.join(", ", others) + ", which a drill cannot run again",
                "Restore without making it again: --no-recompute.");
    }

    /** A windowed table is made of a version of the clean table, and that of its inputs. */
    private Again windowed(Seal seal) {
        InputFile clean = seal.inputs().get(0).file();
        String id = String.valueOf(clean.etag());
        Seal cleanSeal = ledger.atOrBefore(id, clean.length())
                .filter(found -> found.version() == clean.length())
                .orElseThrow(() -> new Failure.Integrity(
                        "no seal in " + ledger.path() + " for version " + clean.length() + " of " + clean.path()
                                + ", which the windowed table was made of",
                        "Name the ledger that the tables were written with."));
        History history = History.of(ledger, id, clean.length(), CleanAgain.readsWhole(at));
        requireNoRollback(history, clean.length(), clean.path());
        return new CleanAgain(at, cleanSeal, history, Optional.of(seal));
    }

    /** Of a table of features, the partitions that were rolled back are not made again; any other table is made as a whole. */
    private static void requireNoRollback(History history, long version, String path) {
        if (history.jobs().containsKey(Rollbacks.JOB)) {
            throw new Failure.Configuration(
                    "version " + version + " of " + path
                            + " stands on a rollback, which a drill cannot follow to the inputs"
                            + " of the version that it went back to",
                    "Restore without making it again: --no-recompute; or drill a version before the rollback.");
        }
    }

    private void requireParity(Restorable version) {
        List<String> differences = at.findings().differences();
        if (differences.isEmpty()) {
            return;
        }
        List<String> named = new ArrayList<>(differences.subList(0, Math.min(NAMED, differences.size())));
        if (named.size() < differences.size()) {
            named.add("… and " + (differences.size() - named.size()) + " more; --report has them");
        }
        named.addAll(at.findings().notes());
        throw new Failure.Integrity(
                "the drill of version " + version.version() + " of " + request.table() + " failed; "
                        + differences.size()
                        + (differences.size() == 1 ? " difference" : " differences") + ":\n  "
                        + String.join("\n  ", named),
                "What differs once restored is lost in " + request.source()
                        + ": try another copy with --backup, or load these partitions again from their inputs."
                        + " What differs only once recomputed can be restored, but no longer be made again.");
    }
}
