package io.lakeproof.jobs.features;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.to_date;

import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedSource;
import io.lakeproof.model.Counts;
import io.lakeproof.model.ModelVersion;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedCommit;
import io.lakeproof.run.CuratedJob;
import io.lakeproof.run.CuratedPlan;
import io.lakeproof.run.CuratedPlanner;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRun;
import io.lakeproof.run.Quarantine;
import io.lakeproof.run.RunContext;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the features of a scope from the clean table: one row for each of its rows, in the partitions of the scope's dates and of
 * one model version, which are replaced as a whole. The result is that of a run over all dates. docs/features.md has the rules.
 */
public final class FeaturesJob extends CuratedJob<FeatureInputs> {
    private static final Logger LOG = LoggerFactory.getLogger(FeaturesJob.class);
    private static final String JOB = "features";

    private final FeaturesConfig config;
    private final FeaturesReport report;

    /** @throws Failure.Configuration if the pipeline has no features */
    public FeaturesJob(RunContext context, PipelineConfig pipeline, CuratedRequest request) {
        super(
                context,
                pipeline,
                work(required(pipeline)),
                request,
                required(pipeline).retentionDays());
        this.config = required(pipeline);
        this.report = new FeaturesReport(context.facts(), pipeline, config);
    }

    private static CuratedPlanner.Work work(FeaturesConfig config) {
        ModelVersion model = new ModelVersion(config.version(), config.definitionsDigest());
        return new CuratedPlanner.Work(JOB, config.target(), model, config.featuresDigest());
    }

    /**
     * The features of a pipeline.
     *
     * @throws Failure.Configuration if it has none
     */
    public static FeaturesConfig required(PipelineConfig pipeline) {
        return pipeline.features()
                .orElseThrow(() -> pipeline.problem(
                        "features",
                        "is missing",
                        "Add the section, for example features { entity = user_id, version = v1, target = \"out/features\","
                                + " define { sum_7d { sum = value, range = P7D } } }"));
    }

    @Override
    protected FeatureInputs inputs() {
        return new FeatureInputs(
                pipeline, config, SealedSource.newest(new DeltaStore(context.spark(), config.source()), ledger));
    }

    @Override
    protected void replayed(CuratedPlan plan, FeatureInputs inputs, Seal seal) {
        report.replayed(seal);
    }

    @Override
    protected void planned(CuratedPlan plan, FeatureInputs inputs) {
        report.plan(plan, inputs);
    }

    @Override
    protected CuratedRun publish(CuratedPlan plan, FeatureInputs inputs) {
        SortedSet<String> dates = inputs.dates().among(plan.scope().dates());
        Counts counts = counts(plan, inputs, dates);
        String why = counts.read() == 0 ? "no row in " + config.source() : "every row was refused";
        if (counts.kept() == 0 && !plan.empties(request, why)) {
            report.empty(plan, counts);
            return new CuratedRun(Outcome.EMPTY, Optional.empty());
        }
        context.phase("read");
        try (FeatureRows rows = inputs.rows(dates)) {
            CuratedCommit commit = new CuratedCommit(
                    pipeline.name(),
                    plan.runKey(),
                    plan.scope(),
                    config.featuresDigest(),
                    List.of(plan.input()),
                    counts,
                    plan.replaces());
            Seal seal = table.replace(commit, plan.state(), rows.features(), eventDate());
            report.committed(plan, rows, seal);
            return new CuratedRun(seal.outcome(), Optional.of(seal));
        }
    }

    /** Counts what is read and refused, and writes what is refused to the quarantine. */
    private Counts counts(CuratedPlan plan, FeatureInputs inputs, SortedSet<String> dates) {
        context.phase("count");
        long read = inputs.dates().rowsOf(dates);
        Dataset<Row> rows = inputs.dates().read(dates);
        requireDates(rows);
        SortedMap<String, Long> refused = inputs.finite().count(rows);
        long count = refused.values().stream().mapToLong(Long::longValue).sum();
        Counts counts = new Counts(read, read - count, 0, 0, 0, refused);
        context.facts().counts(counts);
        if (count > 0) {
            new Quarantine(context.spark(), pipeline.quarantinePath())
                    .replace(
                            inputs.finite().refused(rows, plan.input().file().path()),
                            pipeline.name(),
                            plan.runKey().hex(),
                            UUID.randomUUID().toString());
            LOG.info("{}: quarantined {} rows", context.runId(), count);
        }
        if (pipeline.quality().maxQuarantined().exceededBy(count, read)) {
            throw new Failure.DataGate(
                    count + " of " + read + " rows were refused " + refused + ", more than quality.max-quarantined = "
                            + pipeline.quality().maxQuarantined() + "; no features were written",
                    "Look into " + pipeline.quarantinePath() + " for run key " + plan.runKey() + ".");
        }
        return counts;
    }

    /** The source is known by the dates of its partitions, so the time must lie in them. */
    private void requireDates(Dataset<Row> rows) {
        boolean made = config.source().equals(pipeline.dedup().target())
                && config.time().equals(pipeline.dedup().eventTime());
        if (!made
                && !rows.where(not(eventDate().eqNullSafe(quoted(EVENT_DATE)))).isEmpty()) {
            throw pipeline.problem(
                    "features.time",
                    "= " + config.time() + ": " + config.source()
                            + " has rows whose event_date is not the date of it in " + pipeline.zone(),
                    "Name the time that the source is partitioned by, and the zone of the pipeline that made it.");
        }
    }

    private Column eventDate() {
        return to_date(quoted(config.time())).cast("string");
    }
}
