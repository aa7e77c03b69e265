package io.lakeproof.config;

import java.time.temporal.TemporalAmount;
import java.util.List;
import java.util.Optional;

/**
 * What the rows of a batch, and the batch as a whole, must meet.
 *
 * @param maxQuarantined if more rows than this are refused, nothing is published
 * @param minRows if fewer rows than this are accepted, nothing is published
 * @param rowsVersusPrevious if the accepted rows differ too much from those of earlier runs, nothing is published
 * @param maxAge if the newest accepted event is older than this, nothing is published: calendar days in the pipeline's zone, or
 *     a duration
 */
public record QualityConfig(
        List<QualityRule> rules,
        Limit maxQuarantined,
        long minRows,
        Optional<RowsExpectation> rowsVersusPrevious,
        Optional<TemporalAmount> maxAge) {
    public QualityConfig {
        rules = List.copyOf(rules);
    }

    /** Without expectations of how many rows a batch has, and how new they are. */
    public QualityConfig(List<QualityRule> rules, Limit maxQuarantined) {
        this(rules, maxQuarantined, 0, Optional.empty(), Optional.empty());
    }
}
