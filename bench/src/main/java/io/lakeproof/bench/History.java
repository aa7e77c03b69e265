package io.lakeproof.bench;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.nio.file.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Made-up click events of many days, and one more day's delivery: nine of ten of its rows are new, each of the others repeats
 * an event of one of the three days before; half of these are equal in every column, half come with a later ingest time.
 *
 * @param days of history
 * @param rowsPerDay a multiple of 20
 */
record History(int days, long rowsPerDay, long seed) {
    private static final long START_MILLIS = 1_672_531_200_000L; // 2023-01-01T00:00:00Z
    private static final long DAY_MILLIS = 86_400_000L;
    private static final int REPEATED_DAYS = 3;

    History {
        if (days < REPEATED_DAYS || rowsPerDay <= 0 || rowsPerDay % 20 != 0) {
            throw new IllegalArgumentException(
                    days + " days of " + rowsPerDay + " rows: at least 3 days, and a multiple of 20, are needed");
        }
    }

    /** Rows of the delivery that no day of the history has. */
    long newKeys() {
        return rowsPerDay / 10 * 9;
    }

    /** Writes the history as Parquet, a file a day. */
    void writeHistory(SparkSession utc, Path folder) {
        Dataset<Row> numbers =
                utc.range(0, days * rowsPerDay, 1, days).select(col("id").as("event"), lit(0L).as("delay"));
        columns(numbers).write().parquet(folder.toString());
    }

    /** Writes the delivery of the day after as one Parquet file. */
    void writeDelivery(SparkSession utc, Path folder) {
        Column id = col("id");
        Column repeats = id.mod(10).equalTo(9);
        Column old = lit(days * rowsPerDay - 1).minus(pmod(hash(id, 0), lit(REPEATED_DAYS * rowsPerDay)));
        Dataset<Row> numbers = utc.range(0, rowsPerDay, 1, 1)
                .select(
                        when(repeats, old).otherwise(id.plus(days * rowsPerDay)).as("event"),
                        when(id.mod(20).equalTo(19), lit(3_600_000L))
                                .otherwise(lit(0L))
                                .as("delay"));
        columns(numbers).write().parquet(folder.toString());
    }

    private Dataset<Row> columns(Dataset<Row> numbers) {
        Column event = col("event");
        Column happened = event.divide(lit(rowsPerDay))
                .cast("bigint")
                .multiply(DAY_MILLIS)
                .plus(below(event, 2, DAY_MILLIS))
                .plus(START_MILLIS);
        return numbers.select(
                concat(lit("user-"), below(event, 1, rowsPerDay / 5)).as("user_id"),
                timestamp_micros(happened.multiply(1000)).as("event_time"),
                timestamp_micros(happened.plus(below(event, 3, 60_000))
                                .plus(col("delay"))
                                .multiply(1000))
                        .as("ingest_time"),
                below(event, 4, 100_000).divide(100.0).as("value"),
                concat(lit("/product/"), below(event, 5, 1_000)).as("page"),
                element_at(
                                array(lit("view"), lit("search"), lit("cart"), lit("purchase")),
                                below(event, 6, 4).plus(1).cast("int"))
                        .as("event_type"));
    }

    private Column below(Column number, int column, long bound) {
        return pmod(hash(number, column), lit(bound));
    }

    private Column hash(Column number, int column) {
        return xxhash64(number, lit(column), lit(seed));
    }
}
