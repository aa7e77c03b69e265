package io.lakeproof.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.lakeproof.config.RecordShape;
import io.lakeproof.source.MalformedRecord.Reason;
import java.io.IOException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A line is one record only if it is exactly one JSON object (RFC 8259) whose known fields have their declared types.
 *
 * <p>Spark's {@code from_json} keeps the first of two objects on a line and the last of two equal keys, silently; here
 * both lines are refused. Field names match by case. Fields that the schema lacks are read and checked for syntax and
 * duplicates; {@link RecordShape} says what then becomes of them.
 *
 * <ul>
 *   <li>Integer columns take a number without fraction or exponent; FLOAT and DOUBLE take any number, rounded to the
 *       nearest value, unless it overflows; DECIMAL takes only what fits exactly.
 *   <li>TIMESTAMP takes a string of ISO-8601 with {@code T} or a space; without a zone it is local time in the parser's
 *       zone. DATE takes {@code yyyy-MM-dd}. BINARY takes Base64.
 *   <li>Objects and arrays nest to depth 100, the record itself included.
 * </ul>
 */
public final class JsonRecordParser implements RecordParser {

    private static final int MAX_DEPTH = 100;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE) // the line bounds it
                    .maxNumberLength(Integer.MAX_VALUE) // NumberText bounds it
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // What one line is must not depend on the names that the lines before it had.
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private static final Pattern NOT_FOR_USERS = Pattern.compile("(?s)( \\(start marker at |: enable `|: maybe a ).*");

    private final StructType schema;
    private final ZoneId zone;
    private final RecordShape shape;
    private final transient ExtraFields extras;
    private final transient JsonStruct record;

    /**
     * Compiles the schema.
     *
     * @param zone where a timestamp without a zone is read
     * @param shape how a record may differ from the schema; with {@code keep-json} one value more is parsed, the last
     * @throws IllegalArgumentException if a column has a type that JSON cannot hold (intervals, variant, void, a map
     *     whose keys are no strings) or a name appears twice; names the column
     */
    public JsonRecordParser(StructType schema, ZoneId zone, RecordShape shape) {
        this.schema = schema;
        this.zone = zone;
        this.shape = shape;
        JsonContext context = new JsonContext(zone, shape);
        this.extras = context.extras();
        this.record = JsonStruct.of(new RecordField("", schema), schema, context);
    }

    /** As by default: fields that the schema lacks are dropped, missing ones are null. */
    public JsonRecordParser(StructType schema, ZoneId zone) {
        this(schema, zone, RecordShape.DEFAULT);
    }

    @Override
    public @Nullable Object[] parse(byte[] line) throws MalformedRecord {
        try (JsonParser json = JSON.createParser(LineText.of(line))) {
            JsonToken first = json.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw malformed("expected one JSON object, found " + (first == null ? "an empty line" : shown(json)));
            }
            extras.take(); // of a line that was refused half way
            @Nullable Object[] values = record.readFields(json);
            if (json.nextToken() != null) {
                throw malformed("expected one JSON object, found " + shown(json) + " after it");
            }
            return shape.keepsExtra() ? withExtra(values) : values;
        } catch (JsonProcessingException e) {
            throw malformed(describe(e));
        } catch (IOException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Object[] withExtra(@Nullable Object[] values) {
        @Nullable Object[] all = Arrays.copyOf(values, values.length + 1);
        all[values.length] = extras.take();
        return all;
    }

    private static String shown(JsonParser json) throws IOException {
        return JsonReader.shown(json);
    }

    private static MalformedRecord malformed(String detail) {
        return new MalformedRecord(Reason.MALFORMED, detail);
    }

    /** Jackson's message without its description of the source and its advice to be lenient. */
    private static String describe(JsonProcessingException e) {
        String problem =
                NOT_FOR_USERS.matcher(String.valueOf(e.getOriginalMessage())).replaceFirst("");
        return e.getLocation() == null ? problem : "column " + e.getLocation().getColumnNr() + ": " + problem;
    }

    /** The compiled schema is not serialized; a copy compiles its own. */
    private Object readResolve() {
        return new JsonRecordParser(schema, zone, shape);
    }
}
