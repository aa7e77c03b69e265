package io.lakeproof.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where every row of a run's input went. Adds up across tasks and runs.
 *
 * @param read rows that the input held: lines that are not blank, or rows of a table
 * @param kept rows that entered the table under a key that it did not have
 * @param replaced rows that took the place of a stored row with the same key
 * @param exactDuplicates rows equal in every column to another of the batch or to the stored survivor
 * @param conflictDuplicates rows that share only the key with the survivor, and lost
 * @param quarantined rows that were refused, by reason
 */
public record Counts(
        long read,
        long kept,
        long replaced,
        long exactDuplicates,
        long conflictDuplicates,
        SortedMap<String, Long> quarantined) {
    public static final Counts ZERO = new Counts(0, 0, 0, 0, 0, new TreeMap<>());

    public Counts {
        quarantined = Collections.unmodifiableSortedMap(new TreeMap<>(quarantined));
    }

    /** The counts of both. */
    public Counts plus(Counts other) {
        SortedMap<String, Long> both = new TreeMap<>(quarantined);
        other.quarantined.forEach((reason, rows) -> both.merge(reason, rows, Long::sum));
        return new Counts(
                read + other.read,
                kept + other.kept,
                replaced + other.replaced,
                exactDuplicates + other.exactDuplicates,
                conflictDuplicates + other.conflictDuplicates,
                both);
    }

    public long quarantinedRows() {
        return quarantined.values().stream().mapToLong(Long::longValue).sum();
    }

    /** True if every row that was read is accounted for, exactly once. */
    public boolean conserved() {
        return read == kept + replaced + exactDuplicates + conflictDuplicates + quarantinedRows();
    }

    /**
     * Returns these counts if they add up.
     *
     * @throws IllegalStateException if a row was lost or counted twice: a bug, exit 70
     */
    public Counts requireConserved() {
        if (!conserved()) {
            throw new IllegalStateException("rows do not add up: read " + read + ", but kept " + kept + " + replaced "
                    + replaced + " + exact duplicates " + exactDuplicates + " + conflict duplicates "
                    + conflictDuplicates + " + quarantined " + quarantined + " = "
                    + (kept + replaced + exactDuplicates + conflictDuplicates + quarantinedRows()));
        }
        return this;
    }
}
