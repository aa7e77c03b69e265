package io.lakeproof.jobs.dedup;

import static io.lakeproof.source.Validation.EVENT_DATE;

import io.lakeproof.config.OnConflict;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.delta.TableProperties;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.Attempts;
import io.lakeproof.run.RunContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a scope of raw events into the clean table: one row for each key, whatever the order, batching or retries. The table
 * is a function of the set of its inputs, each as it was when it was last read: an input that changed takes its old rows with
 * it. docs/dedup.md has the rules.
 */
public final class DedupJob {
    private static final Logger LOG = LoggerFactory.getLogger(DedupJob.class);

    private final RunContext context;
    private final PipelineConfig pipeline;
    private final DateScope scope;
    private final DeltaStore store;
    private final Ledger ledger;
    private final Intake intake;
    private final DedupReport report;

    /** Of the files or tables of the source. */
    public DedupJob(RunContext context, PipelineConfig pipeline, DateScope scope) {
        this(context, pipeline, scope, List.of());
    }

    /**
     * Of some inputs, whatever the source lists now.
     *
     * @param inputs files as they are now, and tables at the versions that are named; none for those of the source
     */
    public DedupJob(RunContext context, PipelineConfig pipeline, DateScope scope, List<InputFile> inputs) {
        this(context, pipeline, scope, (store, ledger) -> {
            DedupPlanner planner = new DedupPlanner(context, pipeline, scope, store, ledger, inputs);
            return new FileIntake(context, pipeline, scope, planner, ledger);
        });
    }

    DedupJob(
            RunContext context,
            PipelineConfig pipeline,
            DateScope scope,
            BiFunction<DeltaStore, Ledger, Intake> intake) {
        this.context = context;
        this.pipeline = pipeline;
        this.scope = scope;
        this.store = new DeltaStore(context.spark(), pipeline.dedup().target());
        this.ledger = new Ledger(context.spark(), pipeline.ledgerPath());
        this.intake = intake.apply(store, ledger);
        this.report = new DedupReport(context.facts(), pipeline, this.intake);
    }

    /**
     * Runs the job; what it learned is in the context's facts.
     *
     * @throws Failure as the exit codes of the documentation say
     */
    public Outcome run() {
        context.facts().scope(scope).target(store.path());
        Outcome loaded = Attempts.of(context.runId(), this::attempt);
        return pipeline.dedup()
                .window()
                .map(window -> new WindowStep(context, pipeline, store, ledger).after(loaded))
                .orElse(loaded);
    }

    private Outcome attempt() {
        context.phase("plan");
        DedupPlan plan = intake.plan();
        context.facts().runKey(plan.runKey().hex()).versionBefore(plan.version());
        LOG.info(
                "{}: planned {} inputs, {} stale dates",
                context.runId(),
                plan.manifest().files().size(),
                plan.stale().size());
        if (context.dryRun() && plan.sealed().isEmpty()) {
            report.plan(plan, ledger.path());
            return Outcome.DONE;
        }
        if (plan.sealed().isPresent()) {
            return replayed(plan, plan.sealed().get());
        }
        Instant clock = clock(plan);
        context.phase("read");
        try (Batch batch = intake.batch(plan, clock);
                Batch others = intake.others(plan, clock)) {
            return publish(new DedupStep(plan, batch, others), clock);
        }
    }

    /** Now; for a commit that is to be sealed, what was now to the attempt that made it. */
    private Instant clock(DedupPlan plan) {
        return plan.unsealed()
                .flatMap(CommitNote::of)
                .map(CommitNote::clock)
                .orElseGet(() -> context.clock().instant().truncatedTo(ChronoUnit.MICROS));
    }

