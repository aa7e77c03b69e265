package io.lakeproof.delta;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.types.StructType;

/**
 * One version of a table as its log has it.
 *
 * @param commit that made it
 * @param tableId that Delta gave the table when it was created
 * @param schema partition columns included
 * @param partitionColumns in the table's order
 * @param properties of the table
 * @param features that the table's protocol names
 * @param files that hold its rows
 */
public record LoggedVersion(
        Commit commit,
        String tableId,
        StructType schema,
        List<String> partitionColumns,
        Map<String, String> properties,
        Set<String> features,
        Collection<DataFile> files) {

    public long version() {
        return commit.version();
    }

    /** The same without its files, to be kept. */
    public LoggedVersion withoutFiles() {
        return new LoggedVersion(commit, tableId, schema, partitionColumns, properties, features, List.of());
    }

    /** True if the file, read by itself, gives the rows that a reader of the version gets from it. */
    public boolean isReadableByItself(DataFile file) {
        return file.isPlain() && file.liesInItsPartition(partitionColumns) && hasPlainColumns();
    }

    /** True if the columns of the files have the names and types of the table's. */
    private boolean hasPlainColumns() {
        return properties.getOrDefault("delta.columnMapping.mode", "none").equals("none")
                && features.stream().noneMatch(feature -> feature.startsWith("typeWidening"));
    }
}
