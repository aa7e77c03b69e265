package io.lakeproof.jobs.features;

import static org.apache.spark.sql.functions.date_from_unix_date;
import static org.apache.spark.sql.functions.timestamp_micros;

import io.lakeproof.digest.CanonicalForm;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** How the pass holds the values of a column, by what can be done with them. */
enum ValueKind {
    INTEGER,
    DOUBLE,
    DECIMAL,
    BOOLEAN,
    DATE,
    TIMESTAMP,
    BYTES,
    /** Objects with an order and an equality of their own. */
    COMPARABLE,
    /** Arrays, maps, structs and the like: they can be carried, not compared. */
    OPAQUE;

    static ValueKind of(DataType type) {
        if (type instanceof ByteType
                || type instanceof ShortType
                || type instanceof IntegerType
                || type instanceof LongType) {
            return INTEGER;
        }
        if (type instanceof FloatType || type instanceof DoubleType) {
            return DOUBLE;
        }
        if (type instanceof DecimalType) {
            return DECIMAL;
        }
        if (type instanceof BooleanType) {
            return BOOLEAN;
        }
        if (type instanceof DateType) {
            return DATE;
        }
        if (type instanceof TimestampType) {
            return TIMESTAMP;
        }
        if (type instanceof BinaryType || canonical(type) instanceof BinaryType) {
            return BYTES;
        }
        return type instanceof TimestampNTZType ? COMPARABLE : OPAQUE;
    }

    boolean isNumeric() {
        return this == INTEGER || this == DOUBLE || this == DECIMAL;
    }

    boolean isComparable() {
        return this != OPAQUE;
    }

    /** Held in 64 bits. */
    boolean isWord() {
        return this == INTEGER || this == DOUBLE || this == BOOLEAN || this == DATE || this == TIMESTAMP;
    }

    /** The values of a column of the input rows. */
    Series series(int input) {
        return isWord() ? new WordSeries(input, this) : new ObjectSeries(input);
    }

    /** The type in which the pass gives out values of a column of this kind. */
    DataType passType(DataType type) {
        if (isWord()) {
            return this == DOUBLE ? DataTypes.DoubleType : DataTypes.LongType;
        }
        return canonical(type);
    }

    /** Values of the pass in the column's own type again. */
    Column back(Column column, DataType type) {
        return switch (this) {
            case INTEGER, DOUBLE -> column.cast(type);
            case BOOLEAN -> column.equalTo(1L);
            case DATE -> date_from_unix_date(column.cast("int"));
            case TIMESTAMP -> timestamp_micros(column);
            case BYTES, OPAQUE -> column.cast(type);
            case DECIMAL, COMPARABLE -> column;
        };
    }

    private static DataType canonical(DataType type) {
        return CanonicalForm.schema(new StructType().add("c", type)).fields()[0].dataType();
    }
}
