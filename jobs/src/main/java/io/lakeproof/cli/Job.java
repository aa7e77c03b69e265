package io.lakeproof.cli;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.model.Outcome;
import io.lakeproof.telemetry.RunFacts;

/** What a command does once its configuration is known to be right. */
@FunctionalInterface
interface Job {
    Outcome run(RunFacts facts, PipelineConfig pipeline);
}