    private Outcome publish(DedupStep step, Instant clock) {
        DedupPlan plan = step.plan();
        requireSameColumns(plan, step.batch().tableSchema());
        if (plan.unsealed().isPresent()) {
            return replayed(plan, recover(step, plan.unsealed().get()));
        }
        intake.requireFresh(step, clock);
        if (step.dates().isEmpty()) {
            intake.refused(step, Optional.empty(), 0);
            Optional<Seal> earlier = intake.nothingAccepted(step, clock);
            if (earlier.isPresent()) {
                return replayed(plan, earlier.get());
            }
            Counts counts =
                    step.counts(Tally.Rows.ZERO, pipeline.dedup().onConflict()).requireConserved();
            context.facts().counts(counts);
            report.empty(plan, counts);
            return Outcome.EMPTY;
        }
        Set<String> stored = step.storedByDate().keySet();
        if (!stored.isEmpty()) {
            store.requireReadable(
                    plan.version(), file -> stored.contains(file.partition().get(EVENT_DATE)));
        }
        context.phase("compete");
        return Spread.over(context.spark(), step.competing(), () -> {
            try (Competition competition = compete(step, plan.version())) {
                return commit(step, competition, clock);
            }
        });
    }

    private Outcome commit(DedupStep step, Competition competition, Instant clock) {
        DedupPlan plan = step.plan();
        gate(step, competition);
        if (!intake.isUnchanged(plan)) {
            throw new Failure.Conflict(
                    "the input changed while it was read", "Run again when nothing writes to the input any more.");
        }
        Outcome outcome = plan.stale().isEmpty() ? Outcome.COMMITTED : Outcome.REPLACED;
        CommitNote note = new CommitNote(
                intake.job(),
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
                intake.configDigest(),
                step.inputs(),
                clock);
        context.phase("commit");
        Commit commit = store.commit(new ScopeWrite(
                competition.rows(),
                List.of(EVENT_DATE),
                TableProperties.keeping(pipeline.dedup().retentionDays()),
                competition.change(),
                plan.version(),
                note.json(),
                TableState.SEQUENCE,
                plan.commitNumber()));
        LOG.info("{}: committed version {} of {}", context.runId(), commit.version(), store.path());
        context.facts().versionAfter(commit.version());
        Seal seal = seal(step, note, commit, competition.total());
        intake.sealed(plan, seal);
        report.committed(plan, step.batch().late(), seal);
        return outcome;
    }

    /** Publishes the refused rows, and stops here if there are too many. */
    private void gate(DedupStep step, Competition competition) {
        Optional<Losers> losers =
                competition.losers().map(rows -> new Losers(rows, step.batch().tableSchema()));
        if (pipeline.dedup().onConflict() == OnConflict.QUARANTINE) {
            intake.refused(step, losers.map(l -> l.refused(store.path())), competition.conflicts());
            return;
        }
        intake.refused(step, Optional.empty(), 0);
        losers.ifPresent(l -> l.requireNone(pipeline.dedup().key()));
    }

    private Outcome replayed(DedupPlan plan, Seal seal) {
        if (!context.dryRun()) {
            intake.sealed(plan, seal);
        }
        report.replayed(seal);
        return Outcome.REPLAYED;
    }

    /** Seals the commit of a run that died in between: its counts are found again by the same work on the same version. */
    private Seal recover(DedupStep step, Commit commit) {
        CommitNote note = CommitNote.of(commit).orElseThrow();
        LOG.info("{}: seals version {}, which run {} left unsealed", context.runId(), commit.version(), note.runId());
        return Spread.over(context.spark(), step.competing(), () -> {
            try (Competition competition = compete(step, note.versionBefore())) {
                competition.rows().write().format("noop").mode("overwrite").save();
                return seal(step, note, commit, competition.total());
            }
        });
    }

    private Seal seal(DedupStep step, CommitNote note, Commit commit, Tally.Rows rows) {
        context.phase("seal");
        DedupSealing sealing = new DedupSealing(context, pipeline, store, ledger);
        return sealing.seal(step, note, commit, rows);
    }

    private Competition compete(DedupStep step, long version) {
        return new Competition(context.spark(), pipeline.dedup(), step, store, version);
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
