package io.lakeproof.source;

import io.lakeproof.source.MalformedRecord.Reason;
import java.time.ZoneId;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.VarcharType;

/**
 * One atomic type: how JSON writes its values, and how their text becomes the value.
 *
 * @param literal the kind of JSON literal that holds a value of the type; CSV holds them all as text
 */
record Scalar(Literal literal, Conversion conversion) {

    enum Literal {
        STRING,
        NUMBER,
        BOOLEAN
    }

    @FunctionalInterface
    interface Conversion {
        Object convert(RecordField field, String text) throws MalformedRecord;
    }

    private static final Map<DataType, Scalar> FIXED = Map.of(
            DataTypes.BooleanType, new Scalar(Literal.BOOLEAN, Scalar::truth),
            DataTypes.ByteType, number((f, t) -> (byte) NumberText.integer(f, t, Byte.MIN_VALUE, Byte.MAX_VALUE)),
            DataTypes.ShortType, number((f, t) -> (short) NumberText.integer(f, t, Short.MIN_VALUE, Short.MAX_VALUE)),
            DataTypes.IntegerType,
                    number((f, t) -> (int) NumberText.integer(f, t, Integer.MIN_VALUE, Integer.MAX_VALUE)),
            DataTypes.LongType, number((f, t) -> NumberText.integer(f, t, Long.MIN_VALUE, Long.MAX_VALUE)),
            DataTypes.FloatType, number(NumberText::toFloat),
            DataTypes.DoubleType, number(NumberText::toDouble),
            DataTypes.BinaryType, string(Scalar::base64),
            DataTypes.DateType, string(TimeText::date));

    /**
     * The scalar of the field's type.
     *
     * @param zone where a timestamp without a zone is read
     * @throws IllegalArgumentException if no text form of the type is defined; names the column
     */
    static Scalar of(RecordField field, ZoneId zone, TimestampForm form) {
        DataType type = field.type();
        Scalar fixed = FIXED.get(type);
        if (fixed != null) {
            return fixed;
        }
        if (isText(type)) {
            return string(Scalar::text);
        }
        if (type instanceof DecimalType decimal) {
            return number((f, t) -> NumberText.decimal(f, t, decimal.precision(), decimal.scale()));
        }
        if (type.equals(DataTypes.TimestampType)) {
            return string((f, t) -> TimeText.instant(f, t, form, zone));
        }
        if (type.equals(DataTypes.TimestampNTZType)) {
            return string((f, t) -> TimeText.local(f, t, form));
        }
        throw field.unsupported("a text file cannot hold this type; declare STRING and convert it later");
    }

    /** True for STRING, CHAR and VARCHAR; the length of the last two is not checked, as in Spark's own readers. */
    static boolean isText(DataType type) {
        return type instanceof StringType || type instanceof CharType || type instanceof VarcharType;
    }

    /** The text itself, if UTF-8 can hold it: a lone surrogate would silently become a question mark in storage. */
    static String text(RecordField field, String text) throws MalformedRecord {
        if (!isUnicode(text)) {
            throw field.refuse(Reason.INVALID_UTF8, Excerpt.quoted(text), "it holds half of a surrogate pair");
        }
        return text;
    }

    /** True unless the text holds half of a surrogate pair. */
    static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (Character.charCount(text.codePointAt(i)) == 1) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static Scalar number(Conversion conversion) {
        return new Scalar(Literal.NUMBER, conversion);
    }

    private static Scalar string(Conversion conversion) {
        return new Scalar(Literal.STRING, conversion);
    }

    private static Object truth(RecordField field, String text) throws MalformedRecord {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw field.refuse(Reason.TYPE_MISMATCH, Excerpt.of(text));
        };
    }

    private static Object base64(RecordField field, String text) throws MalformedRecord {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw field.refuse(Reason.TYPE_MISMATCH, Excerpt.of(text), "it is not Base64 (RFC 4648, section 4)");
        }
    }
}
