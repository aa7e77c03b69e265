package io.lakeproof.config;

import io.lakeproof.model.StorageClass;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of the data objects of a pipeline's tables as their event dates grow old.
 *
 * @param dataClass the tag {@code class}
 * @param tiers from the youngest to the oldest; the first begins at once and moves nothing
 * @param archiveLive whether objects that the newest version of a table needs may go where Spark cannot read them
 * @param prices where the table of prices is; empty for the one that is built in
 * @param requestsPerSecond how many requests a second for tags and restores, at most
 */
public record LifecycleConfig(
        String dataClass, List<Tier> tiers, boolean archiveLive, Optional<String> prices, int requestsPerSecond) {
    public LifecycleConfig {
        tiers = List.copyOf(tiers);
    }

    /**
     * A stretch of ages.
     *
     * @param name the tag {@code tier}
     * @param afterDays the age of the event date, in whole days, from which on it holds
     * @param storageClass where a rule moves the objects; empty for nowhere
     */
    public record Tier(String name, int afterDays, Optional<StorageClass> storageClass) {
        /** True if Spark can read the objects there. */
        public boolean isReadable() {
            return storageClass.map(StorageClass::isReadable).orElse(true);
        }
    }
}
