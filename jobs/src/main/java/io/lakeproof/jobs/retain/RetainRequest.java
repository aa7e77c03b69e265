package io.lakeproof.jobs.retain;

import io.lakeproof.error.Failure;
import java.util.Optional;

/**
 * What to retain.
 *
 * @param keepDays how many days versions are promised, at least 7; empty for what the configuration says
 */
public record RetainRequest(TablePlace table, Optional<Integer> keepDays) {
    static final int LEAST_DAYS = 7;

    public RetainRequest {
        if (keepDays.filter(days -> days < LEAST_DAYS).isPresent()) {
            throw new Failure.Usage(
                    "--keep-days " + keepDays.get() + " is less than " + LEAST_DAYS,
                    "Keep at least " + LEAST_DAYS + " days: a run may still be at work on files of that age.");
        }
    }

    /**
     * The days that hold.
     *
     * @throws Failure.Usage if nobody says any
     */
    int days() {
        return keepDays.or(table::retentionDays)
                .map(days -> Math.max(days, LEAST_DAYS))
                .orElseThrow(() -> new Failure.Usage(
                        "the configuration says no retention for " + table.table(), "Give --keep-days."));
    }
}
