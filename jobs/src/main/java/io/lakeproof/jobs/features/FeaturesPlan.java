package io.lakeproof.jobs.features;

import io.lakeproof.lineage.ModelWrite;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.CuratedScope;
import io.lakeproof.model.RunKey;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a features run is going to do, found without reading a row, but for {@code changed} with windows of rows.
 *
 * @param state the features table
 * @param writers the newest run that wrote each date of the model version
 * @param scope the dates to build
 * @param input the source, with the partitions that the rows of these dates can depend on
 * @param sealed the seal of an earlier run of the same work, if the table still holds what it made
 * @param stale stored dates outside the scope that were made with other definitions
 */
record FeaturesPlan(
        TableState state,
        SortedMap<String, ModelWrite> writers,
        CuratedScope scope,
        SealedInput input,
        RunKey runKey,
        Optional<Seal> sealed,
        SortedSet<String> stale) {
    FeaturesPlan {
        writers = Collections.unmodifiableSortedMap(new TreeMap<>(writers));
        stale = Collections.unmodifiableSortedSet(new TreeSet<>(stale));
    }

    /** An earlier run had written one of the dates. */
    boolean replaces() {
        return scope.dates().stream().anyMatch(writers::containsKey);
    }
}
