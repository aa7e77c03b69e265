package io.lakeproof.jobs.recover;

import io.lakeproof.delta.Change;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pins;
import io.lakeproof.lineage.Rollbacks;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.Counts;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Manifest;
import io.lakeproof.model.Outcome;
import io.lakeproof.model.RunKey;
import io.lakeproof.model.Sha256;
import io.lakeproof.run.Attempts;
import io.lakeproof.run.DatedPartitions;
import io.lakeproof.run.RollbackSealing;
import io.lakeproof.run.RunContext;
import io.lakeproof.source.InputListing;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts partitions back to what they held at a sealed version, in a new commit that is sealed. docs/recovery.md has the rules,
 * and what later runs make of it.
 */
public final class RollbackJob {
    private static final Logger LOG = LoggerFactory.getLogger(RollbackJob.class);

    private final RunContext context;
    private final SealedPaths paths;
    private final RollbackRequest request;
    private final DeltaStore store;
    private final RollbackPlanner planner;
    private final RollbackSealing sealing;
    private final RollbackReport report;

    public RollbackJob(RunContext context, SealedPaths paths, RollbackRequest request) {
        this.context = context;
        this.paths = paths;
        this.request = request;
        this.store = new DeltaStore(context.spark(), paths.table());
        Ledger ledger = new Ledger(context.spark(), paths.ledger());
        SealedVersions versions = new SealedVersions(store, ledger, new Pins(context.spark(), paths.pins()));
        this.planner = new RollbackPlanner(context, store, ledger, request, versions);
        this.sealing = new RollbackSealing(context, store, ledger);
        this.report = new RollbackReport(context.facts(), request, paths);
    }

    /**
     * Runs the job; what it learned is in the context's facts.
     *
     * @throws io.lakeproof.error.Failure as the exit codes of the documentation say
     */
    public Outcome run() {
        context.facts().scope(request.scope()).target(store.path());
        request.model().ifPresent(context.facts()::model);
        return Attempts.of(context.runId(), this::attempt);
    }

    private Outcome attempt() {
        context.phase("plan");
        RollbackPlan plan = planner.plan();
        RunKey runKey = runKey(plan);
        context.facts()
                .runKey(runKey.hex())
                .versionBefore(plan.state().version())
                .dates(DatedPartitions.dates(plan.written()));
        LOG.info("{}: planned {} partitions", context.runId(), plan.written().size());
        if (plan.written().isEmpty()) {
            Seal newest = plan.state().newest().orElseThrow();
            report.nothing(plan, newest);
            return newest.runKey().equals(runKey.hex()) ? Outcome.REPLAYED : Outcome.EMPTY;
        }
        if (context.dryRun()) {
            report.plan(plan);
            return Outcome.DONE;
        }
        Seal seal = commit(plan, runKey);
        report.committed(plan, seal);
        return Outcome.REPLACED;
    }

    private Seal commit(RollbackPlan plan, RunKey runKey) {
        context.phase("commit");
        CommitNote note = note(plan, runKey);
        List<String> columns = store.partitionColumns();
        // The files of the version are written again as they are: so many rows to a file as they had.
        Commit commit = store.commit(new ScopeWrite(
                plan.rows(),
                columns,
                Map.of(),
                new Change.Replace(PartitionPredicate.of(columns, plan.written())),
                plan.state().version(),
                note.json(),
                TableState.SEQUENCE,
                plan.state().commitNumber()));
        LOG.info("{}: committed version {} of {}", context.runId(), commit.version(), store.path());
        context.facts().versionAfter(commit.version()).counts(note.counts().orElseThrow());
        context.phase("seal");
        return sealing.seal(note, commit, plan.state().newest().orElseThrow());
    }

    private CommitNote note(RollbackPlan plan, RunKey runKey) {
        List<String> dates = DatedPartitions.dates(plan.written());
        long rows = plan.rowCount();
        return new CommitNote(
                Rollbacks.JOB,
                paths.pipeline(),
                runKey.hex(),
                context.runId(),
                UUID.randomUUID().toString(),
                plan.state().version(),
                Outcome.REPLACED,
                request.scope(),
                Optional.empty(),
                dates,
                List.copyOf(plan.written()),
                settings(plan),
                List.of(new SealedInput(version(plan.target()), dates, plan.expectedHex())),
                context.clock().instant().truncatedTo(ChronoUnit.MICROS),
                Optional.of(new Counts(rows, rows, 0, 0, 0, new TreeMap<>())));
    }

    private RunKey runKey(RollbackPlan plan) {
        return RunKey.of(
                "rollback " + paths.pipeline(),
                store.path(),
                request.scope(),
                new Manifest(List.of(version(plan.target()))),
                settings(plan));
    }

    private String settings(RollbackPlan plan) {
        return new Sha256()
                .raw("lakeproof.rollback.1")
                .text(plan.target().hex())
                .text(request.model().map(model -> "model " + model).orElse(""))
                .hex();
    }

    private InputFile version(Seal target) {
        return new InputFile(
                InputListing.ofUri(InputListing.toUri(store.path())), target.version(), 0, target.tableId());
    }
}
