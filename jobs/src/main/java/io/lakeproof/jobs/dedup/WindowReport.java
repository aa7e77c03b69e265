package io.lakeproof.jobs.dedup;

import static io.lakeproof.run.CommitReport.number;

import io.lakeproof.lineage.Seal;
import io.lakeproof.telemetry.RunFacts;
import io.lakeproof.telemetry.Windowed;

/** What a person and the RESULT line learn of the windowed table. */
final class WindowReport {
    private final RunFacts facts;
    private final String target;
    private final String ledger;

    WindowReport(RunFacts facts, String target, String ledger) {
        this.facts = facts;
        this.target = target;
        this.ledger = ledger;
    }

    void plan() {
        facts.say("would bring  " + target + " up to date with the clean table");
    }

    void nothing() {
        facts.say("windowed     there is no clean table yet; nothing was written");
    }

    void committed(Seal seal, long versionBefore) {
        table(
                seal,
                versionBefore,
                seal.dates().isEmpty() ? "no row changed" : number(seal.dates().size()) + " dates written");
    }

    void upToDate(Seal seal, long versionBefore) {
        table(seal, versionBefore, "up to date");
    }

    private void table(Seal seal, long versionBefore, String what) {
        Windowed windowed = new Windowed(
                target,
                versionBefore,
                seal.version(),
                seal.digest().hex(),
                seal.counts().read(),
                seal.counts().kept());
        facts.windowed(windowed);
        facts.say("windowed     " + target + ", version " + seal.version() + ": " + what);
        facts.say("             " + number(windowed.kept()) + " of the clean table's " + number(windowed.read())
                + " rows; " + number(windowed.dropped()) + " are within the window of another");
        facts.say("digest       " + windowed.digest());
        facts.say("seal         number " + seal.sequence() + " in " + ledger);
    }
}
