package io.lakeproof.jobs.lineage;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Chain;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.model.Counts;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import java.util.List;
import java.util.Optional;

/** Shows the seals of a table in the order of their chain, or one of them with its inputs, and whether the chain holds. */
public final class LineageJob {
    private static final int SHORT = 12;

    private final RunContext context;
    private final DeltaStore store;
    private final Ledger ledger;

    public LineageJob(RunContext context, String table, String ledger) {
        this.context = context;
        this.store = new DeltaStore(context.spark(), table);
        this.ledger = new Ledger(context.spark(), ledger);
    }

    /**
     * Shows the lineage.
     *
     * @param version the version whose inputs to show; empty for all versions in short
     * @throws Failure.Integrity if a seal was changed or is missing
     */
    public Outcome run(Optional<Long> version) {
        context.facts().target(store.path());
        Snapshot table = store.current()
                .orElseThrow(() -> new Failure.InputMissing(
                        store.path() + " is not a Delta table",
                        "Mend --table or the target in the configuration, or run the job that makes the table first."));
        Chain chain = ledger.chain(table.tableId());
        context.facts().say(store.path() + "  (table " + table.tableId() + ", newest version " + table.version() + ")");
        List<Seal> shown = chain.seals().stream()
                .filter(seal -> version.isEmpty() || seal.version() == version.get())
                .toList();
        if (shown.isEmpty()) {
            throw new Failure.Usage(
                    ledger.path() + " has no seal of "
                            + version.map(v -> "version " + v).orElse("this table"),
                    "`lakeproof lineage show` without --version lists the sealed versions.");
        }
        shown.forEach(seal -> show(seal, version.isPresent()));
        chain.requireIntact();
        Seal newest = shown.get(shown.size() - 1);
        context.facts().versionAfter(newest.version()).digest(newest.digest().hex());
        context.facts().say("chain        intact, " + chain.seals().size() + " seals");
        return Outcome.DONE;
    }

    private void show(Seal seal, boolean whole) {
        Counts counts = seal.counts();
        context.facts()
                .say("└─ version " + seal.version() + "  " + seal.outcome() + "  " + seal.sealedAt() + "  digest "
                        + shortened(seal.digest().hex(), whole));
        line("seal", seal.sequence() + "  " + shortened(seal.hex(), whole));
        line(
                "run",
                seal.job() + " " + seal.runId() + ", key " + shortened(seal.runKey(), whole) + ", on version "
                        + seal.versionBefore());
        line(
                "scope",
                seal.scope()
                        + (seal.dates().isEmpty()
                                ? ""
                                : ", " + seal.dates().size() + " dates from "
                                        + seal.dates().get(0) + " to "
                                        + seal.dates().get(seal.dates().size() - 1)));
        seal.model()
                .ifPresent(model ->
                        line("model", model.name() + ", definitions " + shortened(model.definitions(), whole)));
        line(
                "rows",
                counts.read() + " read, " + counts.kept() + " kept, " + counts.replaced() + " replaced, "
                        + counts.exactDuplicates() + " exact and " + counts.conflictDuplicates()
                        + " conflict duplicates, "
                        + counts.quarantinedRows() + " quarantined");
        line(
                "inputs",
                seal.inputs().size() + ", "
                        + seal.inputs().stream()
                                .filter(input -> input.partitions().isEmpty()) // of a table, the length is its version
                                .mapToLong(input -> Math.max(0, input.file().length()))
                                .sum()
                        + " bytes; settings " + shortened(seal.configDigest(), whole));
        if (whole) {
            seal.inputs().forEach(this::show);
            seal.digest()
                    .partitions()
                    .forEach((path, rows) ->
                            context.facts().say("      " + path + "  " + rows.count() + " rows  " + rows.sum()));
        }
    }

    private void show(SealedInput input) {
        context.facts().say("   │  └─ " + input.file().path() + "  " + what(input));
        input.partitions().forEach((path, digest) -> context.facts().say("   │     " + path + "  " + digest));
    }

    private static String what(SealedInput input) {
        if (input.isGone()) {
            return "gone";
        }
        return input.partitions().isEmpty()
                ? input.file().length() + " bytes  " + input.dates()
                : "version " + input.file().length() + ", " + input.partitions().size() + " partitions";
    }

    private void line(String name, String text) {
        context.facts().say(String.format("   ├─ %-7s %s", name, text));
    }

    private static String shortened(String hex, boolean whole) {
        return whole || hex.length() <= SHORT ? hex : hex.substring(0, SHORT);
    }
}
