package io.lakeproof.jobs.lifecycle;

import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.config.PriceTable;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.Holdings;
import io.lakeproof.lifecycle.Holdings.Slice;
import io.lakeproof.lifecycle.Stock;
import io.lakeproof.model.Outcome;
import io.lakeproof.model.StorageClass;
import io.lakeproof.run.RunContext;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/** Says what a table's objects cost by tier and event date, as they are and once S3 has moved what their tiers say. */
public final class ReportJob {
    private final TableOnS3 table;

    /** A job for one run. */
    public ReportJob(RunContext context, LifecycleRequest request) {
        this.table = TableOnS3.of(context, request);
    }

    /**
     * Reports; reads the log and the listing, and writes nothing.
     *
     * @param limit how many lines by date, at most
     */
    public Outcome run(int limit) {
        PriceTable prices = table.prices();
        ReferredObjects referred = ReferredObjects.of(table);
        try (Bucket bucket = table.open()) {
            Holdings holdings = Inventory.of(table, referred, bucket, prices);
            say(holdings, prices, limit);
            table.context().facts().lifecycled(Inventory.numbers(holdings, prices));
        }
        return Outcome.DONE;
    }

    private void say(Holdings holdings, PriceTable prices, int limit) {
        line(String.format(
                Locale.ROOT,
                "%-12s %-12s %12s %20s %16s %16s",
                "tier",
                "date",
                "objects",
                "bytes",
                "USD a month",
                "settled"));
        for (Tier tier : table.config().tiers()) {
            List<Slice> slices = holdings.slices().stream()
                    .filter(slice -> slice.tier().equals(tier))
                    .toList();
            Stock settled = slices.stream().map(Slice::settled).reduce(Stock.NONE, Stock::plus);
            row(tier.name(), "all", Inventory.of(holdings, tier), settled, holdings, prices);
        }
        List<Slice> dated = holdings.slices().stream()
                .filter(slice -> slice.date()
                        .map(table.request().dates()::contains)
                        .orElse(table.request().dates().isAll()))
                .toList();
        dated.stream()
                .limit(limit)
                .forEach(slice -> row(
                        slice.tier().name(),
                        slice.date().map(LocalDate::toString).orElse("none"),
                        slice.now(),
                        slice.settled(),
                        holdings,
                        prices));
        if (dated.size() > limit) {
            line("             … and " + Text.count(dated.size() - limit) + " more; --limit shows them");
        }
        line("cost         " + Text.usd(Inventory.monthly(holdings, holdings.now(), prices)) + " a month now, "
                + Text.usd(Inventory.monthly(holdings, holdings.settled(), prices)) + " once all has moved; of these "
                + Text.usd(holdings.log().plus(holdings.others()).monthlyCost(prices)) + " for what stays as it is");
        line(Text.prices(prices));
        line("minimum      " + minimums(holdings, prices));
    }

    private void row(String tier, String date, Stock now, Stock settled, Holdings holdings, PriceTable prices) {
        line(String.format(
                Locale.ROOT,
                "%-12s %-12s %,12d %,20d %16s %16s",
                tier,
                date,
                now.objects(),
                now.bytes(),
                Text.usd(share(now, holdings.now(), prices)),
                Text.usd(share(settled, holdings.settled(), prices))));
    }

    /** A part's share of the cost of the whole: parts add up although volumes have steps. */
    private static double share(Stock part, Stock whole, PriceTable prices) {
        double alone = part.monthlyCost(prices);
        double all = whole.monthlyCost(prices);
        double flat = part.flatCost(prices);
        double flatAll = whole.flatCost(prices);
        return flatAll == 0 ? alone : all * flat / flatAll;
    }

    private static String minimums(Holdings holdings, PriceTable prices) {
        StringBuilder text = new StringBuilder("what leaves a class early is billed to its minimum duration:");
        for (StorageClass storageClass : holdings.settled().heaps().keySet()) {
            int days = prices.of(storageClass).minDays();
            if (days > 0) {
                text.append(' ').append(storageClass).append(' ').append(days).append(" days;");
            }
        }
        return text.append(" objects under 128 KiB stay where they are").toString();
    }

    private void line(String line) {
        table.context().facts().say(line);
    }
}
