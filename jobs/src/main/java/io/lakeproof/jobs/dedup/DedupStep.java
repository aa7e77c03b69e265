package io.lakeproof.jobs.dedup;

import io.lakeproof.config.OnConflict;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.model.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A plan with its rows at hand.
 *
 * @param batch the rows of the run's own inputs
 * @param others the rows that further inputs have for the stale dates
 */
record DedupStep(DedupPlan plan, Batch batch, Batch others) {
    /** The event dates whose partitions are replaced. */
    SortedSet<String> dates() {
        SortedSet<String> dates = new TreeSet<>(offeredByDate().keySet());
        dates.addAll(plan.stale());
        return dates;
    }

    /** Accepted rows by event date. */
    SortedMap<String, Long> offeredByDate() {
        SortedMap<String, Long> offered = new TreeMap<>(batch.acceptedByDate());
        others.acceptedByDate().forEach((date, rows) -> offered.merge(date, rows, Long::sum));
        return offered;
    }

    /** Stored rows that compete with the new ones, by event date, as the last seal counted them; stale dates have none. */
    SortedMap<String, Long> storedByDate() {
        SortedMap<String, Long> stored = new TreeMap<>();
        for (String date : dates()) {
            if (!plan.stale().contains(date)) {
                long rows = plan.newest()
                        .map(seal -> seal.digest().partitions().get("event_date=" + date))
                        .map(MultisetDigest::count)
                        .orElse(0L);
                if (rows > 0 || isTouchedSince(date)) {
                    stored.put(date, rows);
                }
            }
        }
        return stored;
    }

    /** Offered and stored rows together. */
    long competing() {
        return Stream.of(offeredByDate(), storedByDate())
                .flatMap(byDate -> byDate.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** What the run read, with the dates that each input gave rows to, and what it found to be gone. */
    List<SealedInput> inputs() {
        List<SealedInput> inputs = new ArrayList<>(batch.inputs(plan.manifest().files()));
        inputs.addAll(plan.gone());
        return inputs;
    }

    /** Where every row went, given what became of the accepted ones. */
    Counts counts(Tally.Rows rows, OnConflict onConflict) {
        boolean refused = onConflict == OnConflict.QUARANTINE;
        return new Counts(
                batch.read() + others.read(),
                rows.kept(),
                rows.replaced(),
                rows.exact(),
                refused ? 0 : rows.conflict(),
                refused ? quarantined(rows.conflict()) : batch.quarantined());
    }

    /** Refused rows by reason, so many rows that lost among them. */
    SortedMap<String, Long> quarantined(long losers) {
        SortedMap<String, Long> quarantined = batch.quarantined();
        if (losers > 0) {
            quarantined.merge(Losers.CONFLICT, losers, Long::sum);
        }
        return quarantined;
    }

    private boolean isTouchedSince(String date) {
        long sealed = plan.newest().map(seal -> seal.version()).orElse(-1L);
        return plan.table().stream()
                .flatMap(table -> table.after(sealed).stream())
                .flatMap(commit -> CommitNote.of(commit).stream())
                .anyMatch(note -> note.dates().contains(date));
    }
}
