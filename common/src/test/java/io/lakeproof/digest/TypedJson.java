package io.lakeproof.digest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Turns the typed JSON of docs/digest.md into rows of Spark, sharing no code with the digest. */
final class TypedJson {
    private static final long NAN_WITH_SIGN_AND_PAYLOAD = 0xfff8000000000123L;

    private TypedJson() {}

    /** The columns of {@code [["name","type"], ...]}. */
    static StructType schema(JsonNode columns) {
        StructType schema = new StructType();
        for (JsonNode column : columns) {
            schema = schema.add(
                    column.get(0).textValue(), DataType.fromDDL(column.get(1).textValue()));
        }
        return schema;
    }

    /** A row of Java objects, as users hand them to Spark; a string that is not UTF-8 is its bytes. */
    static Row external(StructType schema, JsonNode values) {
        return row(
                schema, columnsOf(schema, values), text -> text.isTextual() ? (Object) text.textValue() : bytes(text));
    }

    /** A real Dataset; its strings come from bytes, so they need not be UTF-8. */
    static Dataset<Row> dataset(SparkSession spark, StructType schema, List<? extends JsonNode> rows) {
        List<Row> stored = rows.stream()
                .map(values -> row(schema, columnsOf(schema, values), TypedJson::bytes))
                .toList();
        Column[] columns = Arrays.stream(schema.fields())
                .map(field -> col("`" + field.name().replace("`", "``") + "`")
                        .cast(field.dataType())
                        .as(field.name()))
                .toArray(Column[]::new);
        return spark.createDataFrame(stored, (StructType) withBinaries(schema)).select(columns);
    }

    private static List<JsonNode> columnsOf(StructType schema, JsonNode values) {
        List<JsonNode> columns =
                StreamSupport.stream(values.spliterator(), false).toList();
        if (columns.size() != schema.length()) {
            throw new IllegalArgumentException(values + " does not fit " + schema.catalogString());
        }
        return columns;
    }

    private static Row row(StructType schema, List<JsonNode> values, Function<JsonNode, Object> strings) {
        Object[] row = new Object[schema.length()];
        for (int i = 0; i < row.length; i++) {
            row[i] = value(schema.fields()[i].dataType(), values.get(i), strings);
        }
        return RowFactory.create(row);
    }

    private static Object value(DataType type, JsonNode json, Function<JsonNode, Object> strings) {
        if (json.isNull()) {
            return null;
        }
        if (type instanceof ArrayType array) {
            List<Object> elements = new ArrayList<>();
            json.forEach(element -> elements.add(value(array.elementType(), element, strings)));
            return elements;
        }
        if (type instanceof MapType map) {
            Map<Object, Object> entries = new LinkedHashMap<>();
            json.forEach(entry -> entries.put(
                    value(map.keyType(), entry.get(0), strings), value(map.valueType(), entry.get(1), strings)));
            return entries;
        }
        if (type instanceof StructType struct) {
            List<JsonNode> fields =
                    Arrays.stream(struct.fieldNames()).map(json::get).toList();
            return row(struct, fields, strings);
        }
        return atom(type.catalogString().replaceFirst("\\(.*", ""), json, strings);
    }

    private static Object atom(String type, JsonNode json, Function<JsonNode, Object> strings) {
        return switch (type) {
            case "boolean" -> json.booleanValue();
            case "tinyint" -> (byte) json.longValue();
            case "smallint" -> (short) json.longValue();
            case "int" -> (int) json.longValue();
            case "bigint" -> json.longValue();
            case "float" -> (float) number(json);
            case "double" -> number(json);
            case "decimal" -> new BigDecimal(json.textValue());
            case "string", "char", "varchar" -> strings.apply(json);
            case "binary" -> HexFormat.of().parseHex(json.textValue());
            case "date" -> LocalDate.ofEpochDay(json.longValue());
            case "timestamp" -> local(json.longValue()).toInstant(ZoneOffset.UTC);
            case "timestamp_ntz" -> local(json.longValue());
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static LocalDateTime local(long micros) {
        Instant instant =
                Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static double number(JsonNode json) {
        if (json.isTextual()) {
            double special = Double.parseDouble(json.textValue());
            return Double.isNaN(special) ? Double.longBitsToDouble(NAN_WITH_SIGN_AND_PAYLOAD) : special;
        }
        return json.doubleValue();
    }

    private static byte[] bytes(JsonNode text) {
        return text.isTextual()
                ? text.textValue().getBytes(UTF_8)
                : HexFormat.of().parseHex(text.get("hex").textValue());
    }

    /** The type with bytes in place of strings. */
    private static DataType withBinaries(DataType type) {
        if (type instanceof ArrayType array) {
            return DataTypes.createArrayType(withBinaries(array.elementType()));
        }
        if (type instanceof MapType map) {
            return DataTypes.createMapType(withBinaries(map.keyType()), withBinaries(map.valueType()));
        }
        if (type instanceof StructType struct) {
            StructType fields = new StructType();
            for (StructField field : struct.fields()) {
                fields = fields.add(field.name(), withBinaries(field.dataType()));
            }
            return fields;
        }
        return type.catalogString().matches("string|(var)?char\\(.*") ? DataTypes.BinaryType : type;
    }
}
