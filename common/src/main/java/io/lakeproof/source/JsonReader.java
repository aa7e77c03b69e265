package io.lakeproof.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lakeproof.source.MalformedRecord.Reason;
import io.lakeproof.source.Scalar.Literal;
import java.io.IOException;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Reads one JSON value of one declared type. */
@FunctionalInterface
interface JsonReader {

    /**
     * Reads one value.
     *
     * @param json stands on the first token of the value, and on its last afterwards
     */
    @Nullable
    Object read(JsonParser json) throws IOException, MalformedRecord;

    /**
     * The reader of the field's type; JSON null is null where that is allowed and a refused record elsewhere.
     *
     * @throws IllegalArgumentException if JSON cannot hold the type; names the column
     */
    static JsonReader of(RecordField field, boolean nullable, JsonContext context) {
        JsonReader present = ofPresent(field, context);
        return json -> {
            if (json.currentToken() != JsonToken.VALUE_NULL) {
                return present.read(json);
            }
            if (!nullable) {
                throw field.refuse(Reason.NULL_VALUE, "null");
            }
            return null;
        };
    }

    private static JsonReader ofPresent(RecordField field, JsonContext context) {
        DataType type = field.type();
        if (type instanceof StructType struct) {
            return JsonStruct.of(field, struct, context);
        }
        if (type instanceof ArrayType array) {
            return array(field, of(field.element(array.elementType()), array.containsNull(), context), context);
        }
        if (type instanceof MapType map) {
            if (!Scalar.isText(map.keyType())) {
                throw field.unsupported("the keys of a JSON object are strings; declare MAP<STRING, …>");
            }
            return map(field, of(field.mapValue(map.valueType()), map.valueContainsNull(), context), context);
        }
        return scalar(field, Scalar.of(field, context.zone(), IsoTime::timestamp));
    }

    private static JsonReader scalar(RecordField field, Scalar scalar) {
        return json -> {
            if (literal(json.currentToken()) != scalar.literal()) {
                throw field.refuse(Reason.TYPE_MISMATCH, shown(json));
            }
            return scalar.conversion().convert(field, json.getText());
        };
    }

    // The encoder takes Scala collections only. These two have had the same methods since Scala 2.12.
    private static JsonReader array(RecordField field, JsonReader element, JsonContext context) {
        return json -> {
            require(JsonToken.START_ARRAY, field, json);
            var values = new scala.collection.mutable.ArrayBuffer<@Nullable Object>();
            ExtraFields.OfArray extras = context.extras().array();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                values.$plus$eq(element.read(json));
                extras.read();
            }
            extras.end();
            return values;
        };
    }

    private static JsonReader map(RecordField field, JsonReader value, JsonContext context) {
        return json -> {
            require(JsonToken.START_OBJECT, field, json);
            var values = new scala.collection.mutable.LinkedHashMap<String, @Nullable Object>();
            ExtraFields.OfObject extras = context.extras().object();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String key = Scalar.text(field, json.currentName());
                if (values.contains(key)) {
                    throw JsonStruct.duplicate(json);
                }
                json.nextToken();
                values.put(key, value.read(json));
                extras.read(key);
            }
            extras.end();
            return values;
        };
    }

    static void require(JsonToken start, RecordField field, JsonParser json) throws IOException, MalformedRecord {
        if (json.currentToken() != start) {
            throw field.refuse(Reason.TYPE_MISMATCH, shown(json));
        }
    }

    /** The value that the parser stands on, for a message. */
    static String shown(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "the string " + Excerpt.quoted(json.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + Excerpt.shorten(json.getText());
            default -> json.getText();
        };
    }

    private static @Nullable Literal literal(JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> Literal.STRING;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Literal.NUMBER;
            case VALUE_TRUE, VALUE_FALSE -> Literal.BOOLEAN;
            default -> null;
        };
    }
}
