package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.config.OnConflict;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.delta.TableProperties;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.Quarantine;
import io.lakeproof.run.RunContext;
import io.lakeproof.source.RawColumns;
import io.lakeproof.source.RawSource;
import io.lakeproof.source.Validation;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a scope of raw events into the clean table: one row for each key, whatever the order, batching or retries. The table
 * is a function of the set of its inputs, each as it was when it was last read: an input that changed takes its old rows with
 * it. docs/dedup.md has the rules.
 */
public final class DedupJob {
    private static final Logger LOG = LoggerFactory.getLogger(DedupJob.class);
    private static final int ATTEMPTS = 3;

    /** Lakeproof's commits to one table are numbered, so that none builds on a version that another has changed. */
    private static final String SEQUENCE = "lakeproof";

    private final RunContext context;
    private final PipelineConfig pipeline;
    private final DateScope scope;
    private final DeltaStore store;
    private final Ledger ledger;
    private final DedupPlanner planner;
    private final DedupReport report;

    public DedupJob(RunContext context, PipelineConfig pipeline, DateScope scope) {
        this.context = context;
        this.pipeline = pipeline;
        this.scope = scope;
        this.store = new DeltaStore(context.spark(), pipeline.dedup().target());
        this.ledger = new Ledger(context.spark(), pipeline.ledgerPath());
        this.planner = new DedupPlanner(context, pipeline, scope, store, ledger);
        this.report = new DedupReport(context.facts(), pipeline);
    }

