package io.lakeproof.telemetry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code diff} found.
 *
 * @param key columns that identify a row; empty if rows were compared as a whole
 * @param schema what differs in the columns, in words
 * @param partitions of both sides together
 * @param differing of these
 * @param same rows that both sides have
 * @param columns of the changed rows: in how many a column differs
 */
public record Differences(
        Side left,
        Side right,
        List<String> key,
        List<String> schema,
        long partitions,
        long differing,
        long same,
        long added,
        long removed,
        long changed,
        Map<String, Long> columns) {
    public Differences {
        key = List.copyOf(key);
        schema = List.copyOf(schema);
        columns = new LinkedHashMap<>(columns);
    }

    /**
     * A table at a version.
     *
     * @param digest 64 hexadecimal digits; null if only some columns were digested
     */
    public record Side(
            String target,
            long version,
            long rows,
            @Nullable String digest) {
        private Map<String, @Nullable Object> fields() {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("target", target);
            fields.put("version", version);
            fields.put("rows", rows);
            fields.put("digest", digest);
            return fields;
        }
    }

    Map<String, Object> fields() {
        Map<String, Object> rows = new LinkedHashMap<>();
        rows.put("same", same);
        rows.put("added", added);
        rows.put("removed", removed);
        rows.put("changed", changed);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("left", left.fields());
        fields.put("right", right.fields());
        fields.put("key", key);
        fields.put("schema", schema);
        fields.put("partitions", partitions);
        fields.put("differing", differing);
        fields.put("rows", rows);
        fields.put("columns", columns);
        return fields;
    }
}
