package io.lakeproof.jobs.compact;

import static io.lakeproof.run.CommitReport.number;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.Change;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedSource;
import io.lakeproof.lineage.SealedTable;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.Counts;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Manifest;
import io.lakeproof.model.Outcome;
import io.lakeproof.model.RunKey;
import io.lakeproof.model.Sha256;
import io.lakeproof.run.Attempts;
import io.lakeproof.run.CommitReport;
import io.lakeproof.run.DatedPartitions;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sealing;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the rows of partitions with small files to fewer files, in one sealed commit. The rows are digested before and after:
 * it is refused before it writes if they are not what was sealed, and not sealed if they are others after. docs/curate.md has
 * the rules.
 */
public final class CompactJob {
    private static final Logger LOG = LoggerFactory.getLogger(CompactJob.class);

    private final RunContext context;
    private final PipelineConfig pipeline;
    private final CompactRequest request;
    private final DeltaStore store;
    private final Ledger ledger;
    private final Sealing sealing;
    private final CommitReport report;

    public CompactJob(RunContext context, PipelineConfig pipeline, CompactRequest request) {
        this.context = context;
        this.pipeline = pipeline;
        this.request = request;
        this.store = new DeltaStore(context.spark(), request.table());
        this.ledger = new Ledger(context.spark(), pipeline.ledgerPath());
        this.sealing = new Sealing(context, store, ledger);
        this.report = new CommitReport(context.facts(), pipeline.ledgerPath(), "partitions");
    }

    /**
     * Runs the job; what it learned is in the context's facts.
     *
     * @return COMMITTED; REPLAYED if an earlier attempt had committed and only its seal was missing; EMPTY if no partition has
     *     two small files
     * @throws Failure as the exit codes of the documentation say
     */
    public Outcome run() {
        context.facts().target(store.path()).scope(request.scope());
        request.model().ifPresent(context.facts()::model);
        return Attempts.of(context.runId(), this::attempt);
    }

    private Outcome attempt() {
        Optional<Seal> recovered = context.dryRun() ? Optional.empty() : recover();
        SealedSource source = SealedSource.newest(store, ledger);
        Partitions partitions = new Partitions(request, store.partitionColumns());
        SortedMap<String, List<DataFile>> chosen = partitions.among(store.files(source.version()));
        context.facts().versionBefore(source.version()).dates(DatedPartitions.dates(chosen.keySet()));
        if (chosen.isEmpty()) {
            return recovered.map(this::replayed).orElseGet(() -> nothing(source));
        }
        chosen.forEach((path, files) -> context.facts()
                .say("partition    " + path + ": " + number(files.size()) + " files of "
                        + number(Partitions.bytes(files)) + " bytes to "
                        + number(request.layout().files(Partitions.bytes(files)))));
        if (context.dryRun()) {
            context.facts().say("dry run: nothing was written");
            return Outcome.DONE;
        }
        store.requireReadable(chosen.values().stream().flatMap(List::stream).toList());
        Seal seal = rewrite(source, chosen);
        report.sealed(seal);
        return Outcome.COMMITTED;
    }

    /** Seals a compaction that an earlier run committed and did not live to seal. */
    private Optional<Seal> recover() {
        TableState state = TableState.of(store, ledger);
        state.table().ifPresent(table -> new SealedTable(store).requireUntouched(table, state.newest()));
        Optional<Seal> last = Optional.empty();
        for (Commit commit : state.unsealed()) {
            CommitNote note = CommitNote.of(commit).orElseThrow();
            if (!note.job().equals(Seal.COMPACT)) {
                return last; // the source is refused then
            }
            LOG.info("{}: seals version {}, left by run {}", context.runId(), commit.version(), note.runId());
            last = Optional.of(seal(note, commit, last.or(state::newest)));
        }
        return last;
    }

