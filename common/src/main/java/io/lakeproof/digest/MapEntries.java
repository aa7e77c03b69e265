package io.lakeproof.digest;

import static org.apache.spark.sql.functions.map_entries;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Maps with floating-point keys as arrays of their entries. Spark hands a map to Java as one of Scala's, in which 0.0 and
 * -0.0 are the same key and one of the entries is lost, though a file may hold both (docs/digest.md, section "Values").
 */
final class MapEntries {
    private MapEntries() {}

    /** True if there is such a map at any depth. */
    static boolean isNeeded(DataType type) {
        if (type instanceof ArrayType array) {
            return isNeeded(array.elementType());
        }
        if (type instanceof MapType map) {
            return isFloating(map.keyType()) || isNeeded(map.keyType()) || isNeeded(map.valueType());
        }
        return type instanceof StructType struct
                && Arrays.stream(struct.fields()).anyMatch(field -> isNeeded(field.dataType()));
    }

    /** The value with each such map, and what it lies in, rebuilt; what needs no rebuilding is as it was. */
    static Column of(Column value, DataType type) {
        if (!isNeeded(type)) {
            return value;
        }
        if (type instanceof ArrayType array) {
            return transform(value, element -> of(element, array.elementType()));
        }
        if (type instanceof MapType map) {
            return transform(
                    map_entries(value),
                    entry -> struct(
                            of(entry.getField("key"), map.keyType()).as("key"),
                            of(entry.getField("value"), map.valueType()).as("value")));
        }
        Column[] fields = Arrays.stream(((StructType) type).fields())
                .map(field -> of(value.getField(field.name()), field.dataType()).as(field.name()))
                .toArray(Column[]::new);
        return when(value.isNotNull(), struct(fields));
    }

    private static boolean isFloating(DataType key) {
        if (key instanceof ArrayType array) {
            return isFloating(array.elementType());
        }
        if (key instanceof StructType struct) {
            return Arrays.stream(struct.fields()).map(StructField::dataType).anyMatch(MapEntries::isFloating);
        }
        return key instanceof FloatType || key instanceof DoubleType;
    }
}
