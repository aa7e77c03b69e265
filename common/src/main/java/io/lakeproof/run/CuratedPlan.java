package io.lakeproof.run;

import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.error.Failure;
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
 * What a run that builds dates of a curated table is going to do, found from the ledger, mostly without reading a row.
 *
 * @param state the curated table
 * @param writers the newest run that wrote each date of the model version
 * @param scope the dates to build
 * @param input the source, with the partitions that the rows of these dates can depend on
 * @param sealed the seal of an earlier run of the same work, if the table still holds what it made
 * @param stale stored dates outside the scope that were made with other definitions
 */
public record CuratedPlan(
        TableState state,
        SortedMap<String, ModelWrite> writers,
        CuratedScope scope,
        SealedInput input,
        RunKey runKey,
        Optional<Seal> sealed,
        SortedSet<String> stale) {
    public CuratedPlan {
        writers = Collections.unmodifiableSortedMap(new TreeMap<>(writers));
        stale = Collections.unmodifiableSortedSet(new TreeSet<>(stale));
    }

    /** An earlier run had written one of the dates. */
    public boolean replaces() {
        return scope.dates().stream().anyMatch(writers::containsKey);
    }

    /**
     * Whether a result without rows is worth a commit: there are stored rows to take out, and the caller wants that.
     *
     * @param why there are no rows, in words
     * @throws Failure.DataGate if there are stored rows and the caller did not say that they shall go
     */
    public boolean empties(CuratedRequest request, String why) {
        long stored = state.newest().stream()
                .flatMap(seal -> scope.partitions().stream()
                        .map(path -> seal.digest().partitions().getOrDefault(path, MultisetDigest.EMPTY)))
                .mapToLong(MultisetDigest::count)
                .sum();
        if (stored > 0 && request.emptyResult() == CuratedRequest.Permission.REFUSED) {
            throw new Failure.DataGate(
                    "the scope has " + stored + " stored rows of model "
                            + scope.model().name() + ", but " + why + "; they were not taken out",
                    "If they shall go, run with --allow-empty.");
        }
        return stored > 0;
    }
}
