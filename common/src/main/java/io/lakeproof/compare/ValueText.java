package io.lakeproof.compare;

import io.lakeproof.digest.SparkValues;
import io.lakeproof.model.PartitionPath;
import io.lakeproof.model.Sha256;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Values as texts that tell two values of a type apart: doubles with all their digits (and 0.0 for -0.0, which is equal), strings in quotes with escapes, instants
 * in UTC, null as {@code null}. A text over {@value #LIMIT} characters is cut, and ends with its length and the beginning of its
 * SHA-256. Takes the values of {@link io.lakeproof.digest.CanonicalForm}.
 */
public final class ValueText {
    private static final int LIMIT = 200;
    private static final int DIGITS = 16;

    private ValueText() {}

    public static String of(@Nullable Object value, DataType type) {
        String text = whole(value, type);
        if (text.length() <= LIMIT) {
            return text;
        }
        int cut = Character.isHighSurrogate(text.charAt(LIMIT - 1)) ? LIMIT - 1 : LIMIT;
        return text.substring(0, cut)
                + String.format(
                        Locale.ROOT,
                        "\u2026 (%,d characters, SHA-256 %s)",
                        text.length(),
                        new Sha256().raw(text).hex().substring(0, DIGITS));
    }

    /** As it stands in the path of a partition, before it is escaped. */
    static @Nullable String partitionValue(@Nullable Object value, DataType type) {
        if (value == null) {
            return null;
        }
        if (value instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return type instanceof TimestampType ? PartitionPath.instant((Long) value) : whole(value, type);
    }

    private static String whole(@Nullable Object value, DataType type) {
        if (value == null) {
            return "null";
        }
        if (value instanceof byte[] bytes) {
            return type instanceof BinaryType ? "X'" + HexFormat.of().formatHex(bytes) + "'" : quoted(bytes);
        }
        if (type instanceof DateType) {
            return (value instanceof LocalDate date ? date : LocalDate.ofEpochDay((Integer) value)).toString();
        }
        if (type instanceof TimestampType) {
            return PartitionPath.instant(value instanceof Instant instant ? SparkValues.micros(instant) : (Long) value)
                    + "Z";
        }
        if (type instanceof TimestampNTZType) {
            return PartitionPath.instant(SparkValues.micros(((LocalDateTime) value).toInstant(ZoneOffset.UTC)));
        }
        if (type instanceof ArrayType array) {
            return SparkValues.elements(value).stream()
                    .map(element -> whole(element, array.elementType()))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        if (type instanceof MapType map) {
            return entries(value, map);
        }
        if (type instanceof StructType struct) {
            return fields((Row) value, struct);
        }
        return number(value);
    }

    /** Numbers that are equal have the same text; a boolean is what it is. */
    private static String number(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof Double floating) {
            return String.valueOf(floating + 0.0);
        }
        return value instanceof Float floating ? String.valueOf(floating + 0.0f) : String.valueOf(value);
    }

    /** In the order of their texts, since a map has none. */
    private static String entries(Object value, MapType type) {
        List<String> entries = new ArrayList<>();
        SparkValues.forEachEntry(
                value,
                (key, mapped) -> entries.add(whole(key, type.keyType()) + ": " + whole(mapped, type.valueType())));
        return entries.stream().sorted().collect(Collectors.joining(", ", "{", "}"));
    }

    private static String fields(Row row, StructType type) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < type.length(); i++) {
            StructField field = type.fields()[i];
            fields.add(field.name() + ": " + whole(row.get(i), field.dataType()));
        }
        return "(" + String.join(", ", fields) + ")";
    }

    /** Bytes that are no UTF-8 are shown one by one, and so is no text that could look like them. */
    private static String quoted(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            StringBuilder escaped = new StringBuilder("\"");
            for (byte b : bytes) {
                escaped.append(
                        b >= ' ' && b < 0x7f && b != '"' && b != '\\'
                                ? String.valueOf((char) b)
                                : String.format(Locale.ROOT, "\\x%02x", b));
            }
            return escaped.append('"').toString();
        }
        StringBuilder escaped = new StringBuilder("\"");
        text.codePoints().forEach(c -> escape(c, escaped));
        return escaped.append('"').toString();
    }

    private static void escape(int c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (isVisible(c)) {
                    out.appendCodePoint(c);
                } else {
                    out.append(String.format(Locale.ROOT, c > 0xffff ? "\\U%08x" : "\\u%04x", c));
                }
            }
        }
    }

    /** Not what a person cannot see or cannot tell from something else: marks that join, spaces but the plain one. */
    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
