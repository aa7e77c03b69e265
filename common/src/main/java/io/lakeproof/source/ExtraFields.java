package io.lakeproof.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lakeproof.config.RecordShape.OnExtra;
import io.lakeproof.source.MalformedRecord.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the fields of a record that its schema lacks: dropped, refused, or kept as the record's own JSON without the
 * declared fields. An object with extra fields inside stands in its place, an array with its elements, null for an element
 * without any. Names are sorted by UTF-16 code units and strings escaped as RFC 8785 says; numbers stand as in the source.
 *
 * <p>A reader of a value leaves here what it found inside, and whoever called it takes it.
 */
final class ExtraFields {
    private final OnExtra onExtra;
    private @Nullable String within;

    ExtraFields(OnExtra onExtra) {
        this.onExtra = onExtra;
    }

    /** The extra fields within the value that was read last, as JSON; null if there were none. */
    @Nullable
    String take() {
        String taken = within;
        within = null;
        return taken;
    }

    /** Begins an object. */
    OfObject object() {
        return new OfObject();
    }

    /** Begins an array. */
    OfArray array() {
        return new OfArray();
    }

    /** The extra fields of one object. */
    final class OfObject {
        private @Nullable Set<String> names;
        private @Nullable SortedMap<String, String> kept;

        /** A field that the schema lacks; the parser stands on its name, and on the end of its value afterwards. */
        void extra(JsonParser json) throws IOException, MalformedRecord {
            String name = json.currentName();
            names = names == null ? new HashSet<>() : names;
            if (!names.add(name)) {
                throw JsonStruct.duplicate(json);
            }
            if (onExtra == OnExtra.QUARANTINE) {
                throw new MalformedRecord(
                        Reason.EXTRA_FIELD, JsonStruct.path(json) + ": source.schema has no such field");
            }
            json.nextToken();
            if (onExtra == OnExtra.DROP) {
                skip(json);
            } else {
                keep(requireText(name, json), text(json));
            }
        }

        /** The value of a declared field, or of a key of a map, was read. */
        void read(String name) {
            String inside = take();
            if (inside != null) {
                keep(name, inside);
            }
        }

        /** The object has ended. */
        void end() {
            within = kept == null ? null : rendered(kept);
        }

        private void keep(String name, String value) {
            kept = kept == null ? new TreeMap<>() : kept;
            kept.put(name, value);
        }
    }

    /** The extra fields within the elements of one array. */
    final class OfArray {
        private final List<@Nullable String> elements = new ArrayList<>();

        /** The next element was read. */
        void read() {
            if (onExtra == OnExtra.KEEP_JSON) {
                elements.add(take());
            }
        }

        /** The array has ended. */
        void end() {
            within = elements.stream().allMatch(Objects::isNull)
                    ? null
                    : elements.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
        }
    }

    private static void skip(JsonParser json) throws IOException, MalformedRecord {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            Set<String> names = new HashSet<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                if (!names.add(json.currentName())) {
                    throw JsonStruct.duplicate(json);
                }
                json.nextToken();
                skip(json);
            }
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                skip(json);
            }
        }
    }

    private static String text(JsonParser json) throws IOException, MalformedRecord {
        return switch (json.currentToken()) {
            case START_OBJECT -> objectText(json);
            case START_ARRAY -> arrayText(json);
            case VALUE_STRING -> string(requireText(json.getText(), json));
            default -> json.getText();
        };
    }

    private static String objectText(JsonParser json) throws IOException, MalformedRecord {
        SortedMap<String, String> fields = new TreeMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = requireText(json.currentName(), json);
            if (fields.containsKey(name)) {
                throw JsonStruct.duplicate(json);
            }
            json.nextToken();
            fields.put(name, text(json));
        }
        return rendered(fields);
    }

    private static String arrayText(JsonParser json) throws IOException, MalformedRecord {
        StringBuilder elements = new StringBuilder("[");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            elements.append(elements.length() == 1 ? "" : ",").append(text(json));
        }
        return elements.append(']').toString();
    }

    private static String rendered(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(e -> string(e.getKey()) + ":" + e.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String requireText(String text, JsonParser json) throws MalformedRecord {
        if (!Scalar.isUnicode(text)) {
            throw new MalformedRecord(
                    Reason.INVALID_UTF8, JsonStruct.path(json) + ": the text holds half of a surrogate pair");
        }
        return text;
    }

    /** A JSON string with no more escapes than RFC 8785, section 3.2.2.2, wants. */
    static String string(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int named = "\b\t\n\f\r\"\\".indexOf(c);
            if (named >= 0) {
                quoted.append('\\').append("btnfr\"\\".charAt(named));
            } else if (c < ' ') {
                quoted.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
