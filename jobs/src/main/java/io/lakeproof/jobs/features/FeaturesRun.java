package io.lakeproof.jobs.features;

import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Outcome;
import java.util.Optional;

/**
 * How a features run ended.
 *
 * @param seal of the version that it committed or stands for; empty if there is none
 */
public record FeaturesRun(Outcome outcome, Optional<Seal> seal) {}
