package io.lakeproof.jobs.lifecycle;

import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.RuleText;
import io.lakeproof.lifecycle.RulesChange;
import io.lakeproof.lifecycle.TierRule;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.Lifecycled;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the rules that we keep for a table into its bucket's lifecycle configuration, or takes them out. */
public final class RulesJob {
    private static final Logger LOG = LoggerFactory.getLogger(RulesJob.class);

    private final RunContext context;
    private final TableOnS3 table;

    /** A job for one run. */
    public RulesJob(RunContext context, LifecycleRequest request) {
        this.context = context;
        this.table = TableOnS3.of(context, request);
    }

    /**
     * Shows the difference, then writes it unless this is a dry run.
     *
     * @param remove whether to take the table's rules out
     * @return {@link Outcome#EMPTY} if there is nothing to write
     * @throws Failure.Configuration if the bucket would have more rules than S3 takes
     * @throws Failure.Conflict if somebody changes the configuration meanwhile
     */
    public Outcome run(boolean remove) {
        List<TierRule> wanted = remove ? List.of() : table.rules();
        String idPrefix = TierRule.idPrefix(table.dataset());
        try (Bucket bucket = table.open()) {
            List<RuleText> present = bucket.rules();
            RulesChange change = RulesChange.of(present, RuleText.of(wanted), idPrefix);
            say(change);
            requireRoom(change);
            if (!context.dryRun() && !change.isEmpty()) {
                bucket.replace(present, idPrefix, wanted);
                LOG.info(
                        "{}: wrote the lifecycle rules of bucket {}",
                        context.runId(),
                        table.location().bucket());
            }
            return change.isEmpty() ? Outcome.EMPTY : Outcome.DONE;
        }
    }

    private void say(RulesChange change) {
        line("rules        of bucket " + table.location().bucket() + ": "
                + change.others().size() + " of others stay as they are");
        change.same().forEach(rule -> line("  stays      " + rule.id()));
        change.added().forEach(rule -> line("  + " + rule.id() + "  " + rule.text()));
        change.changed().forEach((before, after) -> {
            line("  - " + before.id() + "  " + before.text());
            line("  + " + after.id() + "  " + after.text());
        });
        change.removed().forEach(rule -> line("  - " + rule.id() + "  " + rule.text()));
        context.facts()
                .lifecycled(Lifecycled.NOTHING
                        .with("rulesAdded", change.added().size())
                        .with("rulesChanged", change.changed().size())
                        .with("rulesRemoved", change.removed().size())
                        .with("rulesSame", change.same().size())
                        .with("rulesOfOthers", change.others().size()));
    }

    private void requireRoom(RulesChange change) {
        if (change.after().size() > RulesChange.MOST) {
            throw new Failure.Configuration(
                    "bucket " + table.location().bucket() + " would have "
                            + change.after().size() + " lifecycle rules, and S3 takes " + RulesChange.MOST,
                    "Remove rules that nobody needs any more, or merge some.");
        }
    }

    private void line(String line) {
        context.facts().say(line);
    }
}
