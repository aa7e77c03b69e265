package io.lakeproof.lineage;

import io.lakeproof.digest.TableDigest;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.ModelVersion;
import io.lakeproof.model.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The ledger's record of one commit: what was committed, from what, by whom, and its digest. docs/ledger.md has the columns.
 *
 * @param sequence 1 for the first seal of a table, then 2, 3, …; the order of the chain
 * @param tableId the id that Delta gave the table
 * @param versionBefore the version that the run had read; -1 if it created the table
 * @param model the version whose features the commit wrote, with the digest of their definitions; empty for a table without
 *     models
 * @param dates the event dates of the rows that the commit wrote or took out
 * @param replacedPartitions the Hive-style paths of the partitions that the commit replaced
 * @param configDigest SHA-256 of the settings that shape the rows
 * @param inputs what was read, and what was found to be gone
 * @param others further inputs of other runs, read again because the dates they share with a changed input were rebuilt
 * @param previous the digest of the table's previous seal; empty for the first
 */
public record Seal(
        long sequence,
        String tableId,
        String tablePath,
        long version,
        long versionBefore,
        String pipeline,
        String job,
        Outcome outcome,
        String runKey,
        String runId,
        Instant sealedAt,
        DateScope scope,
        Optional<ModelVersion> model,
        List<String> dates,
        List<String> replacedPartitions,
        TableDigest digest,
        String configDigest,
        List<SealedInput> inputs,
        List<SealedInput> others,
        Counts counts,
        String lakeproofVersion,
        String previous) {
    /** The job of a commit that only writes the same rows to other files. */
    public static final String COMPACT = "compact";

    public Seal {
        dates = List.copyOf(dates);
        replacedPartitions = List.copyOf(replacedPartitions);
        inputs = List.copyOf(inputs);
        others = List.copyOf(others);
    }

    /** True if the version holds the same rows as the one before, in other files. */
    public boolean isCompaction() {
        return job.equals(COMPACT);
    }

    /** The same seal as the next one of a chain. */
    Seal after(Optional<Seal> last) {
        return new Seal(
                last.map(seal -> seal.sequence + 1).orElse(1L),
                tableId,
                tablePath,
                version,
                versionBefore,
                pipeline,
                job,
                outcome,
                runKey,
                runId,
                sealedAt,
                scope,
                model,
                dates,
                replacedPartitions,
                digest,
                configDigest,
                inputs,
                others,
                counts,
                lakeproofVersion,
                last.map(Seal::hex).orElse(""));
    }

    /** SHA-256 over every column of this seal, the previous seal's digest included: 64 hexadecimal digits. */
    public String hex() {
        return SealRows.sealDigest(SealRows.toRow(this));
    }
}
