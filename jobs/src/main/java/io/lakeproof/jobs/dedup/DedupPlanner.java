package io.lakeproof.jobs.dedup;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.SourceFormat;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Contribution;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Rollbacks;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.SealedTable;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Manifest;
import io.lakeproof.model.RunKey;
import io.lakeproof.run.RollbackSealing;
import io.lakeproof.run.RunContext;
import io.lakeproof.source.InputListing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Compares the inputs with what the ledger says was read before. */
final class DedupPlanner {
    private final RunContext context;
    private final PipelineConfig pipeline;
    private final DateScope scope;
    private final DeltaStore store;
    private final Ledger ledger;
    private final List<InputFile> given;
    private final InputListing listing;

    /** @param given the inputs; none for those that the source lists */
    DedupPlanner(
            RunContext context,
            PipelineConfig pipeline,
            DateScope scope,
            DeltaStore store,
            Ledger ledger,
            List<InputFile> given) {
        this.context = context;
        this.pipeline = pipeline;
        this.scope = scope;
        this.store = store;
        this.ledger = ledger;
        this.given = List.copyOf(given);
        this.listing = new InputListing(pipeline.source(), scope, context.hadoop());
    }

    DedupPlan plan() {
        Manifest manifest = manifest();
        RunKey runKey = RunKey.of("dedup " + pipeline.name(), store.path(), scope, manifest, pipeline.dedupDigest());
        TableState state = new RollbackSealing(context, store, ledger).settled(TableState.of(store, ledger));
        if (state.table().isEmpty()) {
            return new DedupPlan(
                    manifest,
                    runKey,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Collections.emptySortedSet(),
                    List.of(),
                    List.of());
        }
        return plan(manifest, runKey, state);
    }

    /** Whether every date of the source takes part, or only rows of the scope's dates. */
    boolean choosesRows() {
        return !listing.isByDate() && !scope.isAll();
    }

    /** The inputs as they are now. */
    Manifest manifest() {
        if (!given.isEmpty()) {
            return new Manifest(given.stream().map(this::asItIsNow).toList());
        }
        if (pipeline.source().format() != SourceFormat.DELTA) {
            return listing.list();
        }
        List<InputFile> tables = new ArrayList<>();
        for (String path : pipeline.source().paths()) {
            Snapshot snapshot = new DeltaStore(context.spark(), path)
                    .current()
                    .orElseThrow(() -> new Failure.InputMissing(
                            "no input: " + path + " is not a Delta table", "Wait for the table, or mend source.path."));
            tables.add(new InputFile(
                    InputListing.ofUri(InputListing.toUri(path)), snapshot.version(), 0, snapshot.tableId()));
        }
        return new Manifest(tables);
    }

    private InputFile asItIsNow(InputFile input) {
        return input.isTable()
                ? input
                : listing.stat(input.path())
                        .orElseThrow(() -> new Failure.InputMissing(
                                "no input: " + input.path() + " is gone", "Restore that file, then run again."));
    }

    /** Other inputs than the given are no concern of a run; otherwise, every input that had or has a date of the scope. */
    private Optional<String> datedPaths() {
        return given.isEmpty() ? listing.datedPaths() : Optional.empty();
    }

    private DedupPlan plan(Manifest manifest, RunKey runKey, TableState state) {
        Optional<Seal> newest = state.newest();
        Snapshot table = state.table().orElseThrow();
        List<Commit> unsealed = state.unsealed();
        new SealedTable(store).requireUntouched(table, newest);
        if (newest.filter(seal -> seal.runKey().equals(runKey.hex())).isPresent() && unsealed.isEmpty()) {
            // The last run did this very work; a retry, mostly.
            return new DedupPlan(
                    manifest,
                    runKey,
                    Optional.of(table),
                    newest,
                    newest,
                    Optional.empty(),
                    Collections.emptySortedSet(),
                    List.of(),
                    List.of());
        }
        Known known = known(manifest, runKey, table.tableId(), unsealed);
        List<SealedInput> gone = gone(manifest, known);
        SortedSet<String> stale = new TreeSet<>();
        manifest.files().forEach(file -> stale.addAll(stale(file, known)));
        gone.forEach(input -> stale.addAll(stale(input.file(), known)));
        return new DedupPlan(
                manifest,
                runKey,
                Optional.of(table),
                newest,
                stale.isEmpty() ? known.sealed(ledger, table.tableId(), runKey) : Optional.empty(),
                unsealed.stream().filter(commit -> hasKey(commit, runKey)).findFirst(),
                stale,
                stale.isEmpty() ? List.of() : others(table.tableId(), stale, unsealed, known, manifest, gone),
                gone);
    }

