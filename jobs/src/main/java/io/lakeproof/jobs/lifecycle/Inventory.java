package io.lakeproof.jobs.lifecycle;

import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.config.PriceTable;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.Holdings;
import io.lakeproof.lifecycle.Holdings.Slice;
import io.lakeproof.lifecycle.Stock;
import io.lakeproof.telemetry.Lifecycled;

/** What a table's folder holds, said in lines and numbers. */
final class Inventory {
    private static final String LOG = "_delta_log";
    private static final int SHOWN = 5;

    private Inventory() {}

    /** Lists the folder, and says what is in it. */
    static Holdings of(TableOnS3 table, ReferredObjects referred, Bucket bucket, PriceTable prices) {
        Holdings holdings = Holdings.of(
                bucket.list(table.location().prefix()),
                referred.objects(),
                table.tiering(),
                prices,
                table.location().folder(LOG));
        say(table, referred, holdings);
        return holdings;
    }

    private static void say(TableOnS3 table, ReferredObjects referred, Holdings holdings) {
        line(table, "table        " + table.request().table() + ", " + referred.versions() + ", as of " + table.asOf());
        line(table, "objects      " + Text.stock(holdings.now()) + " that the retained log refers to");
        line(table, "             " + Text.stock(holdings.log()) + " in _delta_log, which stay as they are");
        if (holdings.others().objects() > 0) {
            line(
                    table,
                    "             " + Text.stock(holdings.others())
                            + " that no retained version needs, which stay as they are; `lakeproof retain` deletes files");
        }
        if (referred.outside() > 0) {
            line(
                    table,
                    "             " + Text.count(referred.outside())
                            + " files lie outside of the table's folder and stay as they are");
        }
        long gone = holdings.missing() - holdings.missingLive().size();
        if (gone > 0) {
            line(table, "             " + Text.count(gone) + " of older versions are deleted");
        }
        if (!holdings.missingLive().isEmpty()) {
            line(
                    table,
                    "MISSING      " + Text.count(holdings.missingLive().size())
                            + " objects that the newest version needs; `lakeproof verify` says more: "
                            + String.join(
                                    ", ",
                                    holdings.missingLive().stream().limit(SHOWN).toList()));
        }
    }

    /** The objects of a tier, as they are. */
    static Stock of(Holdings holdings, Tier tier) {
        return holdings.slices().stream()
                .filter(slice -> slice.tier().equals(tier))
                .map(Slice::now)
                .reduce(Stock.NONE, Stock::plus);
    }

    /** US dollars a month for the whole folder, if the objects of the log are in these classes. */
    static double monthly(Holdings holdings, Stock referred, PriceTable prices) {
        return referred.plus(holdings.log()).plus(holdings.others()).monthlyCost(prices);
    }

    static Lifecycled numbers(Holdings holdings, PriceTable prices) {
        return Lifecycled.NOTHING
                .with("objects", holdings.now().objects())
                .with("bytes", holdings.now().bytes())
                .with("missing", holdings.missing())
                .with("missingLive", holdings.missingLive().size())
                .with("usdMonthly", monthly(holdings, holdings.now(), prices))
                .with("usdMonthlySettled", monthly(holdings, holdings.settled(), prices));
    }

    private static void line(TableOnS3 table, String line) {
        table.context().facts().say(line);
    }
}
