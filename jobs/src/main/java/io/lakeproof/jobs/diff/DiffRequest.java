package io.lakeproof.jobs.diff;

import java.util.List;
import java.util.Optional;

/**
 * What to compare.
 *
 * @param left empty for the version before that of {@code right}
 * @param key columns that identify a row; empty for those that the configuration says
 * @param samples rows of each change to show
 * @param report where to write the report
 */
public record DiffRequest(
        Optional<TableRef> left,
        TableRef right,
        List<String> key,
        int samples,
        Optional<String> report,
        OnDifference onDifference) {
    public DiffRequest {
        key = List.copyOf(key);
    }

    /** How a run ends that finds a difference. */
    public enum OnDifference {
        PASS,
        FAIL
    }
}
