package io.lakeproof.delta;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A data file as an {@code add} or {@code remove} action of the Delta log names it.
 *
 * @param path relative to the table, decoded
 * @param partition the partition columns with their values as texts, null for null
 * @param isPlain false if rows of the file are masked by a deletion vector, or if it lies outside of the table's folder
 * @param changesData false if the same rows stand in other files of the same commit, as after OPTIMIZE
 */
record DataFile(String path, Map<String, @Nullable String> partition, boolean isPlain, boolean changesData) {

    static DataFile of(JsonNode action) {
        Map<String, @Nullable String> partition = new LinkedHashMap<>();
        action.path("partitionValues")
                .properties()
                .forEach(value -> partition.put(
                        value.getKey(),
                        value.getValue().isNull() ? null : value.getValue().asText()));
        URI uri = URI.create(action.path("path").asText());
        return new DataFile(
                uri.getPath(),
                partition,
                !uri.isAbsolute() && !action.hasNonNull("deletionVector"),
                action.path("dataChange").asBoolean(true));
    }
}
