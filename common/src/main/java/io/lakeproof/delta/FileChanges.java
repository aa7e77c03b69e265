package io.lakeproof.delta;

import java.util.List;
import java.util.stream.Stream;

/** The data files that one commit added and removed. */
public record FileChanges(List<DataFile> added, List<DataFile> removed) {
    public FileChanges {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }

    /** True if each file can be read as plain Parquet in the folder of its partition, and holds just the rows it counts. */
    boolean areReadable(List<String> partitionColumns) {
        return Stream.concat(added.stream(), removed.stream())
                .allMatch(file -> file.isPlain() && file.liesInItsPartition(partitionColumns));
    }
}
