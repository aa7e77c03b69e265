package io.lakeproof.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.lakeproof.source.MalformedRecord.Reason;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Reads a JSON object as a struct: every name at most once, unknown names dropped, missing ones null. */
final class JsonStruct implements JsonReader {

    private record Slot(int index, boolean nullable, RecordField field, JsonReader reader) {}

    private final RecordField self;
    private final List<Slot> slots;
    private final Map<String, Slot> byName = new HashMap<>();

    private JsonStruct(RecordField self, List<Slot> slots) {
        this.self = self;
        this.slots = slots;
    }

    static JsonStruct of(RecordField self, StructType type, ZoneId zone) {
        JsonStruct struct = new JsonStruct(self, new ArrayList<>());
        for (StructField column : type.fields()) {
            RecordField field = self.child(column.name(), column.dataType());
            JsonReader reader = JsonReader.of(field, column.nullable(), zone);
            Slot slot = new Slot(struct.slots.size(), column.nullable(), field, reader);
            if (struct.byName.put(column.name(), slot) != null) {
                throw field.unsupported("the schema names it twice");
            }
            struct.slots.add(slot);
        }
        return struct;
    }

    @Override
    public Object read(JsonParser json) throws IOException, MalformedRecord {
        JsonReader.require(JsonToken.START_OBJECT, self, json);
        return RowFactory.create(readFields(json));
    }

    /**
     * Reads the values of one object.
     *
     * @param json stands on the start of the object, and on its end afterwards
     */
    @Nullable
    Object[] readFields(JsonParser json) throws IOException, MalformedRecord {
        @Nullable Object[] values = new @Nullable Object[slots.size()];
        boolean[] seen = new boolean[values.length];
        Set<String> unknown = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            Slot slot = byName.get(json.currentName());
            if (slot == null) {
                unknown = unknown == null ? new HashSet<>() : unknown;
                skipField(json, unknown);
            } else if (seen[slot.index()]) {
                throw duplicate(json);
            } else {
                seen[slot.index()] = true;
                json.nextToken();
                values[slot.index()] = slot.reader().read(json);
            }
        }
        requirePresent(seen);
        return values;
    }

    private void requirePresent(boolean[] seen) throws MalformedRecord {
        for (Slot slot : slots) {
            if (!slot.nullable() && !seen[slot.index()]) {
                throw slot.field().refuse(Reason.NULL_VALUE, "no such field");
            }
        }
    }

    /** Says where in the line the name stands, for example {@code items[2].id}. */
    static MalformedRecord duplicate(JsonParser json) {
        StringBuilder path = new StringBuilder();
        for (JsonStreamContext at = json.getParsingContext(); !at.inRoot(); at = at.getParent()) {
            String step = at.inArray()
                    ? "[" + at.getCurrentIndex() + "]"
                    : "." + Excerpt.shorten(String.valueOf(at.getCurrentName()));
            path.insert(0, step);
        }
        return new MalformedRecord(Reason.DUPLICATE_FIELD, path.substring(1) + ": found twice in one object");
    }

    private static void skipField(JsonParser json, Set<String> names) throws IOException, MalformedRecord {
        if (!names.add(json.currentName())) {
            throw duplicate(json);
        }
        json.nextToken();
        skipValue(json);
    }

    private static void skipValue(JsonParser json) throws IOException, MalformedRecord {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            Set<String> names = new HashSet<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                skipField(json, names);
            }
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                skipValue(json);
            }
        }
    }
}
