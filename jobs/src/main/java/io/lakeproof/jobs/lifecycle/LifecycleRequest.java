package io.lakeproof.jobs.lifecycle;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.model.DateScope;
import java.time.LocalDate;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Which objects.
 *
 * @param table path
 * @param asOf the day on which tiers are told; empty for today in the pipeline's zone
 * @param dates event dates; without an end also the objects that have none
 * @param buckets opens a bucket by its name
 */
public record LifecycleRequest(
        PipelineConfig pipeline, String table, Optional<LocalDate> asOf, DateScope dates, Buckets buckets) {
    /** Where buckets come from. */
    @FunctionalInterface
    public interface Buckets {
        Bucket open(Configuration hadoop, String name);
    }
}
