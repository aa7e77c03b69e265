package io.lakeproof.lifecycle;

import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.config.PriceTable;
import io.lakeproof.model.StorageClass;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a table's folder holds, and in which classes it will be.
 *
 * @param slices the objects that the log refers to, by tier and date, tiers in their order, then dates, those without one last
 * @param transitions objects that rules will move, by the class that they go to
 * @param log what lies in {@code _delta_log}
 * @param others what the retained log does not refer to
 * @param missing keys that the log refers to and the bucket does not have; of those, that the newest version needs
 */
public record Holdings(
        List<Slice> slices, Stock transitions, Stock log, Stock others, long missing, List<String> missingLive) {
    public Holdings {
        slices = List.copyOf(slices);
        missingLive = List.copyOf(missingLive);
    }

    /**
     * Objects of one tier and date.
     *
     * @param date empty for objects without one
     * @param now as they are
     * @param settled once S3 has moved what the tier says
     */
    public record Slice(Tier tier, Optional<LocalDate> date, Stock now, Stock settled) {}

    private record Place(Tier tier, Optional<LocalDate> date) {}

    private record Pair(Stock now, Stock settled) {
        static Pair sum(Pair one, Pair other) {
            return new Pair(one.now.plus(other.now), one.settled.plus(other.settled));
        }
    }

    /**
     * Takes stock.
     *
     * @param listing every object in the table's folder
     * @param referred by key
     * @param logPrefix of the keys of {@code _delta_log}
     */
    public static Holdings of(
            Iterable<StoredObject> listing,
            Map<String, TableObject> referred,
            Tiering tiering,
            PriceTable prices,
            String logPrefix) {
        Map<Place, Pair> places = new HashMap<>();
        Map<String, TableObject> missing = new HashMap<>(referred);
        Stock transitions = Stock.NONE;
        Stock log = Stock.NONE;
        Stock others = Stock.NONE;
        for (StoredObject stored : listing) {
            StorageClass now = stored.storageClass().orElse(StorageClass.STANDARD);
            Stock stock = Stock.of(now, 1, stored.bytes(), prices);
            TableObject object = missing.remove(stored.key());
            if (object == null) {
                boolean isLog = stored.key().startsWith(logPrefix);
                log = isLog ? log.plus(stock) : log;
                others = isLog ? others : others.plus(stock);
                continue;
            }
            Tier tier = tiering.of(object);
            StorageClass target = Tiering.settled(stored, tier);
            Stock settled = target == now ? stock : Stock.of(target, 1, stored.bytes(), prices);
            transitions = target == now ? transitions : transitions.plus(settled);
            places.merge(new Place(tier, object.date()), new Pair(stock, settled), Pair::sum);
        }
        List<String> missingLive = missing.values().stream()
                .filter(TableObject::live)
                .map(TableObject::key)
                .sorted()
                .toList();
        return new Holdings(sorted(places), transitions, log, others, missing.size(), missingLive);
    }

    private static List<Slice> sorted(Map<Place, Pair> places) {
        List<Slice> slices = new ArrayList<>();
        places.forEach((place, pair) -> slices.add(new Slice(place.tier(), place.date(), pair.now(), pair.settled())));
        slices.sort((a, b) -> {
            int byTier = Integer.compare(a.tier().afterDays(), b.tier().afterDays());
            return byTier != 0
                    ? byTier
                    : a.date().orElse(LocalDate.MAX).compareTo(b.date().orElse(LocalDate.MAX));
        });
        return slices;
    }

    /** All objects that the log refers to, as they are. */
    public Stock now() {
        return slices.stream().map(Slice::now).reduce(Stock.NONE, Stock::plus);
    }

    /** The same once S3 has moved what their tiers say. */
    public Stock settled() {
        return slices.stream().map(Slice::settled).reduce(Stock.NONE, Stock::plus);
    }
}
