package io.lakeproof.jobs.lineage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.lakeproof.error.Redactor;
import io.openlineage.client.OpenLineage;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Events as one line of JSON. The client's own mapper needs modules of Jackson that platforms do not bring. */
final class EventJson {
    private static final ObjectMapper JSON = new ObjectMapper()
            .setSerializationInclusion(JsonInclude.Include.NON_NULL)
            .registerModule(new SimpleModule().addSerializer(ZonedDateTime.class, new Rfc3339()));

    private EventJson() {}

    static String of(OpenLineage.RunEvent event, Redactor redactor) {
        try {
            return JSON.writeValueAsString(redactor.tree(JSON.convertValue(event, Map.class)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code 2024-11-08T00:00:00Z}, as the format {@code date-time} of JSON Schema wants it (RFC 3339, section 5.6). */
    private static final class Rfc3339 extends JsonSerializer<ZonedDateTime> {
        @Override
        public void serialize(ZonedDateTime time, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time));
        }
    }
}
