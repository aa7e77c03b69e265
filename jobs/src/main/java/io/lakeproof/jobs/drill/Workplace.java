package io.lakeproof.jobs.drill;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What every step of a drill works with.
 *
 * @param ledger of the table that is drilled; it is only read
 * @param jobs that make tables again
 * @param findings where each step notes what it found
 */
record Workplace(
        RunContext context,
        PipelineConfig pipeline,
        DrillRequest request,
        Ledger ledger,
        Scratch scratch,
        Recompute jobs,
        Findings findings) {
    Ledger scratchLedger() {
        return new Ledger(context.spark(), scratch.ledger());
    }

    Restore restore() {
        return new Restore(context, scratchLedger());
    }

    /** A context for a job in the scratch, whose facts are not those of the drill. */
    RunContext jobContext(Optional<Instant> now) {
        return new RunContext(
                context.spark(),
                now.map(time -> Clock.fixed(time, ZoneOffset.UTC)).orElse(context.clock()),
                context.runId(),
                false,
                new RunFacts("drill", context.runId()));
    }

    /**
     * What a table in the scratch was sealed with.
     *
     * @param sealed what it should be; of no table, it gives the columns
     */
    TableDigest made(String table, TableDigest sealed) {
        return new DeltaStore(context.spark(), table)
                .current()
                .map(Snapshot::tableId)
                .flatMap(id -> scratchLedger().newest(id))
                .map(Seal::digest)
                .orElseGet(() -> new TableDigest(sealed.schemaDigest(), new TreeMap<>()));
    }
}
