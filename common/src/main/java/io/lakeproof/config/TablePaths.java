package io.lakeproof.config;

import java.util.Optional;

/**
 * Where the tables of a pipeline are.
 *
 * @param windowed empty for none
 * @param featuresSource the table that features are made of
 */
public record TablePaths(
        String clean,
        Optional<String> windowed,
        String featuresSource,
        String features,
        String ledger,
        String quarantine) {}
