package io.lakeproof.lifecycle;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.model.StorageClass;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Which tier an object is in on a day.
 *
 * @param asOf the day
 */
public record Tiering(LifecycleConfig config, LocalDate asOf) {
    /** S3 does not move smaller objects by its default rules, and they would cost more where they went. */
    public static final long LEAST_BYTES = 128L << 10;

    /**
     * The tier: by the age of the event date; the first for an object without a date and for one that a pin holds; for one
     * that the newest version needs the last that Spark can read, unless the configuration gives that up.
     */
    public Tier of(TableObject object) {
        List<Tier> tiers = config.tiers();
        if (object.pinned() || object.date().isEmpty()) {
            return tiers.get(0);
        }
        long age = ChronoUnit.DAYS.between(object.date().get(), asOf);
        boolean mustBeReadable = object.live() && !config.archiveLive();
        Tier found = tiers.get(0);
        for (Tier tier : tiers) {
            if (tier.afterDays() <= age && (tier.isReadable() || !mustBeReadable)) {
                found = tier;
            }
        }
        return found;
    }

    /** The storage class that an object ends in, once S3 has moved what the tier says. */
    public static StorageClass settled(StoredObject object, Tier tier) {
        StorageClass now = object.storageClass().orElse(StorageClass.STANDARD);
        return tier.storageClass()
                .filter(target -> object.bytes() >= LEAST_BYTES && now.canBecome(target))
                .orElse(now);
    }
}
