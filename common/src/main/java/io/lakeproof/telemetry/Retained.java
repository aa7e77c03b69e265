package io.lakeproof.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code retain} keeps of a table and what it deletes.
 *
 * @param keepDays how many days versions are promised
 * @param oldestVersion the oldest version that is promised without a pin
 * @param pins how many pins hold a version
 * @param files data files that no such version needs, and that are old enough
 * @param bytes of these
 * @param deleted how many of these were deleted; 0 in a dry run
 */
public record Retained(long keepDays, long oldestVersion, int pins, long files, long bytes, long deleted) {
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("keepDays", keepDays);
        fields.put("oldestVersion", oldestVersion);
        fields.put("pins", pins);
        fields.put("files", files);
        fields.put("bytes", bytes);
        fields.put("deleted", deleted);
        return fields;
    }
}
