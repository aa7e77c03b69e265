package io.lakeproof.jobs.verify;

import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.Seal;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was found of one version.
 *
 * @param seal that it was compared with; empty if there is none
 * @param bad what is wrong, in words, by partition or by another name in brackets
 * @param found what was read
 * @param unchecked why it was not compared; empty if it was
 */
record VersionFinding(
        long version,
        Optional<Seal> seal,
        SortedMap<String, String> bad,
        Optional<TableDigest> found,
        Optional<String> unchecked) {
    VersionFinding {
        bad = Collections.unmodifiableSortedMap(new TreeMap<>(bad));
    }

    static VersionFinding unchecked(long version, Optional<Seal> seal, String why) {
        return new VersionFinding(version, seal, new TreeMap<>(), Optional.empty(), Optional.of(why));
    }

    boolean isOk() {
        return bad.isEmpty() && unchecked.isEmpty();
    }
}
