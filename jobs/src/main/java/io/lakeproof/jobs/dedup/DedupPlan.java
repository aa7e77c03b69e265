package io.lakeproof.jobs.dedup;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Manifest;
import io.lakeproof.model.RunKey;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a run is going to do, found without reading a row.
 *
 * @param table the clean table as it is now; empty if there is none
 * @param newest the last seal of the table
 * @param sealed the seal of an earlier run of the same work, if the table still holds what it made
 * @param unsealed a commit of an earlier run of the same work that died before its seal
 * @param stale event dates that hold rows of an input that has changed or gone, or that was read with other settings: they
 *     are built anew from all their inputs
 * @param others further inputs that the stale dates are made from
 * @param gone inputs that earlier runs had read and that are no longer there
 */
record DedupPlan(
        Manifest manifest,
        RunKey runKey,
        Optional<Snapshot> table,
        Optional<Seal> newest,
        Optional<Seal> sealed,
        Optional<Commit> unsealed,
        SortedSet<String> stale,
        List<InputFile> others,
        List<SealedInput> gone) {
    DedupPlan {
        stale = Collections.unmodifiableSortedSet(new TreeSet<>(stale));
        others = List.copyOf(others);
        gone = List.copyOf(gone);
    }

    /**
     * The number of this run's commit among Lakeproof's: one above the version of the last Lakeproof commit that the plan has
     * seen. Of two runs that have seen the same, one lands; a run that has seen less is refused, whatever other operations lie
     * in between.
     */
    long commitNumber() {
        long last = newest.map(Seal::version).orElse(DeltaStore.NO_VERSION);
        return table.stream()
                        .flatMap(t -> t.after(last).stream())
                        .filter(commit -> CommitNote.of(commit).isPresent())
                        .mapToLong(Commit::version)
                        .max()
                        .orElse(last)
                + 1;
    }

    long version() {
        return table.map(Snapshot::version).orElse(DeltaStore.NO_VERSION);
    }
}
