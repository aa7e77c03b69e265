package io.lakeproof.bench;

import static org.apache.spark.sql.functions.bit_xor;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.conv;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.xxhash64;

import io.lakeproof.digest.ContentDigest;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A digest of every column of Parquet events, by date and whatever the order of the rows. */
final class DigestBench {
    private static final String DATE = "event_date";

    private final SparkSession spark;
    private final Path input;

    DigestBench(SparkSession spark, Path input) {
        this.spark = spark;
        this.input = input;
    }

    List<Contender> contenders() {
        Column json = to_json(struct(col("*")));
        Column fifteenDigits = conv(substring(sha2(json, 256), 1, 15), 16, 10).cast("decimal(20,0)");
        return List.of(
                new Contender(
                        "bare scan",
                        folder ->
                                rows().write().format("noop").mode("overwrite").save()),
                new Contender("Lakeproof digest", folder -> ContentDigest.of(rows(), List.of(DATE))),
                new Contender("Lakeproof digest by file, as of all versions", folder -> ContentDigest.byFile(rows())),
                new Contender("sum of sha2(to_json(struct(*)))", folder -> aggregate(sum(fifteenDigits))),
                new Contender("bit_xor of xxhash64(*)", folder -> aggregate(bit_xor(xxhash64(col("*"))))));
    }

    private Dataset<Row> rows() {
        return spark.read()
                .parquet(input.toString())
                .withColumn(DATE, to_date(col("event_time")).cast("string"));
    }

    private void aggregate(Column digest) {
        if (rows().groupBy(DATE).agg(count(lit(1)), digest).collectAsList().isEmpty()) {
            throw new IllegalStateException(input + " has no rows");
        }
    }
}
