package io.lakeproof.config;

import java.util.List;

/**
 * What the rows of a batch, and the batch as a whole, must meet.
 *
 * @param maxQuarantined if more rows than this are refused, nothing is published
 */
public record QualityConfig(List<QualityRule> rules, Limit maxQuarantined) {
    public QualityConfig {
        rules = List.copyOf(rules);
    }
}
