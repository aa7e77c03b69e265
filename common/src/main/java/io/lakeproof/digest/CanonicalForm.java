package io.lakeproof.digest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * The form in which rows enter our own passes: strings as their bytes (so that bytes that are no UTF-8 survive, and nothing
 * is decoded), top-level timestamps as microseconds and dates as days (so that no object is made for them).
 */
public final class CanonicalForm {
    private CanonicalForm() {}

    /** The same columns by name and order, in canonical form. */
    public static Column[] into(StructType schema) {
        return Arrays.stream(schema.fields())
                .map(field -> into(field).as(field.name()))
                .toArray(Column[]::new);
    }

    /** As {@link #into}, but maps keep every entry as {@link MapEntries} says: for digests, which need no way back. */
    public static Column[] intoDigest(StructType schema) {
        return Arrays.stream(schema.fields())
                .map(field ->
                        MapEntries.of(into(field), topLevel(field.dataType())).as(field.name()))
                .toArray(Column[]::new);
    }

    /** The inverse of {@link #into}: the columns in their own types again. */
    public static Column[] back(StructType schema) {
        return Arrays.stream(schema.fields())
                .map(field -> back(field).as(field.name()))
                .toArray(Column[]::new);
    }

    /** The schema of rows in canonical form. */
    public static StructType schema(StructType schema) {
        StructType canonical = new StructType();
        for (StructField field : schema.fields()) {
            canonical = canonical.add(field.name(), topLevel(field.dataType()), true);
        }
        return canonical;
    }

    /** The rows in canonical form. */
    public static Dataset<Row> of(Dataset<Row> rows) {
        return rows.select(into(rows.schema()));
    }

    private static Column into(StructField field) {
        Column column = quoted(field.name());
        if (field.dataType() instanceof TimestampType) {
            return unix_micros(column);
        }
        if (field.dataType() instanceof DateType) {
            return unix_date(column);
        }
        DataType canonical = nested(field.dataType());
        return canonical.equals(field.dataType()) ? column : column.cast(canonical);
    }

    private static Column back(StructField field) {
        Column column = quoted(field.name());
        if (field.dataType() instanceof TimestampType) {
            return timestamp_micros(column);
        }
        if (field.dataType() instanceof DateType) {
            return functions.date_from_unix_date(column);
        }
        return nested(field.dataType()).equals(field.dataType()) ? column : column.cast(field.dataType());
    }

    private static DataType topLevel(DataType type) {
        if (type instanceof TimestampType) {
            return DataTypes.LongType;
        }
        return type instanceof DateType ? DataTypes.IntegerType : nested(type);
    }

    private static DataType nested(DataType type) {
        if (ValueEncoder.isPlainString(type)) {
            return DataTypes.BinaryType;
        }
        if (type instanceof ArrayType array) {
            return DataTypes.createArrayType(nested(array.elementType()), array.containsNull());
        }
        if (type instanceof MapType map) {
            return DataTypes.createMapType(nested(map.keyType()), nested(map.valueType()), map.valueContainsNull());
        }
        if (type instanceof StructType struct) {
            StructType fields = new StructType();
            for (StructField field : struct.fields()) {
                fields = fields.add(field.name(), nested(field.dataType()), field.nullable());
            }
            return fields;
        }
        return type;
    }

    /** A column by its exact name, whatever characters the name has. */
    public static Column quoted(String name) {
        return col("`" + name.replace("`", "``") + "`");
    }

    /**
     * Whether two rows agree in the columns at these positions, as keys compare: bytes by content, -0.0 as 0.0, one NaN,
     * decimals by number, null as a value.
     */
    public static boolean agree(Row a, Row b, Iterable<Integer> positions) {
        for (int i : positions) {
            if (!isSame(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(@Nullable Object a, @Nullable Object b) {
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.equals(x, y);
        }
        if (a instanceof BigDecimal x && b instanceof BigDecimal y) {
            return x.compareTo(y) == 0;
        }
        if (a instanceof Double || a instanceof Float) {
            return b != null && Double.compare(((Number) a).doubleValue() + 0.0, ((Number) b).doubleValue() + 0.0) == 0;
        }
        return Objects.equals(a, b);
    }
}
