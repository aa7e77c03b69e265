package io.lakeproof.jobs.dedup;

import static io.lakeproof.source.RawColumns.CARRIED;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Contribution;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Rollbacks;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedTable;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Manifest;
import io.lakeproof.model.RunKey;
import io.lakeproof.run.Quarantine;
import io.lakeproof.run.RollbackSealing;
import io.lakeproof.run.RunContext;
import io.lakeproof.source.InputListing;
import io.lakeproof.source.Lateness;
import io.lakeproof.source.RawColumns;
import io.lakeproof.source.RawSource;
import io.lakeproof.source.Validation;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * Lines of the quarantine, parsed and judged again with the present settings. The seal names the inputs that they stood in,
 * with a digest of settings that no run over whole inputs has: a later run that reads such an input takes it as read with
 * other settings, and builds the dates that the requeue touched anew.
 */
final class RequeueIntake implements Intake {
    private final RunContext context;
    private final PipelineConfig pipeline;
    private final RequeueSelection selection;
    private final DeltaStore store;
    private final Ledger ledger;
    private final RawSource source;
    private @Nullable RefusedRows refused;

    RequeueIntake(
            RunContext context, PipelineConfig pipeline, RequeueSelection selection, DeltaStore store, Ledger ledger) {
        this.context = context;
        this.pipeline = pipeline;
        this.selection = selection;
        this.store = store;
        this.ledger = ledger;
        this.source = new RawSource(context.spark(), pipeline);
    }

    @Override
    public String job() {
        return "requeue";
    }

    @Override
    public String configDigest() {
        return pipeline.requeueDigest();
    }

    @Override
    public DedupPlan plan() {
        requireLines();
        TableState state = new RollbackSealing(context, store, ledger).settled(TableState.of(store, ledger));
        Snapshot table = state.table()
                .orElseThrow(() -> new Failure.InputMissing(
                        store.path() + " is not there yet: no run has published anything, so no row can be added to it",
                        "Run `lakeproof dedup` with the mended settings; it reads the whole input."));
        Optional<Seal> newest = state.newest();
        new SealedTable(store).requireUntouched(table, newest);
        List<Commit> unsealed = state.unsealed();
        RefusedRows rows = find(table, unsealed);
        refused = rows;
        RunKey runKey =
                RunKey.of("requeue " + pipeline.name(), store.path(), DateScope.ALL, rows.identity(), configDigest());
        return new DedupPlan(
                rows.inputs(),
                runKey,
                Optional.of(table),
                newest,
                rows.isEmpty() ? earlier(table.tableId()) : standing(table.tableId(), runKey),
                unsealed.stream().filter(commit -> isOf(commit, runKey)).findFirst(),
                Collections.emptySortedSet(),
                List.of(),
                List.of());
    }

    /** The seal of an earlier requeue of this work, if no rollback took back what it wrote. */
    private Optional<Seal> standing(String tableId, RunKey runKey) {
        return ledger.byRunKey(tableId, runKey.hex()).filter(seal -> {
            Rollbacks rollbacks = ledger.rollbacks(tableId);
            return seal.replacedPartitions().stream().allMatch(path -> rollbacks.stands(seal.version(), path));
        });
    }

    @Override
    public String described(DedupPlan plan) {
        Manifest identity = found().identity();
        return String.format(
                Locale.ROOT,
                "%,d refused rows of %,d runs, from %s",
                identity.bytes(),
                identity.files().size(),
                pipeline.quarantinePath());
    }

    @Override
    public Batch batch(DedupPlan plan, Instant clock) {
        return Batch.count(judged(clock), StorageLevel.MEMORY_AND_DISK());
    }

    @Override
    public Batch others(DedupPlan plan, Instant clock) {
        return Batch.NONE;
    }

    @Override
    public boolean isUnchanged(DedupPlan plan) {
        return !found().isOutdated();
    }

