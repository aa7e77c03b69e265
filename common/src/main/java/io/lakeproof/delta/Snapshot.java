package io.lakeproof.delta;

import java.util.List;

/**
 * One version of a Delta table.
 *
 * @param tableId the id that Delta gave the table when it was created; a table created anew at the same path has another
 * @param recent the newest commits, newest first, at least as far as was asked for
 */
public record Snapshot(String tableId, long version, List<Commit> recent) {
    public Snapshot {
        recent = List.copyOf(recent);
    }

    /** The commits after a version, oldest first. */
    public List<Commit> after(long since) {
        return recent.stream()
                .filter(commit -> commit.version() > since)
                .sorted(java.util.Comparator.comparingLong(Commit::version))
                .toList();
    }
}
