package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructType;

/** How key columns compare: as values, with one NaN and no negative zero. */
final class Keys {
    private Keys() {}

    /** A column of the table, such that its hash and order agree with equality of values. */
    static Column comparable(String name, StructType table) {
        return comparable(name, name, table);
    }

    /** The same for a column that goes by another name. */
    static Column comparable(String alias, String name, StructType table) {
        Column column = quoted(alias);
        DataType type = table.apply(name).dataType();
        return type instanceof DoubleType || type instanceof FloatType
                ? when(isnan(column), lit(Double.NaN))
                        .otherwise(column.cast("double").plus(0.0))
                : column;
    }
}
