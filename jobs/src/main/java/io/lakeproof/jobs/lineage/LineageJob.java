package io.lakeproof.jobs.lineage;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Chain;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import java.util.List;
import java.util.Optional;

/** Shows the seals of a table in the order of their chain, or one of them with all it was made from, and whether they hold. */
public final class LineageJob {
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
     * @throws Failure.Integrity if a seal was changed or is missing, or if an input is not what its own seal says
     */
    public Outcome run(LineageRequest request) {
        context.facts().target(store.path());
        Snapshot table = store.current()
                .orElseThrow(() -> new Failure.InputMissing(
                        store.path() + " is not a Delta table",
                        "Mend --table or the target in the configuration, or run the job that makes the table first."));
        Optional<Long> version = request.version();
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
        LineageTree tree = new LineageTree(context.facts()::say, ledger, request);
        shown.forEach(tree::show);
        chain.requireIntact();
        tree.requireLinked();
        Seal newest = shown.get(shown.size() - 1);
        context.facts().versionAfter(newest.version()).digest(newest.digest().hex());
        context.facts().say("chain        intact, " + chain.seals().size() + " seals");
        return Outcome.DONE;
    }
}
