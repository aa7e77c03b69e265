package io.lakeproof.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an export has sent so far.
 *
 * @param to the receiver or file
 * @param events sent and taken, one a seal
 * @param withoutSchema how many of them lack the table's columns, since their version can no longer be read
 */
public record Exported(String to, long events, long withoutSchema) {
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("to", to);
        fields.put("events", events);
        fields.put("withoutSchema", withoutSchema);
        return fields;
    }
}
