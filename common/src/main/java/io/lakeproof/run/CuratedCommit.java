package io.lakeproof.run;

import io.lakeproof.lineage.SealedInput;
import io.lakeproof.model.Counts;
import io.lakeproof.model.CuratedScope;
import io.lakeproof.model.RunKey;
import java.util.List;

/**
 * What a job has to say of rows that it wants to publish in a curated table.
 *
 * @param configDigest of the settings that shape the rows
 * @param inputs that the rows were made from
 * @param counts where every row of the scope's input goes; {@code kept} is how many rows the scope shall have
 * @param replaces an earlier run had written one of the scope's dates
 */
public record CuratedCommit(
        String pipeline,
        RunKey runKey,
        CuratedScope scope,
        String configDigest,
        List<SealedInput> inputs,
        Counts counts,
        boolean replaces) {
    public CuratedCommit {
        inputs = List.copyOf(inputs);
    }
}
