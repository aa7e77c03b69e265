package io.lakeproof.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.xxhash64;

import java.nio.file.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;

/**
 * Made-up events of users whose shares follow Zipf's law with exponent 1: the first of {@code rows / 20} users has 6 percent of
 * two million rows. Times are spread over 200 days, without two of one user at one instant. Rows are in no order.
 */
record ZipfEvents(long rows, long seed) {
    private static final long START = 1_730_419_200_000_000L; // 2024-11-01T00:00:00Z
    private static final long SPAN = 200L * 86_400_000_000L;
    private static final long UNIT = 1L << 52;
    private static final int FILES = 8;

    /** Writes them as a few Parquet files: user_id STRING, event_time TIMESTAMP, value DOUBLE. */
    void write(SparkSession utc, Path folder) {
        Column share = below(1, UNIT).divide((double) UNIT);
        Column user = floor(pow(lit(rows / 20.0), share)).cast("string");
        utc.range(0, rows, 1, FILES)
                .select(
                        concat(lit("user-"), user).as("user_id"),
                        timestamp_micros(below(2, SPAN).plus(START)).as("event_time"),
                        below(3, 100_000).divide(100.0).as("value"))
                .dropDuplicates("user_id", "event_time")
                .repartition(FILES)
                .write()
                .parquet(folder.toString());
    }

    private Column below(int column, long bound) {
        return pmod(xxhash64(col("id"), lit(column), lit(seed)), lit(bound));
    }
}
