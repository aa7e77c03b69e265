package io.lakeproof.cli;

import org.apache.spark.sql.SparkSession;

/** Where the launcher gets Spark from, when a command needs it. */
interface SessionSource extends AutoCloseable {
    SparkSession open();

    /** Ends what {@link #open} started, and nothing else. */
    @Override
    void close();
}
