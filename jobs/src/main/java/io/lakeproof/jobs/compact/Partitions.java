package io.lakeproof.jobs.compact;

import io.lakeproof.delta.DataFile;
import io.lakeproof.run.DatedPartitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Chooses the partitions of a scope whose files are worth writing again. */
final class Partitions {
    private final CompactRequest request;
    private final List<String> columns;
    private final DatedPartitions scope;

    /**
     * Of a table.
     *
     * @throws io.lakeproof.error.Failure.Usage if the table's partitions do not tell what the request chooses by
     */
    Partitions(CompactRequest request, List<String> columns) {
        this.request = request;
        this.columns = columns;
        this.scope = new DatedPartitions(request.table(), columns, request.scope(), request.model());
    }

    /**
     * The partitions of the scope of which two files together do not reach the target size, with their files. What this job
     * has written has no such files, so that a second run finds nothing.
     */
    SortedMap<String, List<DataFile>> among(Collection<DataFile> files) {
        SortedMap<String, List<DataFile>> byPath = new TreeMap<>();
        files.forEach(file -> byPath.computeIfAbsent(file.partitionPath(columns), path -> new ArrayList<>())
                .add(file));
        byPath.entrySet().removeIf(entry -> !scope.contains(entry.getKey()) || !isWorthIt(entry.getValue()));
        return byPath;
    }

    static long bytes(List<DataFile> files) {
        return files.stream().mapToLong(DataFile::length).sum();
    }

    private boolean isWorthIt(List<DataFile> files) {
        List<Long> sizes = files.stream()
                .map(DataFile::length)
                .sorted(Comparator.naturalOrder())
                .toList();
        return sizes.size() > 1
                && sizes.get(0) + sizes.get(1) <= request.layout().targetBytes()
                && request.layout().files(bytes(files)) < sizes.size();
    }
}
