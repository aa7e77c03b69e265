package io.lakeproof.jobs.dedup;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.RunKey;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the windowed table lacks, found without reading a row.
 *
 * @param input the clean table, as the windowed table's seal names it
 * @param clean the seal of the version of the clean table to go to
 * @param table the windowed table as it is now; empty if there is none
 * @param newest its last seal
 * @param made the seal of the last version that was made from the clean table; the same rows lie in other files since
 * @param built the seal of the version of the clean table that the windowed table was made from; empty if it must be built
 *     as a whole
 * @param changed the event dates on which the two versions of the clean table differ
 */
record WindowPlan(
        InputFile input,
        RunKey runKey,
        Seal clean,
        Optional<Snapshot> table,
        Optional<Seal> newest,
        Optional<Seal> made,
        Optional<Seal> built,
        SortedSet<String> changed) {
    WindowPlan {
        changed = Collections.unmodifiableSortedSet(new TreeSet<>(changed));
    }

    /** True if the windowed table is that of the clean table's content already. */
    boolean isDone() {
        return built.isPresent() && changed.isEmpty();
    }

    /** True if nothing of the stored table can be used. */
    boolean isWhole() {
        return built.isEmpty();
    }

    /** Every event date that the clean table, old or new, or the windowed table has. */
    SortedSet<String> dates() {
        SortedSet<String> dates = new TreeSet<>(WindowPlanner.partitions(clean).keySet());
        newest.ifPresent(seal -> dates.addAll(WindowPlanner.partitions(seal).keySet()));
        dates.addAll(changed);
        return dates;
    }

    Map<String, Long> rowsByDate() {
        Map<String, Long> rows = new TreeMap<>();
        WindowPlanner.partitions(clean).forEach((date, digest) -> rows.put(date, digest.count()));
        return rows;
    }

    /** As {@link DedupPlan#commitNumber}. */
    long commitNumber() {
        long last = newest.map(Seal::version).orElse(DeltaStore.NO_VERSION);
        return table.stream()
                        .flatMap(t -> t.after(last).stream())
                        .filter(commit -> CommitNote.of(commit).isPresent())
                        .mapToLong(commit -> commit.version())
                        .max()
                        .orElse(last)
                + 1;
    }

    long version() {
        return table.map(Snapshot::version).orElse(DeltaStore.NO_VERSION);
    }

    @Override
    public String toString() {
        return "version " + version() + " goes to version " + clean.version() + " of the clean table, "
                + (isWhole() ? "as a whole" : changed.size() + " dates changed");
    }
}
