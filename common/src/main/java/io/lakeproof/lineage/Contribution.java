package io.lakeproof.lineage;

import io.lakeproof.model.DateScope;

/**
 * What one sealed run took from one input.
 *
 * @param sequence of the seal
 * @param version that is sealed; the highest number for a commit without a seal
 * @param job that read the input: {@code dedup} all of it, {@code requeue} rows that were refused
 * @param pipeline that read the input
 * @param configDigest of the settings it was read with
 * @param scope of the run; rows of other event dates were not looked at
 */
public record Contribution(
        long sequence,
        long version,
        String job,
        String pipeline,
        String runKey,
        String runId,
        String configDigest,
        DateScope scope,
        SealedInput input) {}
