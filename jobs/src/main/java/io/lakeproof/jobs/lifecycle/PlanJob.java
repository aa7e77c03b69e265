package io.lakeproof.jobs.lifecycle;

import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.config.PriceTable;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.Holdings;
import io.lakeproof.lifecycle.Reconciler;
import io.lakeproof.lifecycle.RuleText;
import io.lakeproof.lifecycle.RulesChange;
import io.lakeproof.lifecycle.Stock;
import io.lakeproof.lifecycle.TierRule;
import io.lakeproof.model.Outcome;
import io.lakeproof.model.StorageClass;
import io.lakeproof.run.RunContext;
import java.util.Locale;

/** Says what {@code apply} and {@code rules} would do, what S3 then would, and what it costs before and after. */
public final class PlanJob {
    private final TableOnS3 table;

    /** A job for one run. */
    public PlanJob(RunContext context, LifecycleRequest request) {
        this.table = TableOnS3.of(context, request);
    }

    /** Plans; reads the log, the listing and the tags, and writes nothing. */
    public Outcome run() {
        PriceTable prices = table.prices();
        ReferredObjects referred = ReferredObjects.of(table);
        try (Bucket bucket = table.open()) {
            Holdings holdings = Inventory.of(table, referred, bucket, prices);
            RulesChange rules =
                    RulesChange.of(bucket.rules(), RuleText.of(table.rules()), TierRule.idPrefix(table.dataset()));
            Reconciler.Tally tags =
                    new Reconciler(bucket, table.pace(), ApplyJob.THREADS, false).run(ApplyJob.wanted(table, referred));
            say(holdings, tags, rules, prices);
        }
        return Outcome.DONE;
    }

    private void say(Holdings holdings, Reconciler.Tally tags, RulesChange rules, PriceTable prices) {
        double requests = tags.read() * prices.of(StorageClass.STANDARD).get() / 1_000
                + tags.written() * prices.of(StorageClass.STANDARD).put() / 1_000;
        double moves = holdings.transitions().heaps().entrySet().stream()
                .mapToDouble(heap ->
                        heap.getValue().objects() * prices.of(heap.getKey()).transition() / 1_000)
                .sum();
        for (Tier tier : table.config().tiers()) {
            Stock stock = Inventory.of(holdings, tier);
            line(String.format(
                    Locale.ROOT, "tier         %-10s %s; now %s", tier.name(), Text.stock(stock), now(stock)));
        }
        line("tags         " + Text.count(tags.read()) + " objects to read, " + Text.count(tags.written())
                + " to write, " + Text.count(tags.same()) + " as they shall be; requests " + Text.usd(requests));
        ApplyJob.sayFull(table, tags);
        line("rules        " + rules.added().size() + " to add, "
                + rules.changed().size() + " to change, " + rules.removed().size() + " to remove; "
                + rules.others().size() + " of others stay");
        line("moves        " + Text.stock(holdings.transitions()) + ": to "
                + (holdings.transitions().objects() == 0 ? "nowhere" : Text.classes(holdings.transitions()))
                + "; requests " + Text.usd(moves));
        double now = Inventory.monthly(holdings, holdings.now(), prices);
        double settled = Inventory.monthly(holdings, holdings.settled(), prices);
        line("cost         " + Text.usd(now) + " a month now, " + Text.usd(settled) + " once all has moved");
        line(Text.prices(prices));
        table.context()
                .facts()
                .lifecycled(ApplyJob.numbers(Inventory.numbers(holdings, prices), tags)
                        .with("rulesAdded", rules.added().size())
                        .with("rulesChanged", rules.changed().size())
                        .with("rulesRemoved", rules.removed().size())
                        .with("transitions", holdings.transitions().objects())
                        .with("usdRequests", requests)
                        .with("usdTransitions", moves));
    }

    private static String now(Stock stock) {
        return stock.objects() == 0 ? "nowhere" : "in " + Text.classes(stock);
    }

    private void line(String line) {
        table.context().facts().say(line);
    }
}
