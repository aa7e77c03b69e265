package io.lakeproof.jobs.dedup;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/** How the session of a run, which is nobody else's, spreads rows over tasks. */
final class Spread {
    private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";
    private static final String ADAPTIVE = "spark.sql.adaptive.enabled";
    private static final long ROWS_PER_TASK = 250_000;
    private static final long SMALL = 1_000_000;

    private Spread() {}

    /**
     * Does some work with its shuffles spread over no more tasks than so many rows are worth. A small batch goes without
     * adaptive execution, which makes a Spark job of every stage and has nothing to gain there.
     */
    static <T> T over(SparkSession spark, long rows, Supplier<T> work) {
        Map<String, String> before = new TreeMap<>();
        before.put(SHUFFLE_PARTITIONS, spark.conf().get(SHUFFLE_PARTITIONS));
        before.put(ADAPTIVE, spark.conf().get(ADAPTIVE));
        try {
            long most = Long.parseLong(spark.conf().get(SHUFFLE_PARTITIONS));
            spark.conf().set(SHUFFLE_PARTITIONS, Math.min(most, rows / ROWS_PER_TASK + 2));
            if (rows <= SMALL) {
                spark.conf().set(ADAPTIVE, false);
            }
            return work.get();
        } finally {
            before.forEach(spark.conf()::set);
        }
    }
}
