package io.lakeproof.jobs.lineage;

import java.util.Optional;

/**
 * What to show of a lineage.
 *
 * @param version the version to show in full; empty for all in short
 * @param depth how many steps to follow the inputs: 0 none, 1 the inputs of a version, 2 those of its inputs; empty for the
 *     default
 * @param whole lists everything, however long
 */
public record LineageRequest(Optional<Long> version, Optional<Integer> depth, boolean whole) {
    private static final int DEFAULT_DEPTH = 3;

    /** The default: of one version, as far as a table of features is from the raw files. */
    int steps() {
        return depth.orElse(version.isPresent() ? DEFAULT_DEPTH : 0);
    }
}
