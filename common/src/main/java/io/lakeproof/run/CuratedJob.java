package io.lakeproof.run;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedSource;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job that builds dates of one model version of a curated table: plan, replay or publish. docs/commit-protocol.md has the
 * steps.
 *
 * @param <D> what the rows are made from
 */
public abstract class CuratedJob<D extends CuratedPlanner.Dependence> implements ScopedJob {
    private static final Logger LOG = LoggerFactory.getLogger(CuratedJob.class);

    protected final RunContext context;
    protected final PipelineConfig pipeline;
    protected final CuratedRequest request;
    protected final Ledger ledger;
    protected final CuratedTable table;
    private final CuratedPlanner.Work work;
    private final CuratedPlanner planner;

    /**
     * Of one request.
     *
     * @param retentionDays how many days old versions are kept, if this job creates the table
     */
    protected CuratedJob(
            RunContext context,
            PipelineConfig pipeline,
            CuratedPlanner.Work work,
            CuratedRequest request,
            int retentionDays) {
        this.context = context;
        this.pipeline = pipeline;
        this.request = request;
        this.work = work;
        this.ledger = new Ledger(context.spark(), pipeline.ledgerPath());
        this.table = new CuratedTable(context, work.job(), work.target(), ledger, retentionDays);
        this.planner = new CuratedPlanner(pipeline, work, request, ledger);
    }

    @Override
    public final CuratedRun run() {
        named();
        return Attempts.of(context.runId(), this::attempt);
    }

    @Override
    public final SortedSet<String> datesToBuild() {
        named();
        D inputs = inputs();
        return planner.plan(inputs, table.state()).scope().dates();
    }

    private void named() {
        context.facts().scope(request.scope()).model(work.model().name()).target(work.target());
    }

    private CuratedRun attempt() {
        context.phase("plan");
        D inputs = inputs();
        TableState state = table.state();
        CuratedPlan plan = planner.plan(inputs, state);
        SortedSet<String> dates = plan.scope().dates();
        context.facts()
                .runKey(plan.runKey().hex())
                .versionBefore(state.version())
                .dates(List.copyOf(dates));
        LOG.info(
                "{}: planned {} dates of model {}",
                context.runId(),
                dates.size(),
                work.model().name());
        if (plan.sealed().isPresent()) {
            replayed(plan, inputs, plan.sealed().get());
            return new CuratedRun(Outcome.REPLAYED, plan.sealed());
        }
        if (context.dryRun()) {
            planned(plan, inputs);
            return new CuratedRun(Outcome.DONE, Optional.empty());
        }
        requireReadable(plan, inputs);
        return publish(plan, inputs);
    }

    private void requireReadable(CuratedPlan plan, D inputs) {
        SealedSource source = inputs.dates().source();
        List<String> columns = source.store().partitionColumns();
        Set<String> reached = plan.input().partitions().keySet();
        source.store().requireReadable(source.version(), file -> reached.contains(file.partitionPath(columns)));
    }

    /** The source as it is now. */
    protected abstract D inputs();

    /** Says that an earlier run had done the work. */
    protected abstract void replayed(CuratedPlan plan, D inputs, Seal seal);

    /** Says what would be read and written. */
    protected abstract void planned(CuratedPlan plan, D inputs);

    /** Reads, checks, commits, seals, reports. */
    protected abstract CuratedRun publish(CuratedPlan plan, D inputs);
}
