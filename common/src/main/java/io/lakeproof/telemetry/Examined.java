package io.lakeproof.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;

/** How many findings of each severity {@code doctor} has. */
public record Examined(long errors, long warnings, long infos, long oks) {
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("errors", errors);
        fields.put("warnings", warnings);
        fields.put("infos", infos);
        fields.put("oks", oks);
        return fields;
    }
}
