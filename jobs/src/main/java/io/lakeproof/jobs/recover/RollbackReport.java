package io.lakeproof.jobs.recover;

import io.lakeproof.lineage.Seal;
import io.lakeproof.telemetry.RunFacts;
import java.util.Locale;

/** What a rollback tells a person. */
final class RollbackReport {
    private final RunFacts facts;
    private final RollbackRequest request;
    private final SealedPaths paths;

    RollbackReport(RunFacts facts, RollbackRequest request, SealedPaths paths) {
        this.facts = facts;
        this.request = request;
        this.paths = paths;
    }

    void plan(RollbackPlan plan) {
        head(plan);
        plan.written().forEach(path -> facts.say("would write  " + path));
        facts.say("would write  " + rows(plan) + " to " + paths.table() + ", on version "
                + plan.state().version());
        facts.say("dry run: nothing was written");
    }

    void committed(RollbackPlan plan, Seal seal) {
        head(plan);
        plan.written().forEach(path -> facts.say("rolled back  " + path));
        facts.say("rows         " + rows(plan));
        facts.say("proved       the partitions rolled back are those of version "
                + plan.target().version() + ", all others as before");
        sealed(seal);
    }

    void nothing(RollbackPlan plan, Seal newest) {
        head(plan);
        facts.versionAfter(newest.version());
        facts.say("nothing      these partitions have that content; nothing was written");
        sealed(newest);
    }

    private void head(RollbackPlan plan) {
        facts.say("to           version " + plan.target().version()
                + request.pin().map(pin -> ", pinned as " + pin).orElse("") + ", digest "
                + plan.target().digest().hex());
        facts.say(
                "partitions   " + plan.written().size() + " of " + plan.scope().size() + " of "
                        + (request.isWhole() ? "the whole table" : request.scope())
                        + request.model().map(model -> ", model " + model).orElse(""));
    }

    private static String rows(RollbackPlan plan) {
        return String.format(Locale.ROOT, "%,d rows in place of %,d", plan.rowCount(), plan.rowsNow());
    }

    private void sealed(Seal seal) {
        facts.digest(seal.digest().hex());
        facts.say("table        " + seal.tablePath() + ", version " + seal.version());
        facts.say("digest       " + seal.digest().hex());
        facts.say("seal         number " + seal.sequence() + " in " + paths.ledger());
    }
}