    /**
     * Runs the job; what it learned is in the context's facts.
     *
     * @throws Failure as the exit codes of the documentation say
     */
    public Outcome run() {
        context.facts().scope(scope).target(store.path());
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt();
            } catch (Failure.Conflict conflict) {
                if (attempt == ATTEMPTS || conflict.retry() != Retry.SAFE) {
                    throw conflict;
                }
                LOG.info("{}: reads again after a conflict: {}", context.runId(), conflict.problem());
            }
        }
    }

    private Outcome attempt() {
        DedupPlan plan = planner.plan();
        context.facts().runKey(plan.runKey().hex()).versionBefore(plan.version());
        LOG.info(
                "{}: planned {} inputs, {} stale dates",
                context.runId(),
                plan.manifest().files().size(),
                plan.stale().size());
        if (plan.sealed().isPresent()) {
            return replayed(plan.sealed().get());
        }
        if (context.dryRun()) {
            report.plan(plan, ledger.path());
            return Outcome.DONE;
        }
        RawSource source = new RawSource(context.spark(), pipeline);
        // Parsing text costs more than keeping its rows; columnar files are cheaper to read again.
        StorageLevel keep = pipeline.source().format().isText() ? StorageLevel.MEMORY_AND_DISK() : StorageLevel.NONE();
        try (Batch batch = Batch.count(
                        inScope(validated(source.read(plan.manifest().files()))), keep);
                Batch others = others(source, plan)) {
            return publish(new DedupStep(plan, batch, others));
        }
    }

    private Outcome publish(DedupStep step) {
        DedupPlan plan = step.plan();
        requireSameColumns(plan, step.batch().tableSchema());
        if (plan.unsealed().isPresent()) {
            return replayed(recover(step, plan.unsealed().get()));
        }
        if (step.dates().isEmpty()) {
            quarantine(step, Optional.empty(), 0);
            Counts counts =
                    step.counts(Tally.Rows.ZERO, pipeline.dedup().onConflict()).requireConserved();
            context.facts().counts(counts);
            report.empty(plan, counts);
            return Outcome.EMPTY;
        }
        try (Competition competition = compete(step, plan.version())) {
            return commit(step, competition);
        }
    }

    private Outcome commit(DedupStep step, Competition competition) {
        DedupPlan plan = step.plan();
        gate(step, competition);
        if (!planner.manifest().equals(plan.manifest())) {
            throw new Failure.Conflict(
                    "the input changed while it was read", "Run again when nothing writes to the input any more.");
        }
        Outcome outcome = plan.stale().isEmpty() ? Outcome.COMMITTED : Outcome.REPLACED;
        CommitNote note = new CommitNote(
                pipeline.name(),
                plan.runKey().hex(),
                context.runId(),
                UUID.randomUUID().toString(),
                plan.version(),
                outcome,
                scope,
                Optional.empty(),
                List.copyOf(step.dates()),
                step.dates().stream().map(date -> EVENT_DATE + "=" + date).toList(),
                pipeline.dedupDigest(),
                step.inputs());
        Commit commit = store.commit(new ScopeWrite(
                competition.rows(),
                List.of(EVENT_DATE),
                TableProperties.keeping(pipeline.dedup().retentionDays()),
                competition.change(),
                plan.version(),
                note.json(),
                SEQUENCE,
                plan.commitNumber()));
        LOG.info("{}: committed version {} of {}", context.runId(), commit.version(), store.path());
        context.facts().versionAfter(commit.version());
        Seal seal = seal(step, note, commit, competition.total());
        report.committed(plan, seal, ledger.path());
        return outcome;
    }

    /** Publishes the refused rows, and stops here if there are too many. */
    private void gate(DedupStep step, Competition competition) {
        Optional<Losers> losers =
                competition.losers().map(rows -> new Losers(rows, step.batch().tableSchema()));
        if (pipeline.dedup().onConflict() == OnConflict.QUARANTINE) {
            quarantine(step, losers.map(l -> l.refused(store.path())), competition.conflicts());
            return;
        }
        quarantine(step, Optional.empty(), 0);
        losers.ifPresent(l -> l.requireNone(pipeline.dedup().key()));
    }

    private Outcome replayed(Seal seal) {
        report.replayed(seal, ledger.path());
        return Outcome.REPLAYED;
    }

    /** Seals the commit of a run that died in between: its counts are found again by the same work on the same version. */
    private Seal recover(DedupStep step, Commit commit) {
        CommitNote note = CommitNote.of(commit).orElseThrow();
        LOG.info("{}: seals version {}, which run {} left unsealed", context.runId(), commit.version(), note.runId());
        try (Competition competition = compete(step, note.versionBefore())) {
            competition.rows().write().format("noop").mode("overwrite").save();
            return seal(step, note, commit, competition.total());
        }
    }

    private Seal seal(DedupStep step, CommitNote note, Commit commit, Tally.Rows rows) {
        DedupSealing sealing = new DedupSealing(context, pipeline, store, ledger);
        return sealing.seal(step, note, commit, rows);
    }

    private Competition compete(DedupStep step, long version) {
        return new Competition(context.spark(), pipeline.dedup(), step, store, version);
    }

    private Batch others(RawSource source, DedupPlan plan) {
        if (plan.others().isEmpty()) {
            return Batch.NONE;
        }
        Dataset<Row> rows = validated(source.read(plan.others()))
                .where(RawColumns.accepted().and(quoted(EVENT_DATE).isInCollection(plan.stale())));
        return Batch.count(rows, StorageLevel.NONE());
    }

    private Dataset<Row> validated(Dataset<Row> raw) {
        return new Validation(pipeline).apply(raw);
    }

    private Dataset<Row> inScope(Dataset<Row> rows) {
        if (!planner.choosesRows()) {
            return rows;
        }
        Column date = quoted(EVENT_DATE);
        Column inside = lit(true);
        if (scope.from().isPresent()) {
            inside = inside.and(date.geq(scope.from().get().toString()));
        }
        if (scope.to().isPresent()) {
            inside = inside.and(date.leq(scope.to().get().toString()));
        }
        return rows.where(date.isNull().or(inside));
    }

    /** @param losers how many of the further rows are new */
    private void quarantine(DedupStep step, Optional<Dataset<Row>> further, long losers) {
        SortedMap<String, Long> refused = step.quarantined(losers);
        long count = refused.values().stream().mapToLong(Long::longValue).sum();
        if (count > 0) {
            Dataset<Row> rows = step.batch().refused();
            new Quarantine(context.spark(), pipeline.quarantinePath())
                    .replace(
                            further.map(more -> Quarantine.union(rows, more)).orElse(rows),
                            pipeline.name(),
                            step.plan().runKey().hex(),
                            UUID.randomUUID().toString());
            LOG.info("{}: quarantined {} rows", context.runId(), count);
        }
        long read = step.batch().read();
        if (pipeline.quality().maxQuarantined().exceededBy(count, read)) {
            context.facts().counts(new Counts(read, 0, 0, 0, 0, refused));
            throw new Failure.DataGate(
                    count + " of " + read + " rows were refused " + refused + ", more than quality.max-quarantined = "
                            + pipeline.quality().maxQuarantined() + "; nothing was published but the quarantine",
                    "Look at " + pipeline.quarantinePath() + " where run_key = '"
                            + step.plan().runKey() + "'; mend the input or the rule, or raise the limit.");
        }
    }

    private void requireSameColumns(DedupPlan plan, StructType columns) {
        List<String> conflicts = plan.table().isEmpty() ? List.of() : store.schemaConflicts(columns);
        if (!conflicts.isEmpty()) {
            throw pipeline.problem(
                    "dedup.target",
                    "= " + store.path() + " has other columns: " + String.join("; ", conflicts),
                    "Make source.columns or source.schema fit the table, or name a new target.");
        }
    }
}
