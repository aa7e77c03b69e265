package io.lakeproof.jobs.dedup;

import static io.lakeproof.source.Validation.EVENT_DATE;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sealing;

/** The last step: digests what was committed, checks that no row was lost, and appends the seal. */
final class DedupSealing {
    private final RunContext context;
    private final PipelineConfig pipeline;
    private final Sealing sealing;

    DedupSealing(RunContext context, PipelineConfig pipeline, DeltaStore store, Ledger ledger) {
        this.context = context;
        this.pipeline = pipeline;
        this.sealing = new Sealing(context, store, ledger);
    }

    Seal seal(DedupStep step, CommitNote note, Commit commit, Tally.Rows rows) {
        Counts counts = step.counts(rows, pipeline.dedup().onConflict()).requireConserved();
        context.facts().counts(counts).dates(note.dates());
        return sealing.seal(
                note,
                commit,
                step.plan().newest(),
                step.others().inputs(step.plan().others()),
                digest -> {
                    requireStored(step, note, digest, rows);
                    return counts;
                });
    }

    /** The rows that were read back are those that the tasks say they wrote. */
    private static void requireStored(DedupStep step, CommitNote note, TableDigest digest, Tally.Rows rows) {
        boolean onSealedVersion =
                step.plan().newest().map(Seal::version).orElse(DeltaStore.NO_VERSION) == note.versionBefore();
        if (!onSealedVersion) {
            return; // an unsealed commit lies in between, whose counts nobody has
        }
        long before =
                step.storedByDate().values().stream().mapToLong(Long::longValue).sum();
        long after = note.dates().stream()
                .map(date -> digest.partitions().get(EVENT_DATE + "=" + date))
                .mapToLong(partition -> partition == null ? 0 : partition.count())
                .sum();
        if (after != before + rows.kept()) {
            throw new IllegalStateException("the committed partitions hold " + after + " rows, but should hold "
                    + before + " stored before and " + rows.kept() + " kept");
        }
    }
}
