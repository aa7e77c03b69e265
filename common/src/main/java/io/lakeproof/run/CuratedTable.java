package io.lakeproof.run;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;

import io.lakeproof.delta.Change;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.delta.TableProperties;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedTable;
import io.lakeproof.lineage.SourceDates;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.Counts;
import io.lakeproof.model.CuratedScope;
import io.lakeproof.model.Outcome;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table by {@code year}, {@code month}, {@code day} and {@code model}, of which a commit replaces the partitions of some event
 * dates of one model version, and nothing else. docs/commit-protocol.md has the steps.
 */
public final class CuratedTable {
    private static final Logger LOG = LoggerFactory.getLogger(CuratedTable.class);

    private final RunContext context;
    private final DeltaStore store;
    private final Ledger ledger;
    private final int retentionDays;
    private final String job;
    private final Sealing sealing;

    /**
     * Of one job.
     *
     * @param retentionDays how many days old versions are kept, if this job creates the table
     */
    public CuratedTable(RunContext context, String job, String path, Ledger ledger, int retentionDays) {
        this.context = context;
        this.store = new DeltaStore(context.spark(), path);
        this.ledger = ledger;
        this.retentionDays = retentionDays;
        this.job = job;
        this.sealing = new Sealing(context, store, ledger);
    }

    public DeltaStore store() {
        return store;
    }

    /**
     * The table as it is now. What an earlier run committed and did not live to seal is sealed first: its note has all that
     * this takes.
     *
     * @throws Failure.Integrity if somebody else changed the table
     */
    public TableState state() {
        TableState state = new RollbackSealing(context, store, ledger).settled(TableState.of(store, ledger));
        state.table().ifPresent(table -> new SealedTable(store).requireUntouched(table, state.newest()));
        if (state.unsealed().isEmpty() || context.dryRun()) {
            return state;
        }
        TableState sealed = state;
        for (Commit commit : state.unsealed()) {
            CommitNote note = CommitNote.of(commit).orElseThrow();
            LOG.info(
                    "{}: seals version {}, which run {} left unsealed",
                    context.runId(),
                    commit.version(),
                    note.runId());
            sealed = new TableState(state.table(), Optional.of(seal(note, commit, sealed)));
        }
        return sealed;
    }

    /**
     * Compares columns with the table's.
     *
     * @param rows the columns of the rows, without those of the partitions
     * @return the columns that the table does not have yet
     * @throws Failure.Configuration if the table has one of the columns with another type
     */
    public List<String> newColumns(TableState state, StructType rows) {
        if (state.table().isEmpty()) {
            return List.of();
        }
        Map<String, StructField> stored = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Arrays.stream(store.read(state.version()).schema().fields()).forEach(field -> stored.put(field.name(), field));
        List<String> missing = new ArrayList<>();
        List<String> conflicts = new ArrayList<>();
        for (StructField field : rows.fields()) {
            StructField there = stored.get(field.name());
            if (there == null) {
                missing.add(field.name());
            } else if (!there.name().equals(field.name()) || !there.dataType().equals(field.dataType())) {
                conflicts.add(field.name() + ": the table has " + there.name() + " "
                        + there.dataType().catalogString() + ", the configuration makes "
                        + field.dataType().catalogString());
            }
        }
        if (!conflicts.isEmpty()) {
            throw new Failure.Configuration(
                    "the columns do not fit " + store.path() + ": " + String.join("; ", conflicts),
                    "Name the columns of the other type differently, or write to another target.");
        }
        return missing;
    }

    /**
     * Replaces the scope by rows, in one commit, and seals it.
     *
     * @param rows without the partition columns
     * @param date of a row, {@code yyyy-MM-dd}; a row outside the scope fails the commit
     * @throws Failure.Conflict if another run committed since {@code state}
     */
    public Seal replace(CuratedCommit commit, TableState state, Dataset<Row> rows, Column date) {
        return replace(commit, state, rows, date, UnaryOperator.identity());
    }

    /**
     * As above, with a say in how the rows lie in files.
     *
     * @param layout the same rows in other tasks, in which they are written
     */
    public Seal replace(
            CuratedCommit commit,
            TableState state,
            Dataset<Row> rows,
            Column date,
            UnaryOperator<Dataset<Row>> layout) {
        CuratedScope scope = commit.scope();
        CommitNote note = new CommitNote(
                job,
                commit.pipeline(),
                commit.runKey().hex(),
                context.runId(),
                UUID.randomUUID().toString(),
                state.version(),
                commit.replaces() ? Outcome.REPLACED : Outcome.COMMITTED,
                scope.asked(),
                Optional.of(scope.model()),
                List.copyOf(scope.dates()),
                scope.partitions(),
                commit.configDigest(),
                commit.inputs(),
                context.clock().instant().truncatedTo(ChronoUnit.MICROS),
                Optional.of(commit.counts()));
        Dataset<Row> placed = rows.withColumn("year", substring(date, 1, 4))
                .withColumn("month", substring(date, 6, 2))
                .withColumn("day", substring(date, 9, 2))
                .withColumn("model", lit(scope.model().name()))
                .drop(SourceDates.EVENT_DATE);
        context.phase("commit");
        Commit landed = store.commit(new ScopeWrite(
                layout.apply(placed),
                CuratedScope.COLUMNS,
                TableProperties.keeping(retentionDays),
                new Change.Replace(PartitionPredicate.of(CuratedScope.COLUMNS, scope.partitions())),
                state.version(),
                note.json(),
                TableState.SEQUENCE,
                state.commitNumber(),
                newColumns(state, placed.schema())));
        LOG.info("{}: committed version {} of {}", context.runId(), landed.version(), store.path());
        context.facts().versionAfter(landed.version());
        return seal(note, landed, state);
    }

    private Seal seal(CommitNote note, Commit commit, TableState state) {
        Counts counts = note.counts().orElseThrow();
        context.phase("seal");
        context.facts().counts(counts).dates(note.dates());
        return sealing.seal(note, commit, state.newest(), List.of(), digest -> stored(note, digest, counts));
    }

    /** The counts, if the partitions hold as many rows as they should. */
    private Counts stored(CommitNote note, TableDigest digest, Counts counts) {
        long rows = note.partitions().stream()
                .mapToLong(path -> digest.partitions()
                        .getOrDefault(path, MultisetDigest.EMPTY)
                        .count())
                .sum();
        if (rows != counts.kept()) {
            throw new IllegalStateException("the committed partitions of " + store.path() + " hold " + rows
                    + " rows, but should hold " + counts.kept());
        }
        return counts;
    }
}