    private Known known(Manifest manifest, RunKey runKey, String tableId, List<Commit> unsealed) {
        Map<String, List<Contribution>> byPath = new TreeMap<>();
        Stream.concat(
                        ledger.contributions(tableId, manifest.paths(), datedPaths()).stream(),
                        // What our own commit took is not an earlier run's: its seal must tell the same as if it had
                        // not died.
                        contributions(unsealed).filter(c -> !c.runKey().equals(runKey.hex())))
                .filter(c -> c.pipeline().equals(pipeline.name()))
                .forEach(c -> byPath.computeIfAbsent(c.input().file().path(), p -> new ArrayList<>())
                        .add(c));
        // Inputs that nobody has read yet, as those of most days, have nothing that a rollback could have taken back.
        return new Known(
                byPath,
                byPath.isEmpty() ? Rollbacks.NONE : ledger.rollbacks(tableId).and(unsealed));
    }

    /** A commit that was never sealed says in its note what it read. */
    private static Stream<Contribution> contributions(List<Commit> unsealed) {
        return unsealed.stream()
                .flatMap(commit -> CommitNote.of(commit).stream())
                .filter(note -> !Rollbacks.isRollback(note))
                .flatMap(note -> note.contributions().stream());
    }

    private static boolean hasKey(Commit commit, RunKey runKey) {
        return CommitNote.of(commit)
                .filter(note -> note.runKey().equals(runKey.hex()))
                .isPresent();
    }

    /** Inputs whose rows the table has, that were read under a dated path of this scope, and are not listed there any more. */
    private List<SealedInput> gone(Manifest manifest, Known known) {
        Collection<String> present = new TreeSet<>(manifest.paths());
        return known.byPath().entrySet().stream()
                .filter(e -> !present.contains(e.getKey()) && listing.isInScope(e.getKey()))
                .filter(e -> !e.getValue().get(e.getValue().size() - 1).input().isGone()
                        // that they are gone was known, but a rollback brought their rows back
                        || !stale(SealedInput.gone(e.getKey()).file(), known).isEmpty())
                .map(e -> SealedInput.gone(e.getKey()))
                .toList();
    }

    /** The dates that hold rows of an older content of the input, or of other settings. */
    private SortedSet<String> stale(InputFile now, Known known) {
        SortedSet<String> stale = new TreeSet<>();
        for (Contribution contribution : known.of(now.path())) { // in the order of the chain
            if (isCurrent(contribution, now)) {
                stale.removeIf(date -> covers(contribution.scope(), date) && known.stands(contribution, date));
            } else {
                contribution.input().dates().stream()
                        .filter(date -> covers(scope, date) && known.stands(contribution, date))
                        .forEach(stale::add);
            }
        }
        return stale;
    }

    private boolean isCurrent(Contribution contribution, InputFile now) {
        return contribution.input().file().equals(now)
                && (contribution.input().isGone() || contribution.configDigest().equals(pipeline.dedupDigest()));
    }

    private boolean covers(DateScope read, String date) {
        return listing.isByDate() || read.contains(date);
    }

    private List<InputFile> others(
            String tableId,
            SortedSet<String> stale,
            List<Commit> unsealed,
            Known known,
            Manifest manifest,
            List<SealedInput> gone) {
        Map<String, Contribution> last = new TreeMap<>();
        ledger.contributionsTo(tableId, stale).stream()
                .filter(c -> c.input().dates().stream().anyMatch(date -> stale.contains(date) && known.stands(c, date)))
                .forEach(c -> last.put(c.input().file().path(), c));
        contributions(unsealed)
                .filter(c -> !Collections.disjoint(c.input().dates(), stale))
                .forEach(c -> last.put(c.input().file().path(), c));
        manifest.paths().forEach(last::remove);
        gone.forEach(input -> last.remove(input.file().path()));
        ledger.contributions(tableId, last.keySet(), Optional.empty()).stream()
                .filter(c -> c.input().isGone())
                .forEach(c -> last.computeIfPresent(
                        c.input().file().path(), (path, read) -> read.sequence() > c.sequence() ? read : null));
        return last.values().stream().map(c -> stillThere(c, stale)).toList();
    }

    private InputFile stillThere(Contribution contribution, SortedSet<String> stale) {
        InputFile file = contribution.input().file();
        String problem =
                "the dates " + stale.first() + ".." + stale.last() + " must be built anew, since an input changed,"
                        + " and they also hold rows of " + file.path() + " (run " + contribution.runId() + ")";
        if (!contribution.pipeline().equals(pipeline.name())) {
            throw new Failure.Configuration(
                    problem + ", which pipeline " + contribution.pipeline() + " read",
                    "Give each pipeline a target of its own, or load the target anew.");
        }
        Optional<InputFile> now =
                pipeline.source().format() == SourceFormat.DELTA ? Optional.of(file) : listing.stat(file.path());
        return now.orElseThrow(() -> new Failure.InputMissing(
                problem + ", which is no longer there", "Restore that input, then run again; nothing was changed."));
    }
}
