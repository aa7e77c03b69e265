package io.lakeproof.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.model.PartitionPath;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A data file as an {@code add} or {@code remove} action of the Delta log names it.
 *
 * @param path decoded; relative to the table, or absolute if the log has it so
 * @param partition the partition columns with their values as texts, null for null
 * @param isPlain false if rows of the file are masked by a deletion vector, or if it lies outside of the table's folder
 * @param length bytes; -1 if the log does not say
 * @param records the rows in the file, masked ones included; empty if the log does not say
 * @param deletionVector masks rows of the file; empty if none does
 */
public record DataFile(
        String path,
        Map<String, @Nullable String> partition,
        boolean isPlain,
        long length,
        OptionalLong records,
        Optional<DeletionVector> deletionVector) {

    static DataFile of(JsonNode action) {
        Map<String, @Nullable String> partition = new LinkedHashMap<>();
        action.path("partitionValues")
                .properties()
                .forEach(value -> partition.put(
                        value.getKey(),
                        value.getValue().isNull() ? null : value.getValue().asText()));
        URI uri = URI.create(action.path("path").asText());
        return new DataFile(
                uri.isAbsolute() ? new Path(uri).toString() : uri.getPath(),
                partition,
                !uri.isAbsolute() && !uri.getPath().startsWith("/") && !action.hasNonNull("deletionVector"),
                action.path("size").asLong(-1),
                LogLines.records(action),
                action.hasNonNull("deletionVector")
                        ? Optional.of(DeletionVector.of(action.path("deletionVector")))
                        : Optional.empty());
    }

    /** Tells a file from every other of a version: the protocol's key of an {@code add}. */
    public String key() {
        return path + "|" + deletionVector.map(DeletionVector::id).orElse("");
    }

    /** The rows that a reader gets from the file; empty if the log does not say. */
    public OptionalLong visibleRecords() {
        long masked = deletionVector.map(DeletionVector::rows).orElse(0L);
        return records.isPresent() ? OptionalLong.of(records.getAsLong() - masked) : records;
    }

    /** Where the file is. */
    public Path at(String table) {
        return isPlain ? within(table, path) : at(table, path);
    }

    /** Where a file is that the log names by a path, relative to the table or absolute. */
    static Path at(String table, String path) {
        return path.matches("[a-zA-Z][a-zA-Z0-9+.-]*:/.*") ? new Path(path) : within(table, path);
    }

    /** Not from one text: a colon in it would end a scheme. */
    private static Path within(String table, String path) {
        return new Path(new Path(table), new Path(null, null, path));
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
