package io.lakeproof.jobs.verify;

import io.lakeproof.delta.LogReplay;
import io.lakeproof.error.Failure;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which versions are verified.
 *
 * @param from the first; empty for the oldest that the log still tells of
 * @param to the last; empty for the newest
 * @param asOf the one version that a reader saw at this instant, in place of {@code from} and {@code to}
 */
public record VersionChoice(Optional<Long> from, Optional<Long> to, Optional<Instant> asOf) {
    /** Every version that the log still tells of. */
    public static final VersionChoice ALL = new VersionChoice(Optional.empty(), Optional.empty(), Optional.empty());

    public static VersionChoice one(long version) {
        return new VersionChoice(Optional.of(version), Optional.of(version), Optional.empty());
    }

    public static VersionChoice asOf(Instant instant) {
        return new VersionChoice(Optional.empty(), Optional.empty(), Optional.of(instant));
    }

    /** True if every version is meant. */
    public boolean isAll() {
        return equals(ALL);
    }

    /**
     * The versions of a table that are meant, oldest first; not one of them is missing from its log.
     *
     * @throws Failure.Usage if the table never had such a version, or no longer has it
     */
    NavigableSet<Long> of(LogReplay replay, String table) {
        NavigableSet<Long> versions = replay.versions();
        if (asOf.isPresent()) {
            return new TreeSet<>(java.util.List.of(at(replay, asOf.get(), table)));
        }
        long first = from.orElse(versions.first());
        long last = to.orElse(versions.last());
        for (long bound : new long[] {first, last}) {
            if (bound < 0 || bound > versions.last()) {
                throw new Failure.Usage(
                        "there is no version " + bound + " of " + table,
                        "Versions go from " + versions.first() + " to " + versions.last()
                                + "; `lakeproof lineage show` lists the sealed ones.");
            }
        }
        if (first > last) {
            throw new Failure.Usage(
                    "--from-version " + first + " comes after --to-version " + last, "Exchange the two.");
        }
        if (!versions.contains(first)) {
            throw new Failure.Integrity(
                    "version " + first + " of " + table + " cannot be read: the log no longer has it",
                    "Restore the missing files of _delta_log from a backup; a version older than the retention is gone."
                            + " The oldest that can be read is " + versions.first() + ".");
        }
        return versions.subSet(first, true, last, true);
    }

    private static long at(LogReplay replay, Instant instant, String table) {
        Map<Long, Long> times = replay.commitTimes();
        long found = -1;
        for (long version : replay.versions()) {
            if (times.getOrDefault(version, Long.MAX_VALUE) <= instant.toEpochMilli()) {
                found = version;
            }
        }
        if (found < 0) {
            long oldest = replay.versions().first();
            throw new Failure.Usage(
                    "--as-of " + instant + ": " + table + " has no version that old",
                    "The oldest that can be read is " + oldest + ", of "
                            + Instant.ofEpochMilli(times.getOrDefault(oldest, 0L)) + ".");
        }
        return found;
    }
}
