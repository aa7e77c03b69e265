package io.lakeproof.bench;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/** Counts what Spark does in this JVM while it is open: jobs, tasks, and what the tasks read and spilled. */
final class Watch extends SparkListener implements AutoCloseable {
    private static final double MEGA = 1e6;

    private final SparkSession spark;
    private final AtomicLong jobs = new AtomicLong();
    private final AtomicLong tasks = new AtomicLong();
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong rowsRead = new AtomicLong();
    private final AtomicLong spilled = new AtomicLong();

    private Watch(SparkSession spark) {
        this.spark = spark;
    }

    static Watch on(SparkSession spark) {
        Watch watch = new Watch(spark);
        spark.sparkContext().addSparkListener(watch);
        return watch;
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
        jobs.incrementAndGet();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        tasks.incrementAndGet();
        TaskMetrics metrics = end.taskMetrics();
        if (metrics != null) {
            bytesRead.addAndGet(metrics.inputMetrics().bytesRead());
            rowsRead.addAndGet(metrics.inputMetrics().recordsRead());
            spilled.addAndGet(metrics.diskBytesSpilled());
        }
    }

    /** Stops to count; events come late, so it waits for them a moment. */
    @Override
    public void close() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        spark.sparkContext().removeSparkListener(this);
    }

    /** {@code 12 jobs, 60 tasks, 1,200 rows and 3.4 MB read, 0.0 MB spilled}, after {@link #close}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d jobs, %d tasks, %,d rows and %.1f MB read, %.1f MB spilled",
                jobs.get(),
                tasks.get(),
                rowsRead.get(),
                bytesRead.get() / MEGA,
                spilled.get() / MEGA);
    }
}
