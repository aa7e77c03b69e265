package io.lakeproof.jobs.curate;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.lineage.SourceDates.EVENT_DATE;

import io.lakeproof.config.CurateConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedSource;
import io.lakeproof.model.Counts;
import io.lakeproof.model.CuratedScope;
import io.lakeproof.model.ModelVersion;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedCommit;
import io.lakeproof.run.CuratedJob;
import io.lakeproof.run.CuratedPlan;
import io.lakeproof.run.CuratedPlanner;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRun;
import io.lakeproof.run.FileLayout;
import io.lakeproof.run.RunContext;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Selects rows of a sealed table into the partitions of the scope's dates and of one model version, which are replaced as a
 * whole. docs/curate.md has the rules.
 */
public final class CurateJob extends CuratedJob<CurateInputs> {
    private static final Logger LOG = LoggerFactory.getLogger(CurateJob.class);
    private static final String JOB = "curate";

    private final CurateConfig config;
    private final CurateReport report;

    /** @throws Failure.Configuration if the pipeline has no section {@code curate} */
    public CurateJob(RunContext context, PipelineConfig pipeline, CuratedRequest request) {
        super(
                context,
                pipeline,
                work(required(pipeline)),
                request,
                required(pipeline).retentionDays());
        this.config = required(pipeline);
        this.report = new CurateReport(context.facts(), pipeline, config);
    }

    private static CuratedPlanner.Work work(CurateConfig config) {
        ModelVersion model = new ModelVersion(config.version(), config.definitionsDigest());
        return new CuratedPlanner.Work(JOB, config.target(), model, config.curateDigest());
    }

    private static CurateConfig required(PipelineConfig pipeline) {
        return pipeline.curate()
                .orElseThrow(() -> pipeline.problem(
                        "curate",
                        "is missing",
                        "Add the section, for example curate { select = [user_id, event_time, value], version = v1,"
                                + " target = \"out/curated\" }"));
    }

    @Override
    protected CurateInputs inputs() {
        return new CurateInputs(
                pipeline, config, SealedSource.newest(new DeltaStore(context.spark(), config.source()), ledger));
    }

    @Override
    protected void replayed(CuratedPlan plan, CurateInputs inputs, Seal seal) {
        context.facts().sourceRows(inputs.dates().rowsOf(plan.scope().dates()));
        report.replayed(seal);
    }

    @Override
    protected void planned(CuratedPlan plan, CurateInputs inputs) {
        requireColumns(plan, inputs);
        report.plan(plan, inputs);
    }

    @Override
    protected CuratedRun publish(CuratedPlan plan, CurateInputs inputs) {
        context.phase("count");
        List<String> added = requireColumns(plan, inputs);
        SortedSet<String> dates = inputs.dates().among(plan.scope().dates());
        context.facts().sourceRows(inputs.dates().rowsOf(dates));
        Dataset<Row> source = inputs.dates().read(dates);
        Gate gate = new Gate(config, inputs.selection());
        gate.requireInside(source);
        Dataset<Row> rows = inputs.selection().of(source);
        SortedMap<String, Long> rowsByDate = gate.rowsByDate(rows);
        long count = rowsByDate.values().stream().mapToLong(Long::longValue).sum();
        Counts counts = new Counts(count, count, 0, 0, 0, new TreeMap<>());
        context.facts().counts(counts);
        LOG.info("{}: selected {} rows of {} dates", context.runId(), count, rowsByDate.size());
        if (count == 0 && !plan.empties(request, "the select has no row in " + config.source())) {
            report.empty(plan);
            return new CuratedRun(Outcome.EMPTY, Optional.empty());
        }
        CuratedCommit commit = new CuratedCommit(
                pipeline.name(),
                plan.runKey(),
                plan.scope(),
                config.curateDigest(),
                List.of(plan.input()),
                counts,
                plan.replaces());
        FileLayout layout = new FileLayout(config.targetFileSize(), config.clusterBy());
        SortedMap<String, Integer> files = files(layout, plan, inputs, rowsByDate);
        Seal seal = table.replace(
                commit,
                plan.state(),
                rows,
                quoted(EVENT_DATE),
                placed -> layout.of(placed, CuratedScope.COLUMNS, files));
        report.committed(plan, added, seal);
        return new CuratedRun(seal.outcome(), Optional.of(seal));
    }

    /** How many files each partition shall be, by what its rows are likely to take. */
    private SortedMap<String, Integer> files(
            FileLayout layout, CuratedPlan plan, CurateInputs inputs, SortedMap<String, Long> rowsByDate) {
        double perRow = new RowSize(plan, inputs, table.store()).bytes();
        SortedMap<String, Integer> files = new TreeMap<>();
        rowsByDate.forEach((date, rows) ->
                files.put(CuratedScope.partition(date, config.version()), layout.files((long) (rows * perRow))));
        return files;
    }

    private List<String> requireColumns(CuratedPlan plan, CurateInputs inputs) {
        List<String> added = table.newColumns(plan.state(), inputs.selection().schema());
        if (!added.isEmpty() && request.newColumns() == CuratedRequest.Permission.REFUSED) {
            throw pipeline.problem(
                    "curate.select",
                    "makes columns that " + config.target() + " does not have: " + added,
                    "Run with --merge-schema to add them; they are null in all rows that are stored.");
        }
        return added;
    }
}
