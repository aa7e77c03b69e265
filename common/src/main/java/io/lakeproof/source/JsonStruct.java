package io.lakeproof.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.lakeproof.config.RecordShape;
import io.lakeproof.config.RecordShape.OnMissing;
import io.lakeproof.source.MalformedRecord.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Reads a JSON object as a struct: every name at most once; {@link RecordShape} says what unknown and missing names mean. */
final class JsonStruct implements JsonReader {

    private record Slot(int index, String name, boolean nullable, RecordField field, JsonReader reader) {}

    private final RecordField self;
    private final List<Slot> slots;
    private final Map<String, Slot> byName = new HashMap<>();

    private final JsonContext context;

    private JsonStruct(RecordField self, List<Slot> slots, JsonContext context) {
        this.self = self;
        this.slots = slots;
        this.context = context;
    }

    static JsonStruct of(RecordField self, StructType type, JsonContext context) {
        JsonStruct struct = new JsonStruct(self, new ArrayList<>(), context);
        for (StructField column : type.fields()) {
            RecordField field = self.child(column.name(), column.dataType());
            JsonReader reader = JsonReader.of(field, column.nullable(), context);
            Slot slot = new Slot(struct.slots.size(), column.name(), column.nullable(), field, reader);
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
        ExtraFields.OfObject extras = context.extras().object();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            Slot slot = byName.get(json.currentName());
            if (slot == null) {
                extras.extra(json);
            } else if (seen[slot.index()]) {
                throw duplicate(json);
            } else {
                seen[slot.index()] = true;
                json.nextToken();
                values[slot.index()] = slot.reader().read(json);
                extras.read(slot.name());
            }
        }
        extras.end();
        requirePresent(seen);
        return values;
    }

    private void requirePresent(boolean[] seen) throws MalformedRecord {
        for (Slot slot : slots) {
            if (!seen[slot.index()] && context.shape().onMissing() == OnMissing.QUARANTINE) {
                throw slot.field().refuse(Reason.MISSING_FIELD, "no such field");
            }
            if (!slot.nullable() && !seen[slot.index()]) {
                throw slot.field().refuse(Reason.NULL_VALUE, "no such field");
            }
        }
    }

    static MalformedRecord duplicate(JsonParser json) {
        return new MalformedRecord(Reason.DUPLICATE_FIELD, path(json) + ": found twice in one object");
    }

    /** Where in the line the name stands that was read last, for example {@code items[2].id}. */
    static String path(JsonParser json) {
        StringBuilder path = new StringBuilder();
        for (JsonStreamContext at = json.getParsingContext(); !at.inRoot(); at = at.getParent()) {
            String step = at.inArray()
                    ? "[" + at.getCurrentIndex() + "]"
                    : "." + Excerpt.shorten(String.valueOf(at.getCurrentName()));
            path.insert(0, step);
        }
        return path.substring(1);
    }
}
