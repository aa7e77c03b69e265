package io.lakeproof.jobs.dedup;

import static io.lakeproof.source.Validation.EVENT_DATE;

import io.lakeproof.lineage.Contribution;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Rollbacks;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.RunKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What earlier runs took from inputs, and what rollbacks took back of it.
 *
 * @param byPath the contributions of each input, in the order of the chain
 */
record Known(Map<String, List<Contribution>> byPath, Rollbacks rollbacks) {
    List<Contribution> of(String path) {
        return byPath.getOrDefault(path, List.of());
    }

    /** True if the rows of a date still come from the contribution, as far as it goes. */
    boolean stands(Contribution contribution, String date) {
        return stands(contribution.version(), date);
    }

    /** The seal of a run of this work, if all that it wrote still stands. */
    Optional<Seal> sealed(Ledger ledger, String tableId, RunKey runKey) {
        boolean isSealed = byPath.values().stream()
                .flatMap(List::stream)
                .anyMatch(contribution -> contribution.runKey().equals(runKey.hex()));
        return isSealed
                ? ledger.byRunKey(tableId, runKey.hex())
                        .filter(seal -> seal.dates().stream().allMatch(date -> stands(seal.version(), date)))
                : Optional.empty();
    }

    private boolean stands(long version, String date) {
        return rollbacks.stands(version, EVENT_DATE + "=" + date);
    }
}
