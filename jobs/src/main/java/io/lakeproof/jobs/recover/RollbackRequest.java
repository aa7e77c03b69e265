package io.lakeproof.jobs.recover;

import io.lakeproof.error.Failure;
import io.lakeproof.model.DateScope;
import java.util.Optional;

/**
 * What to roll back, and to where.
 *
 * @param scope the event dates of the partitions
 * @param model the model version of the partitions; empty for all
 * @param version a sealed version; empty if a pin tells it
 * @param pin the name of a pin; empty if the version is given
 */
public record RollbackRequest(DateScope scope, Optional<String> model, Optional<Long> version, Optional<String> pin) {
    public RollbackRequest {
        if (version.isPresent() == pin.isPresent()) {
            throw new Failure.Usage(
                    version.isPresent()
                            ? "both --to-version and --to-pin are given"
                            : "neither --to-version nor --to-pin is given",
                    "Give one of them.");
        }
    }

    /** True if no partition is left out. */
    boolean isWhole() {
        return scope.isAll() && model.isEmpty();
    }
}
