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
 * Made-up click events, a function of their number and the seed. Every tenth row is a duplicate by (user_id, event_time) of
 * another row: half of those are equal in every column, half came an hour later with another value. Rows are in no order:
 * every file has rows of all the dates, and a duplicate may be in another file than its original.
 *
 * @param rows a multiple of 20
 */
record Events(long rows, long seed) {
    private static final int DATES = 20;
    private static final long START_MILLIS = 1_730_419_200_000L; // 2024-11-01T00:00:00Z
    private static final long DAY_MILLIS = 86_400_000L;
    private static final int FILES = 8;

    Events {
        if (rows <= 0 || rows % 20 != 0) {
            throw new IllegalArgumentException("rows = " + rows + ": a positive multiple of 20 is needed");
        }
    }

    /** Rows that have a key of their own. */
    long keys() {
        return rows / 10 * 9;
    }

    /**
     * Writes them as a few Parquet files: user_id STRING, event_time TIMESTAMP, ingest_time TIMESTAMP, value DOUBLE, page
     * STRING, event_type STRING.
     */
    void write(SparkSession utc, Path folder) {
        Column id = col("id");
        Column other = pmod(hash(id, 0), lit(rows));
        Column original = other.minus(when(other.mod(10).equalTo(9), 1).otherwise(0));
        Column event = when(id.mod(10).equalTo(9), original).otherwise(id);
        Column edition = when(id.mod(20).equalTo(9), event).otherwise(id);
        Dataset<Row> numbers = utc.range(0, rows, 1, FILES).select(event.as("event"), edition.as("edition"));
        columns(numbers).write().parquet(folder.toString());
    }

    private Dataset<Row> columns(Dataset<Row> numbers) {
        Column event = col("event");
        Column edition = col("edition");
        Column happened = below(event, 2, DATES * DAY_MILLIS).plus(START_MILLIS);
        Column late = when(event.equalTo(edition), 0).otherwise(3_600_000);
        return numbers.select(
                concat(lit("user-"), below(event, 1, rows / 20)).as("user_id"),
                timestamp_micros(happened.multiply(1000)).as("event_time"),
                timestamp_micros(happened.plus(late)
                                .plus(below(edition, 3, 3_600_000))
                                .multiply(1000))
                        .as("ingest_time"),
                below(edition, 4, 100_000).divide(100.0).as("value"),
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
