package io.lakeproof.jobs.dedup;

import static io.lakeproof.source.Validation.EVENT_DATE;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedTable;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Manifest;
import io.lakeproof.model.RunKey;
import io.lakeproof.run.RollbackSealing;
import io.lakeproof.run.RunContext;
import io.lakeproof.source.InputListing;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares the clean table's seal with the one that the windowed table was made from. */
final class WindowPlanner {
    private final RunContext context;
    private final PipelineConfig pipeline;
    private final DeltaStore clean;
    private final DeltaStore windowed;
    private final Ledger ledger;
    private final WindowSealing sealing;

    WindowPlanner(
            RunContext context,
            PipelineConfig pipeline,
            DeltaStore clean,
            DeltaStore windowed,
            Ledger ledger,
            WindowSealing sealing) {
        this.context = context;
        this.pipeline = pipeline;
        this.clean = clean;
        this.windowed = windowed;
        this.ledger = ledger;
        this.sealing = sealing;
    }

    /** The plan; empty if there is no clean table yet. Seals what a run that died has left unsealed. */
    Optional<WindowPlan> plan() {
        // In this order: the clean version that is found is not older than the one the windowed table was made from.
        Optional<Snapshot> table = windowed.current();
        Optional<Seal> newest = table.flatMap(t -> ledger.newest(t.tableId()));
        if (table.isPresent()) {
            Snapshot reaching =
                    windowed.reachingBack(table.get(), newest.map(Seal::version).orElse(DeltaStore.NO_VERSION));
            table = Optional.of(reaching);
            newest = new RollbackSealing(context, windowed, ledger)
                    .settled(new TableState(table, newest))
                    .newest();
            new SealedTable(windowed).requireUntouched(reaching, newest);
            newest = sealed(reaching, newest);
        }
        Optional<Seal> made = newest.flatMap(this::made);
        Optional<Snapshot> source = clean.current();
        Optional<Seal> sealedClean = source.flatMap(s -> ledger.newest(s.tableId()));
        if (sealedClean.isEmpty()) {
            return Optional.empty();
        }
        Seal now = sealedClean.get();
        InputFile input =
                new InputFile(InputListing.ofUri(InputListing.toUri(clean.path())), now.version(), 0, now.tableId());
        made.ifPresent(seal -> requireSamePath(seal, input));
        RunKey runKey = RunKey.of(
                "window " + pipeline.name(),
                windowed.path(),
                DateScope.ALL,
                new Manifest(List.of(input)),
                pipeline.windowDigest());
        Optional<Seal> built = made.filter(seal -> seal.configDigest().equals(pipeline.windowDigest()))
                .map(seal -> seal.inputs().get(0).file())
                .filter(file -> now.tableId().equals(file.etag()))
                .flatMap(file -> ledger.atOrBefore(now.tableId(), file.length())
                        .filter(seal -> seal.version() == file.length()));
        SortedSet<String> changed = built.map(was -> changed(was, now)).orElseGet(TreeSet::new);
        return Optional.of(new WindowPlan(input, runKey, now, table, newest, made, built, changed));
    }

    /** The event dates of a seal's partitions. */
    static SortedMap<String, MultisetDigest> partitions(Seal seal) {
        SortedMap<String, MultisetDigest> byDate = new TreeMap<>();
        seal.digest().partitions().forEach((path, rows) -> byDate.put(path.substring(EVENT_DATE.length() + 1), rows));
        return byDate;
    }

    private static SortedSet<String> changed(Seal was, Seal now) {
        SortedMap<String, MultisetDigest> before = partitions(was);
        SortedMap<String, MultisetDigest> after = partitions(now);
        SortedSet<String> dates = new TreeSet<>(before.keySet());
        dates.addAll(after.keySet());
        dates.removeIf(date ->
                after.getOrDefault(date, MultisetDigest.EMPTY).equals(before.getOrDefault(date, MultisetDigest.EMPTY)));
        return dates;
    }

    /** Seals the commits after the last seal, in their order: their content follows from what their notes say. */
    private Optional<Seal> sealed(Snapshot table, Optional<Seal> newest) {
        Optional<Seal> last = newest;
        for (Commit commit : table.after(newest.map(Seal::version).orElse(DeltaStore.NO_VERSION))) {
            Optional<CommitNote> note = CommitNote.of(commit);
            if (note.isPresent()) {
                last = Optional.of(sealing.seal(note.get(), commit, last));
            }
        }
        return last;
    }

    /**
     * The seal of the last version that was made from the clean table, under which the same rows lie; empty after a rollback:
     * what that left is no version of the clean table, and is built anew.
     */
    private Optional<Seal> made(Seal newest) {
        boolean isWrite = newest.job().equals(WindowSealing.JOB);
        Optional<Seal> write = isWrite ? Optional.of(newest) : ledger.newestWrite(newest.tableId());
        write.ifPresent(this::requireWindowed);
        return isWrite
                ? write
                : write.filter(seal -> !ledger.rollbacks(seal.tableId()).isAnyAfter(seal.version()));
    }

    private void requireWindowed(Seal write) {
        if (!write.job().equals(WindowSealing.JOB)) {
            throw pipeline.problem(
                    "dedup.windowed-target",
                    "= " + windowed.path() + " is a table that the job " + write.job() + " of pipeline "
                            + write.pipeline() + " writes",
                    "Name another path.");
        }
    }

    private void requireSamePath(Seal newest, InputFile input) {
        String other = newest.inputs().get(0).file().path();
        if (!other.equals(input.path())) {
            throw pipeline.problem(
                    "dedup.windowed-target",
                    "= " + windowed.path() + " is made from another clean table, " + other,
                    "Give each clean table a windowed target of its own.");
        }
    }
}