    @Override
    public void refused(DedupStep step, Optional<Dataset<Row>> further, long losers) {
        further.ifPresent(rows -> quarantine()
                .replace(
                        rows,
                        pipeline.name(),
                        step.plan().runKey().hex(),
                        UUID.randomUUID().toString()));
    }

    @Override
    public Optional<Seal> nothingAccepted(DedupStep step, Instant clock) {
        update(step.plan(), clock);
        return earlier(step.plan().table().orElseThrow().tableId());
    }

    @Override
    public void sealed(DedupPlan plan, Seal seal) {
        if (!plan.runKey().hex().equals(seal.runKey())) {
            return; // an earlier requeue had left nothing to do
        }
        Instant clock = store.current(seal.versionBefore()).orElseThrow().after(seal.versionBefore()).stream()
                .filter(commit -> commit.version() == seal.version())
                .flatMap(commit -> CommitNote.of(commit).stream())
                .map(CommitNote::clock)
                .findFirst()
                .orElseGet(seal::sealedAt);
        update(plan, clock);
    }

    /** Says in the quarantine what became of the rows: which are in the table now, and why the others are not. */
    private void update(DedupPlan plan, Instant clock) {
        RefusedRows rows = found();
        if (!rows.isEmpty()) {
            new Release(quarantine(), rows, plan.runKey().hex()).publish(judged(clock));
        }
    }

    private Dataset<Row> judged(Instant clock) {
        Dataset<Row> rows = found().rows();
        boolean canBeLate = pipeline.dedup().lateness().lateness().isPresent();
        Stream<Column> lines = Stream.of(
                col(Quarantine.RAW),
                col(Quarantine.SOURCE_FILE),
                struct(Release.columns()).as(CARRIED));
        Stream<Column> limit =
                canBeLate ? Stream.of(col(RefusedRows.LATE_BEFORE).as(RawColumns.LATE_BEFORE)) : Stream.of();
        return new Validation(pipeline, clock)
                .apply(source.parse(rows.select(Stream.concat(lines, limit).toArray(Column[]::new))));
    }

    private RefusedRows find(Snapshot table, List<Commit> unsealed) {
        InputListing listing = new InputListing(pipeline.source(), DateScope.ALL, context.hadoop());
        List<Contribution> unsealedReadings = unsealed.stream()
                .flatMap(commit -> CommitNote.of(commit).stream())
                .filter(note -> !Rollbacks.isRollback(note))
                .flatMap(note -> note.contributions().stream())
                .toList();
        return RefusedRows.find(
                context.spark(),
                pipeline,
                selection,
                new SealedReadings(ledger, table.tableId(), pipeline.name(), unsealedReadings, listing.isByDate()),
                new Lateness(pipeline, DateScope.ALL, listing));
    }

    /** The last requeue with these settings that had released rows of the selection. */
    private Optional<Seal> earlier(String tableId) {
        return found().earlierRequeues(pipeline.name(), selection).stream()
                .flatMap(runKey -> ledger.byRunKey(tableId, runKey).stream())
                .filter(seal -> seal.configDigest().equals(configDigest()))
                .reduce((a, b) -> a.sequence() > b.sequence() ? a : b);
    }

    private void requireLines() {
        if (!pipeline.source().format().isText()) {
            throw pipeline.problem(
                    "source.format",
                    "= " + pipeline.source().format().key() + ": only refused lines can be requeued, of json and csv",
                    "Run `lakeproof dedup` with the mended settings; it reads the input again.");
        }
    }

    private static boolean isOf(Commit commit, RunKey runKey) {
        return CommitNote.of(commit)
                .filter(note -> note.runKey().equals(runKey.hex()))
                .isPresent();
    }

    private Quarantine quarantine() {
        return new Quarantine(context.spark(), pipeline.quarantinePath());
    }

    private RefusedRows found() {
        return Objects.requireNonNull(refused, "the plan is made first");
    }
}
