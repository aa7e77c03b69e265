package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.Change;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.delta.TableProperties;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.Attempts;
import io.lakeproof.run.RunContext;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the windowed table up to the newest sealed version of the clean table, whichever run made that. The windowed table is
 * a function of the clean table's content and the window's settings. docs/dedup.md has the rules, docs/commit-protocol.md
 * what happens in a crash.
 */
final class WindowStep {
    private static final Logger LOG = LoggerFactory.getLogger(WindowStep.class);

    private final RunContext context;
    private final PipelineConfig pipeline;
    private final DeltaStore clean;
    private final DeltaStore windowed;
    private final WindowPlanner planner;
    private final WindowSealing sealing;
    private final WindowReport report;

    /**
     * Of a pipeline that has a window.
     *
     * @param clean the clean table
     */
    WindowStep(RunContext context, PipelineConfig pipeline, DeltaStore clean, Ledger ledger) {
        this.context = context;
        this.pipeline = pipeline;
        this.clean = clean;
        this.windowed = new DeltaStore(
                context.spark(), pipeline.dedup().window().orElseThrow().target());
        this.sealing = new WindowSealing(context, windowed, ledger);
        this.planner = new WindowPlanner(context, pipeline, clean, windowed, ledger, sealing);
        this.report = new WindowReport(context.facts(), windowed.path(), ledger.path());
    }

    /**
     * Runs the step after the clean table was loaded.
     *
     * @param loaded how that ended
     * @return how both ended together
     */
    Outcome after(Outcome loaded) {
        if (context.dryRun()) {
            report.plan();
            return loaded;
        }
        return together(loaded, Attempts.of(context.runId(), this::attempt));
    }

    private static Outcome together(Outcome loaded, Outcome windowed) {
        List<Outcome> both = List.of(loaded, windowed);
        if (both.contains(Outcome.REPLACED)) {
            return Outcome.REPLACED;
        }
        return both.contains(Outcome.COMMITTED) ? Outcome.COMMITTED : loaded;
    }

    private Outcome attempt() {
        Optional<WindowPlan> plan = planner.plan();
        if (plan.isEmpty()) {
            report.nothing();
            return Outcome.EMPTY;
        }
        LOG.info("{}: windowed: {}", context.runId(), plan.get());
        if (plan.get().isDone()) {
            Seal seal = plan.get().made().orElseThrow();
            report.upToDate(seal, plan.get().version());
            return Outcome.REPLAYED;
        }
        return plan.get().isWhole() ? whole(plan.get()) : difference(plan.get());
    }

    /** Builds the whole table. */
    private Outcome whole(WindowPlan plan) {
        clean.requireReadable(plan.clean().version(), file -> true);
        Dataset<Row> rows = clean.read(plan.clean().version());
        plan.table().ifPresent(table -> requireSameColumns(rows));
        Windows windows = new Windows(rows.schema(), pipeline.dedup(), pipeline.zone());
        Outcome outcome = plan.newest().isEmpty() ? Outcome.COMMITTED : Outcome.REPLACED;
        commit(
                plan,
                outcome,
                windows.of(rows),
                new Change.Replace(predicate(plan.dates())),
                plan.dates(),
                plan.dates());
        return outcome;
    }

    /** Reads what the changed dates can reach, and writes what is gained and lost there. */
    private Outcome difference(WindowPlan plan) {
        Dataset<Row> rows = clean.read(plan.clean().version());
        requireSameColumns(rows);
        Windows windows = new Windows(rows.schema(), pipeline.dedup(), pipeline.zone());
        Dataset<Row> stored = windowed.read(plan.version());
        try (WindowChanges changes =
                windows.changes(rows, stored, plan.changed(), plan.dates(), dates -> requireReadable(plan, dates))) {
            WindowChanges.Summary summary = changes.summary();
            LOG.info(
                    "{}: windowed: {} dates changed, {}",
                    context.runId(),
                    plan.changed().size(),
                    summary);
            SortedSet<String> dates = summary.dates();
            if (summary.removed() == 0) {
                commit(plan, Outcome.COMMITTED, changes.added(), new Change.Append(), dates, plan.changed());
            } else {
                Dataset<Row> touched = stored.where(quoted(EVENT_DATE).isInCollection(dates));
                Change replace = new Change.Replace(predicate(dates));
                commit(plan, Outcome.COMMITTED, changes.appliedTo(touched), replace, dates, plan.changed());
            }
            return Outcome.COMMITTED;
        }
    }

    private void requireReadable(WindowPlan plan, Collection<String> dates) {
        clean.requireReadable(
                plan.clean().version(), file -> dates.contains(file.partition().get(EVENT_DATE)));
        windowed.requireReadable(
                plan.version(), file -> dates.contains(file.partition().get(EVENT_DATE)));
    }

    /** Commits, seals, reports. A commit that changes no row notes the version of the clean table. */
    private void commit(
            WindowPlan plan,
            Outcome outcome,
            Dataset<Row> rows,
            Change change,
            Collection<String> dates,
            Collection<String> read) {
        CommitNote note = new CommitNote(
                WindowSealing.JOB,
                pipeline.name(),
                plan.runKey().hex(),
                context.runId(),
                UUID.randomUUID().toString(),
                plan.version(),
                outcome,
                DateScope.ALL,
                Optional.empty(),
                List.copyOf(dates),
                dates.stream().map(date -> EVENT_DATE + "=" + date).toList(),
                pipeline.windowDigest(),
                List.of(new SealedInput(plan.input(), List.copyOf(read))),
                context.clock().instant().truncatedTo(ChronoUnit.MICROS));
        Commit commit = windowed.commit(new ScopeWrite(
                spread(rows, plan),
                List.of(EVENT_DATE),
                TableProperties.keeping(pipeline.dedup().retentionDays()),
                change,
                plan.version(),
                note.json(),
                TableState.SEQUENCE,
                plan.commitNumber()));
        LOG.info("{}: committed version {} of {}", context.runId(), commit.version(), windowed.path());
        Seal seal = sealing.seal(note, commit, plan.newest());
        report.committed(seal, plan.version());
    }

    /** A date to a task, so that it becomes one file; large ones to several. */
    private Dataset<Row> spread(Dataset<Row> content, WindowPlan plan) {
        return content.repartition(
                quoted(EVENT_DATE),
                pmod(
                        xxhash64(pipeline.dedup().key().stream()
                                .map(name -> quoted(name))
                                .toArray(Column[]::new)),
                        Survivors.tasks(plan.rowsByDate())));
    }

    private void requireSameColumns(Dataset<Row> rows) {
        List<String> conflicts = windowed.schemaConflicts(rows.schema());
        if (!conflicts.isEmpty()) {
            throw pipeline.problem(
                    "dedup.windowed-target",
                    "= " + windowed.path() + " has other columns than the clean table: " + String.join("; ", conflicts),
                    "Name a new dedup.windowed-target.");
        }
    }

    private static String predicate(Collection<String> dates) {
        return dates.stream()
                .map(date -> "'" + date + "'")
                .collect(Collectors.joining(", ", EVENT_DATE + " IN (", ")"));
    }
}