    private Seal rewrite(SealedSource source, SortedMap<String, List<DataFile>> chosen) {
        context.phase("check");
        List<String> columns = store.partitionColumns();
        requireSealed(source, chosen);
        Counts counts = counts(source, chosen);
        RunKey runKey = runKey(chosen);
        context.facts().runKey(runKey.hex()).counts(counts);
        CommitNote note = new CommitNote(
                Seal.COMPACT,
                pipeline.name(),
                runKey.hex(),
                context.runId(),
                UUID.randomUUID().toString(),
                source.version(),
                Outcome.COMMITTED,
                request.scope(),
                Optional.empty(), // no model version was built
                DatedPartitions.dates(chosen.keySet()),
                List.copyOf(chosen.keySet()),
                configDigest(),
                List.of(),
                context.clock().instant().truncatedTo(ChronoUnit.MICROS),
                Optional.of(counts));
        SortedMap<String, Long> bytes = new TreeMap<>();
        chosen.forEach((path, files) -> bytes.put(path, Partitions.bytes(files)));
        context.phase("commit");
        Commit commit = store.commit(new ScopeWrite(
                request.layout()
                        .of(
                                source.rows(chosen.keySet()),
                                columns,
                                request.layout().filesOf(bytes)),
                columns,
                Map.of(),
                new Change.Rewrite(PartitionPredicate.of(columns, chosen.keySet())),
                source.version(),
                note.json(),
                TableState.SEQUENCE,
                source.seal().version() + 1));
        LOG.info("{}: committed version {} of {}", context.runId(), commit.version(), store.path());
        context.facts().versionAfter(commit.version());
        return seal(note, commit, Optional.of(source.seal()));
    }

    private Seal seal(CommitNote note, Commit commit, Optional<Seal> before) {
        context.phase("seal");
        return sealing.seal(
                note, commit, before, List.of(), digest -> note.counts().orElseThrow());
    }

    /** What is stored must be what was sealed: a compaction would write a damage down as if it were the content. */
    private void requireSealed(SealedSource source, SortedMap<String, List<DataFile>> chosen) {
        SortedMap<String, MultisetDigest> found =
                new TreeMap<>(ContentDigest.of(source.rows(chosen.keySet()), store.partitionColumns()));
        SortedMap<String, MultisetDigest> sealed = source.seal().digest().partitions();
        for (String path : chosen.keySet()) {
            MultisetDigest is = found.getOrDefault(path, MultisetDigest.EMPTY);
            if (!is.equals(sealed.getOrDefault(path, MultisetDigest.EMPTY))) {
                throw new Failure.Integrity(
                        path + " of " + store.path() + ", version " + source.version()
                                + ", does not hold the rows that were sealed; nothing was written",
                        "`lakeproof verify` shows what differs; restore the partition or load it anew.");
            }
        }
    }

    private static Counts counts(SealedSource source, SortedMap<String, List<DataFile>> chosen) {
        long rows = chosen.keySet().stream()
                .mapToLong(path -> source.seal()
                        .digest()
                        .partitions()
                        .getOrDefault(path, MultisetDigest.EMPTY)
                        .count())
                .sum();
        return new Counts(rows, rows, 0, 0, 0, new TreeMap<>());
    }

    private RunKey runKey(SortedMap<String, List<DataFile>> chosen) {
        List<InputFile> files = chosen.values().stream()
                .flatMap(List::stream)
                .map(file -> new InputFile(file.path(), file.length(), 0, null))
                .toList();
        return RunKey.of(Seal.COMPACT, store.path(), request.scope(), new Manifest(files), configDigest());
    }

    private String configDigest() {
        Sha256 sha =
                new Sha256().raw("lakeproof.compact.1").number(request.layout().targetBytes());
        request.layout().clusterBy().forEach(sha::text);
        return sha.text(request.model().orElse("")).hex();
    }

    private Outcome replayed(Seal seal) {
        report.replayed(seal);
        report.sealed(seal);
        return Outcome.REPLAYED;
    }

    private Outcome nothing(SealedSource source) {
        context.facts().versionAfter(source.version());
        context.facts().say("empty        no partition has two files that together fit the target size");
        return Outcome.EMPTY;
    }
}
