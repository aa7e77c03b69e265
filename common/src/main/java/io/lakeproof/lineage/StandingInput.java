package io.lakeproof.lineage;

import io.lakeproof.model.DateScope;
import java.time.Instant;

/**
 * An input that the rows of a table version stand on, as the run saw it that read it last.
 *
 * @param sequence of that run's seal
 * @param job that read the input: {@code dedup} all of it, {@code requeue} rows that were refused
 * @param configDigest of the settings it was read with
 * @param scope of the run; if it chose rows, rows of other event dates were not looked at
 */
public record StandingInput(
        SealedInput input,
        long sequence,
        String job,
        String pipeline,
        String runId,
        String configDigest,
        DateScope scope,
        Instant sealedAt) {
    static StandingInput of(Seal seal, SealedInput input) {
        return new StandingInput(
                input,
                seal.sequence(),
                seal.job(),
                seal.pipeline(),
                seal.runId(),
                seal.configDigest(),
                seal.scope(),
                seal.sealedAt());
    }

    String path() {
        return input.file().path();
    }
}
