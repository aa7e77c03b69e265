package io.lakeproof.jobs.dedup;

import io.lakeproof.lineage.Contribution;
import io.lakeproof.lineage.Ledger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline's runs took from inputs, as the ledger says.
 *
 * @param tableId of the clean table
 * @param unsealed what commits without a seal took
 * @param byDate an input is always read whole; otherwise a run reads only the rows of its scope's dates
 */
record SealedReadings(Ledger ledger, String tableId, String pipeline, List<Contribution> unsealed, boolean byDate)
        implements RefusedRows.Readings {
    SealedReadings {
        unsealed = List.copyOf(unsealed);
    }

    @Override
    public Map<String, List<Contribution>> of(Collection<String> paths) {
        Map<String, List<Contribution>> byPath = new TreeMap<>();
        List<Contribution> all = new ArrayList<>(ledger.contributions(tableId, paths, Optional.empty()));
        all.addAll(unsealed);
        all.stream()
                .filter(c -> c.pipeline().equals(pipeline) && c.job().equals("dedup"))
                .forEach(c -> byPath.computeIfAbsent(c.input().file().path(), p -> new ArrayList<>())
                        .add(c));
        return byPath;
    }

    @Override
    public Optional<Contribution> last(List<Contribution> ofInput, @Nullable String date) {
        return ofInput.stream()
                .filter(c -> byDate
                        || c.input().isGone()
                        || date == null
                        || c.scope().contains(date))
                .reduce((earlier, later) -> later)
                .filter(c -> !c.input().isGone());
    }
}
