package io.lakeproof.digest;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value of a Spark SQL type as its type tag and bytes (docs/digest.md, section "Values"). Accepts Spark's external
 * Java values and those of {@link CanonicalForm}: bytes for a string, microseconds for a timestamp, days for a date.
 */
@FunctionalInterface
interface ValueEncoder {
    int NULL = 0x00;
    int BOOLEAN = 0x01;
    int INTEGRAL = 0x02;
    int FLOATING = 0x03;
    int DECIMAL = 0x04;
    int TEXT = 0x05;
    int BYTES = 0x06;
    int DATE = 0x07;
    int INSTANT = 0x08;
    int LOCAL_TIME = 0x09;
    int ARRAY = 0x0a;
    int MAP = 0x0b;
    int STRUCT = 0x0c;

    /** No tag. */
    int NOT_PLAIN = -1;

    /** Writes the tag and the bytes of a value that is not null. */
    void write(Object value, ByteSink out);

    default void encode(@Nullable Object value, ByteSink out) {
        if (value == null) {
            out.put(NULL);
        } else {
            write(value, out);
        }
    }

    /**
     * The encoder of a type.
     *
     * @throws IllegalArgumentException if version 1 of the digest has no encoding for the type
     */
    static ValueEncoder of(DataType type) {
        if (type instanceof BooleanType) {
            return (value, out) -> {
                out.put(BOOLEAN);
                out.put((Boolean) value ? 1 : 0);
            };
        }
        if (type instanceof ByteType
                || type instanceof ShortType
                || type instanceof IntegerType
                || type instanceof LongType) {
            return (value, out) -> out.putTagged(INTEGRAL, ((Number) value).longValue());
        }
        if (type instanceof FloatType || type instanceof DoubleType) {
            return (value, out) -> out.putTagged(FLOATING, canonicalBits(((Number) value).doubleValue()));
        }
        if (type instanceof DecimalType) {
            return (value, out) -> writeDecimal((BigDecimal) value, out);
        }
        if (isPlainString(type)) {
            return (value, out) -> out.putTagged(
                    TEXT, value instanceof byte[] utf8 ? utf8 : ((String) value).getBytes(StandardCharsets.UTF_8));
        }
        if (type instanceof BinaryType) {
            return (value, out) -> out.putTagged(BYTES, (byte[]) value);
        }
        if (type instanceof DateType) {
            return (value, out) -> out.putTagged(
                    DATE, value instanceof LocalDate date ? date.toEpochDay() : ((Number) value).longValue());
        }
        if (type instanceof TimestampType) {
            return (value, out) -> out.putTagged(
                    INSTANT, value instanceof Instant instant ? SparkValues.micros(instant) : (Long) value);
        }
        if (type instanceof TimestampNTZType) {
            return (value, out) ->
                    out.putTagged(LOCAL_TIME, SparkValues.micros(((LocalDateTime) value).toInstant(ZoneOffset.UTC)));
        }
        if (type instanceof ArrayType array) {
            return arrayEncoder(of(array.elementType()));
        }
        if (type instanceof MapType map) {
            return mapEncoder(of(map.keyType()), of(map.valueType()));
        }
        if (type instanceof StructType struct) {
            return structEncoder(struct);
        }
        if (type instanceof NullType) {
            return (value, out) -> {
                throw new IllegalArgumentException("a void column holds " + value);
            };
        }
        throw new IllegalArgumentException("no digest is defined for the type " + type.catalogString());
    }

    /** The tag that bytes or a long, as {@link CanonicalForm} has them, are written behind; {@link #NOT_PLAIN} for other types. */
    static int plainTag(DataType type) {
        if (type instanceof LongType) {
            return INTEGRAL;
        }
        if (type instanceof TimestampType) {
            return INSTANT;
        }
        if (type instanceof BinaryType) {
            return BYTES;
        }
        return isPlainString(type) ? TEXT : NOT_PLAIN;
    }

    /** True for STRING; a collated string compares by other rules than its bytes, so it has no encoding. */
    static boolean isPlainString(DataType type) {
        String name = type.catalogString();
        return name.equals("string") || name.startsWith("varchar(") || name.startsWith("char(");
    }

    /** One NaN, no negative zero. */
    static long canonicalBits(double value) {
        return Double.doubleToLongBits(value == 0.0 ? 0.0 : value);
    }

    private static void writeDecimal(BigDecimal value, ByteSink out) {
        BigDecimal stripped = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        out.put(DECIMAL);
        out.putInt(stripped.scale());
        out.putSized(stripped.unscaledValue().toByteArray());
    }

    private static ValueEncoder arrayEncoder(ValueEncoder element) {
        return (value, out) -> {
            List<?> values = SparkValues.elements(value);
            out.put(ARRAY);
            out.putInt(values.size());
            for (Object each : values) {
                element.encode(each, out);
            }
        };
    }

    private static ValueEncoder mapEncoder(ValueEncoder key, ValueEncoder mapped) {
        return (value, out) -> {
            List<byte[][]> entries = new ArrayList<>();
            SparkValues.forEachEntry(value, (k, v) -> entries.add(new byte[][] {encoded(key, k), encoded(mapped, v)}));
            // Files may hold keys that encode alike, such as 0.0 and -0.0; the values then decide.
            entries.sort(Comparator.<byte[][], byte[]>comparing(entry -> entry[0], Arrays::compareUnsigned)
                    .thenComparing(entry -> entry[1], Arrays::compareUnsigned));
            out.put(MAP);
            out.putInt(entries.size());
            for (byte[][] entry : entries) {
                out.put(entry[0]);
                out.put(entry[1]);
            }
        };
    }

    private static byte[] encoded(ValueEncoder encoder, @Nullable Object value) {
        ByteSink sink = new ByteSink();
        encoder.encode(value, sink);
        return sink.toByteArray();
    }

    private static ValueEncoder structEncoder(StructType struct) {
        int[] order = RowEncoding.byName(struct);
        StructField[] fields = struct.fields();
        byte[][] names = new byte[fields.length][];
        ValueEncoder[] encoders = new ValueEncoder[fields.length];
        for (int i = 0; i < fields.length; i++) {
            names[i] = fields[i].name().getBytes(StandardCharsets.UTF_8);
            encoders[i] = of(fields[i].dataType());
        }
        return (value, out) -> {
            Row row = (Row) value;
            out.put(STRUCT);
            out.putInt(order.length);
            for (int i : order) {
                out.putSized(names[i]);
                encoders[i].encode(row.get(i), out);
            }
        };
    }
}
