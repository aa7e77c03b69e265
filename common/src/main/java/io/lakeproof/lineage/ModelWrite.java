package io.lakeproof.lineage;

import java.util.List;

/**
 * What one seal says of the dates that it wrote for a model version.
 *
 * @param sequence of the seal in its table's chain
 * @param configDigest of the settings that shaped the rows
 * @param definitions digest of the feature definitions
 * @param dates that were written, and that no rollback took back
 * @param inputs that they were made from
 */
public record ModelWrite(
        long sequence,
        String runKey,
        String runId,
        String configDigest,
        String definitions,
        List<String> dates,
        List<SealedInput> inputs) {
    public ModelWrite {
        dates = List.copyOf(dates);
        inputs = List.copyOf(inputs);
    }
}
