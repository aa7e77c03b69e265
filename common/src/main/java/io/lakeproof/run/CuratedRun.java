package io.lakeproof.run;

import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Outcome;
import java.util.Optional;

/**
 * How a run that builds dates of a curated table ended.
 *
 * @param seal of the version that it committed or stands for; empty if there is none
 */
public record CuratedRun(Outcome outcome, Optional<Seal> seal) {}
