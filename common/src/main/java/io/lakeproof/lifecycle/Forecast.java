package io.lakeproof.lifecycle;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.config.PriceTable;
import io.lakeproof.model.StorageClass;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a table would cost that takes in the same every day, day after day, from an empty bucket on. Paper arithmetic: what a day
 * brings is written at its start, a rule moves it at the start of the day on which its tier begins, a month is 365/12 days, and
 * the table is all that the account has. Nothing is read, removed or written again, so the newest version needs every object.
 *
 * @param config tiers
 * @param objectsPerDay objects that a day brings
 * @param objectBytes the size of each
 */
public record Forecast(LifecycleConfig config, PriceTable prices, long objectsPerDay, long objectBytes) {
    private static final double DAYS_OF_A_MONTH = 365.0 / 12;

    /** {@code class, dataset, model, tier, lineage}. */
    private static final int TAGS = 5;

    /**
     * A day.
     *
     * @param number 1 for the first
     * @param stock what is stored at its end
     * @param spent since the first day
     */
    public record Day(int number, Stock stock, Spent spent) {}

    /**
     * US dollars. It adds up.
     *
     * @param storage of bytes, with the minimum sizes and overheads
     * @param early storage that is billed because objects leave a class before its minimum duration
     * @param tags kept on objects
     * @param requests that write objects and read and write tags
     * @param transitions by rules
     */
    public record Spent(double storage, double early, double tags, double requests, double transitions) {
        public static final Spent NOTHING = new Spent(0, 0, 0, 0, 0);

        /** Both. */
        public Spent plus(Spent other) {
            return new Spent(
                    storage + other.storage,
                    early + other.early,
                    tags + other.tags,
                    requests + other.requests,
                    transitions + other.transitions);
        }

        public double total() {
            return storage + early + tags + requests + transitions;
        }
    }

    /** The first days, in order. */
    public List<Day> days(int count) {
        List<Day> days = new ArrayList<>();
        Spent spent = Spent.NOTHING;
        for (int today = 0; today < count; today++) {
            Stock stock = Stock.NONE;
            for (int age = 0; age <= today; age++) {
                stock = stock.plus(Stock.of(classAt(age), objectsPerDay, objectBytes, prices));
                spent = spent.plus(spentAt(age));
            }
            double tags = prices.tags() * stock.objects() * TAGS / 10_000;
            spent = spent.plus(new Spent(stock.monthlyCost(prices) / DAYS_OF_A_MONTH, 0, tags / DAYS_OF_A_MONTH, 0, 0));
            days.add(new Day(today + 1, stock, spent));
        }
        return days;
    }

    /** The same without tiers, tags and rules. */
    public Forecast untiered() {
        Tier first = config.tiers().get(0);
        return new Forecast(
                new LifecycleConfig(
                        config.dataClass(),
                        List.of(first),
                        config.archiveLive(),
                        config.prices(),
                        config.requestsPerSecond()),
                new PriceTable(prices.region(), prices.date(), prices.source(), 0, prices.classes()),
                objectsPerDay,
                objectBytes);
    }

    /** What the objects of one day cost in requests and moves when they reach an age. */
    private Spent spentAt(int age) {
        double thousands = objectsPerDay / 1_000.0;
        StorageClass now = classAt(age);
        if (age == 0) {
            PriceTable.ClassPrice price = prices.of(now);
            // The tags that are known come with the object; the seal's is added once there is a seal.
            double lineage = config.tiers().size() > 1 ? price.get() + price.put() : 0;
            return new Spent(0, 0, 0, thousands * (price.put() + lineage), 0);
        }
        if (tierAt(age).equals(tierAt(age - 1))) {
            return Spent.NOTHING;
        }
        StorageClass before = classAt(age - 1);
        PriceTable.ClassPrice left = prices.of(before);
        double requests = thousands * (left.get() + left.put());
        if (now == before) {
            return new Spent(0, 0, 0, requests, 0);
        }
        int missing = Math.max(0, left.minDays() - stayed(before, age));
        double early =
                Stock.of(before, objectsPerDay, objectBytes, prices).monthlyCost(prices) / DAYS_OF_A_MONTH * missing;
        return new Spent(0, early, 0, requests, thousands * prices.of(now).transition());
    }

    private int stayed(StorageClass storageClass, int until) {
        int days = 0;
        while (days < until && classAt(until - 1 - days) == storageClass) {
            days++;
        }
        return days;
    }

    private StorageClass classAt(int age) {
        return objectBytes < Tiering.LEAST_BYTES
                ? StorageClass.STANDARD
                : tierAt(age).storageClass().orElse(StorageClass.STANDARD);
    }

    /** Of an object that the newest version needs, as all are. */
    private Tier tierAt(int age) {
        TableObject object =
                new TableObject("", Optional.of(LocalDate.EPOCH), Optional.empty(), true, false, Optional.empty());
        return new Tiering(config, LocalDate.EPOCH.plusDays(age)).of(object);
    }
}
