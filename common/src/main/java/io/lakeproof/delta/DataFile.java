package io.lakeproof.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.model.PartitionPath;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A data file as an {@code add} or {@code remove} action of the Delta log names it.
 *
 * @param path relative to the table, decoded
 * @param partition the partition columns with their values as texts, null for null
 * @param isPlain false if rows of the file are masked by a deletion vector, or if it lies outside of the table's folder
 */
public record DataFile(String path, Map<String, @Nullable String> partition, boolean isPlain) {

    static DataFile of(JsonNode action) {
        Map<String, @Nullable String> partition = new LinkedHashMap<>();
        action.path("partitionValues")
                .properties()
                .forEach(value -> partition.put(
                        value.getKey(),
                        value.getValue().isNull() ? null : value.getValue().asText()));
        URI uri = URI.create(action.path("path").asText());
        return new DataFile(uri.getPath(), partition, !uri.isAbsolute() && !action.hasNonNull("deletionVector"));
    }

    /**
     * The Hive-style path of the partition.
     *
     * @param columns the partition columns in the table's order
     */
    public String partitionPath(List<String> columns) {
        List<@Nullable String> values = new ArrayList<>();
        columns.forEach(column -> values.add(partition.get(column)));
        return PartitionPath.of(columns, values);
    }

    /** True if the folder tells the partition; a table with random prefixes has its files elsewhere. */
    boolean liesInItsPartition(List<String> columns) {
        return columns.isEmpty() || path.startsWith(partitionPath(columns) + "/");
    }
}
