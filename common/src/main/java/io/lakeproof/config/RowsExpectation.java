package io.lakeproof.config;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * How many rows a run should accept, in comparison with earlier runs.
 *
 * @param min the least, in percent of the median of the earlier runs; empty for no least
 * @param max the most, in percent of that median; empty for no most
 * @param window how many earlier runs to look at
 */
public record RowsExpectation(Optional<BigDecimal> min, Optional<BigDecimal> max, int window) {
    /** Fewer earlier runs than this say nothing, unless the window is smaller. */
    private static final int LEAST_HISTORY = 3;

    public int leastHistory() {
        return Math.min(LEAST_HISTORY, window);
    }
}
