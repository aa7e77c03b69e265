package io.lakeproof.lifecycle;

import io.lakeproof.config.PriceTable;
import io.lakeproof.model.StorageClass;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Objects by storage class: how many, and how many bytes. It adds up.
 *
 * @param heaps by class; a class that is not there has none
 */
public record Stock(Map<StorageClass, Heap> heaps) {
    public static final Stock NONE = new Stock(Map.of());

    private static final double GIB = 1L << 30;

    public Stock {
        heaps = heaps.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(heaps));
    }

    /**
     * Objects of one class.
     *
     * @param bytes their lengths
     * @param billed bytes that S3 bills in the class: small objects by its minimum, and what it adds to each
     * @param monitored how many have at least 128 KiB
     */
    public record Heap(long objects, long bytes, long billed, long monitored) {
        static final Heap NONE = new Heap(0, 0, 0, 0);

        Heap plus(Heap other) {
            return new Heap(
                    objects + other.objects, bytes + other.bytes, billed + other.billed, monitored + other.monitored);
        }
    }

    /** Objects of one size in one class. */
    public static Stock of(StorageClass storageClass, long objects, long bytesEach, PriceTable prices) {
        PriceTable.ClassPrice price = prices.of(storageClass);
        long billed = Math.max(bytesEach, price.minBytes()) + price.overhead();
        return new Stock(Map.of(
                storageClass,
                new Heap(
                        objects,
                        objects * bytesEach,
                        objects * billed,
                        bytesEach >= Tiering.LEAST_BYTES ? objects : 0)));
    }

    /** Both. */
    public Stock plus(Stock other) {
        if (heaps.isEmpty() || other.heaps.isEmpty()) {
            return heaps.isEmpty() ? other : this;
        }
        Map<StorageClass, Heap> sum = new EnumMap<>(heaps);
        other.heaps.forEach((storageClass, heap) -> sum.merge(storageClass, heap, Heap::plus));
        return new Stock(sum);
    }

    public Heap of(StorageClass storageClass) {
        return heaps.getOrDefault(storageClass, Heap.NONE);
    }

    public long objects() {
        return heaps.values().stream().mapToLong(Heap::objects).sum();
    }

    public long bytes() {
        return heaps.values().stream().mapToLong(Heap::bytes).sum();
    }

    /** US dollars a month at the first step of each price: in proportion to the bytes, so that parts add up. */
    public double flatCost(PriceTable prices) {
        double cost = 0;
        for (Map.Entry<StorageClass, Heap> entry : heaps.entrySet()) {
            PriceTable.ClassPrice price = prices.of(entry.getKey());
            Heap heap = entry.getValue();
            double standard = (double) heap.objects() * price.standardOverhead() / GIB;
            cost += price.storage().get(0).usd() * heap.billed() / GIB
                    + prices.of(StorageClass.STANDARD).storage().get(0).usd() * standard
                    + price.monitoring() * heap.monitored() / 1_000;
        }
        return cost;
    }

    /** US dollars a month for keeping it, as if it were all that the account has. */
    public double monthlyCost(PriceTable prices) {
        double cost = 0;
        double standard = of(StorageClass.STANDARD).billed();
        for (Map.Entry<StorageClass, Heap> entry : heaps.entrySet()) {
            PriceTable.ClassPrice price = prices.of(entry.getKey());
            Heap heap = entry.getValue();
            standard += (double) heap.objects() * price.standardOverhead();
            cost += price.monitoring() * heap.monitored() / 1_000;
            if (entry.getKey() != StorageClass.STANDARD) {
                cost += stepped(price, (double) heap.billed());
            }
        }
        return cost + stepped(prices.of(StorageClass.STANDARD), standard);
    }

    /** What each further step of the volume costs is asked for the bytes in it alone. */
    private static double stepped(PriceTable.ClassPrice price, double bytes) {
        double cost = 0;
        double from = 0;
        for (PriceTable.Step step : price.storage()) {
            double to = step.upTo().isPresent() ? step.upTo().getAsLong() : Double.POSITIVE_INFINITY;
            cost += step.usd() * Math.max(0, Math.min(bytes, to) - from) / GIB;
            from = to;
        }
        return cost;
    }
}
