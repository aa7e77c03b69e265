package io.lakeproof.digest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Random schemas of every type with an encoding, and random rows of them in the typed JSON of docs/digest.md. */
final class RandomRows {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> ATOMS = List.of(
            "boolean",
            "tinyint",
            "smallint",
            "int",
            "bigint",
            "float",
            "double",
            "decimal",
            "string",
            "binary",
            "date",
            "timestamp",
            "timestamp_ntz");
    private static final List<String> PARTITIONING =
            List.of("boolean", "tinyint", "smallint", "int", "bigint", "string", "date", "timestamp", "timestamp_ntz");
    private static final List<String> NAMES = List.of(
            "a",
            "B",
            "user_id",
            "_partition_0",
            "x y",
            "z.z",
            "q`q",
            "\u00e9",
            "e\u0301",
            "\ufb00",
            "\ud83d\ude00",
            "0");
    private static final List<String> TEXTS = List.of(
            "", "a", "null", "__HIVE_DEFAULT_PARTITION__", "u\u0308\ufb00", "\ud83d\ude00\u65e5", "a\u0000b", "%2F/=:");
    private static final List<String> NOT_UTF8 = List.of("ff61", "c0af", "eda0bd", "f09f98", "80");
    private static final double[] DOUBLES = {
        0.0, -0.0, 1.5, 0.1, Double.MIN_VALUE, -Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NaN
    };
    private static final float[] FLOATS = {
        0.0f, -0.0f, 0.1f, Float.MIN_VALUE, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.NaN
    };
    /** Years -290308, 1, 1582, 1969, 1970, 9999 and 294247. */
    private static final long[] MICROS = {
        Long.MIN_VALUE,
        -62_135_596_800_000_000L,
        -12_219_292_800_000_001L,
        -1L,
        1L,
        253_402_300_799_999_999L,
        Long.MAX_VALUE
    };

    private final Random random;

    RandomRows(long seed) {
        this.random = new Random(seed);
    }

    /** One to six columns, nested up to three levels. */
    StructType schema() {
        return fields(1 + random.nextInt(6), 3);
    }

    /** A type that can partition a table. */
    DataType partitioningType() {
        return DataType.fromDDL(oneOf(PARTITIONING));
    }

    /** Values for the columns, in their order. */
    ArrayNode row(StructType schema) {
        ArrayNode values = JSON.arrayNode();
        for (StructField field : schema.fields()) {
            values.add(value(field.dataType()));
        }
        return values;
    }

    /** A value of a column that partitions the table: null, or one of its type; a string is UTF-8. */
    JsonNode partitionValue(DataType type) {
        return type.catalogString().equals("string") ? JSON.textNode(oneOf(TEXTS)) : value(type);
    }

    /** A row as {@link ReferenceDigest} takes it. */
    static ObjectNode typed(StructType schema, ArrayNode values) {
        ObjectNode row = JSON.objectNode();
        ArrayNode columns = row.putArray("schema");
        for (StructField field : schema.fields()) {
            columns.addArray().add(field.name()).add(field.dataType().catalogString());
        }
        row.set("values", values);
        return row;
    }

    private StructType fields(int count, int depth) {
        List<String> names = new ArrayList<>(NAMES);
        Collections.shuffle(names, random);
        StructType fields = new StructType();
        for (String name : names.subList(0, count)) {
            fields = fields.add(name, type(depth));
        }
        return fields;
    }

    private DataType type(int depth) {
        return switch (depth == 0 ? 0 : random.nextInt(6)) {
            case 1 -> DataTypes.createArrayType(type(depth - 1));
            case 2 -> DataTypes.createMapType(atomType(), type(depth - 1));
            case 3 -> fields(1 + random.nextInt(3), depth - 1);
            default -> atomType();
        };
    }

    private DataType atomType() {
        String name = oneOf(ATOMS);
        if (name.equals("decimal")) {
            int precision = 1 + random.nextInt(38);
            return DataTypes.createDecimalType(precision, random.nextInt(precision + 1));
        }
        return DataType.fromDDL(name);
    }

    private JsonNode value(DataType type) {
        return random.nextInt(7) == 0 ? JSON.nullNode() : present(type);
    }

    private JsonNode present(DataType type) {
        if (type instanceof ArrayType array) {
            ArrayNode elements = JSON.arrayNode();
            for (int i = random.nextInt(4); i > 0; i--) {
                elements.add(value(array.elementType()));
            }
            return elements;
        }
        if (type instanceof MapType map) {
            return entries(map);
        }
        if (type instanceof StructType struct) {
            ObjectNode fields = JSON.objectNode();
            for (StructField field : struct.fields()) {
                fields.set(field.name(), value(field.dataType()));
            }
            return fields;
        }
        return type instanceof DecimalType decimal ? decimal(decimal) : atom(type.catalogString());
    }

    /** Spark has no map with two equal keys, so keys that encode alike are drawn once. */
    private ArrayNode entries(MapType map) {
        ArrayNode entries = JSON.arrayNode();
        Set<String> keys = new HashSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            JsonNode key = present(map.keyType());
            if (keys.add(HexFormat.of()
                    .formatHex(ReferenceDigest.encode(map.keyType().catalogString(), key)))) {
                entries.addArray().add(key).add(value(map.valueType()));
            }
        }
        return entries;
    }

    private JsonNode atom(String type) {
        return switch (type) {
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "tinyint" -> JSON.numberNode((long) (byte) whole());
            case "smallint" -> JSON.numberNode((long) (short) whole());
            case "int" -> JSON.numberNode((long) (int) whole());
            case "bigint" -> JSON.numberNode(whole());
            case "float" ->
                floating(random.nextBoolean() ? FLOATS[random.nextInt(FLOATS.length)] : random.nextFloat() - 0.5f);
            case "double" ->
                floating(random.nextBoolean() ? DOUBLES[random.nextInt(DOUBLES.length)] : random.nextGaussian());
            case "string" ->
                random.nextInt(4) == 0
                        ? JSON.objectNode().put("hex", oneOf(NOT_UTF8))
                        : JSON.textNode(oneOf(TEXTS) + oneOf(TEXTS));
            case "binary" -> JSON.textNode(binary());
            case "date" -> JSON.numberNode((long) random.nextInt(6_000_000) - 3_000_000);
            case "timestamp", "timestamp_ntz" -> JSON.numberNode(micros());
            default -> throw new IllegalArgumentException(type);
        };
    }

    private long whole() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MIN_VALUE;
            default -> random.nextLong();
        };
    }

    private static JsonNode floating(double value) {
        return Double.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
    }

    private String binary() {
        byte[] bytes = new byte[random.nextInt(5)];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Either one of the odd ones or an instant between about 1934 and 2005, of any microsecond. */
    private long micros() {
        return random.nextBoolean() ? MICROS[random.nextInt(MICROS.length)] : random.nextLong() >> 13;
    }

    /** Up to the precision's digits, with trailing zeros, and written with an exponent if the scale is below zero. */
    private JsonNode decimal(DecimalType type) {
        int digits = 1 + random.nextInt(type.precision());
        BigInteger unscaled = new BigInteger(digits * 3, random);
        if (random.nextBoolean()) {
            unscaled = unscaled.negate();
        }
        int zeros = type.precision() - digits;
        BigDecimal value = new BigDecimal(unscaled, type.scale() - (zeros == 0 ? 0 : random.nextInt(zeros + 1)));
        return JSON.textNode(value.toString());
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
