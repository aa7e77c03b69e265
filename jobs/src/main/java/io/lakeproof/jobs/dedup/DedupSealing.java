package io.lakeproof.jobs.dedup;

import static io.lakeproof.source.Validation.EVENT_DATE;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedTable;
import io.lakeproof.model.Counts;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Version;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The last step: digests what was committed, checks that no row was lost, and appends the seal. */
final class DedupSealing {
    private final RunContext context;
    private final PipelineConfig pipeline;
    private final DeltaStore store;
    private final Ledger ledger;

    DedupSealing(RunContext context, PipelineConfig pipeline, DeltaStore store, Ledger ledger) {
        this.context = context;
        this.pipeline = pipeline;
        this.store = store;
        this.ledger = ledger;
    }

    Seal seal(DedupStep step, CommitNote note, Commit commit, Tally.Rows rows) {
        Counts counts = step.counts(rows, pipeline.dedup().onConflict()).requireConserved();
        context.facts().counts(counts).dates(note.dates());
        Optional<Seal> end = step.plan().newest();
        Optional<Seal> base = baseOf(commit, end);
        Snapshot snapshot = store.current(base.map(Seal::version).orElse(DeltaStore.NO_VERSION))
                .orElseThrow();
        TableDigest digest = new SealedTable(store).digestAt(snapshot, base, commit.version());
        requireStored(step, note, digest, rows);
        Seal seal = new Seal(
                0, // the ledger sets the number and the previous seal
                snapshot.tableId(),
                store.path(),
                commit.version(),
                note.versionBefore(),
                pipeline.name(),
                note.job(),
                note.outcome(),
                note.runKey(),
                note.runId(),
                context.clock().instant().truncatedTo(ChronoUnit.MICROS),
                note.scope(),
                note.model(),
                note.dates(),
                note.partitions(),
                digest,
                note.configDigest(),
                note.inputs(),
                step.others().inputs(step.plan().others()),
                counts,
                Version.NUMBER,
                "");
        return ledger.append(seal, end);
    }

    /** The last seal, unless later versions than this commit have been sealed already. */
    private Optional<Seal> baseOf(Commit commit, Optional<Seal> end) {
        return end.isEmpty() || end.get().version() < commit.version()
                ? end
                : ledger.atOrBefore(end.get().tableId(), commit.version());
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
