package io.lakeproof.jobs.compact;

import io.lakeproof.delta.DataFile;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.SourceDates;
import io.lakeproof.model.CuratedScope;
import io.lakeproof.model.PartitionPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Chooses the partitions of a scope whose files are worth writing again. */
final class Partitions {
    private final CompactRequest request;
    private final List<String> columns;

    /**
     * Of a table.
     *
     * @throws Failure.Usage if the table's partitions do not tell what the request chooses by
     */
    Partitions(CompactRequest request, List<String> columns) {
        this.request = request;
        this.columns = columns;
        boolean curated = columns.equals(CuratedScope.COLUMNS);
        if (request.model().isPresent() && !curated) {
            throw new Failure.Usage(
                    "--model " + request.model().get() + ": " + request.table() + " is partitioned by " + columns
                            + " and has no models",
                    "Leave --model out.");
        }
        if (!request.scope().isAll() && !curated && !columns.equals(List.of(SourceDates.EVENT_DATE))) {
            throw new Failure.Usage(
                    "--from and --to: " + request.table() + " is partitioned by " + columns + " and not by date",
                    "Leave them out to compact the whole table.");
        }
    }

    /**
     * The partitions of the scope of which two files together do not reach the target size, with their files. What this job
     * has written has no such files, so that a second run finds nothing.
     */
    SortedMap<String, List<DataFile>> among(Collection<DataFile> files) {
        SortedMap<String, List<DataFile>> byPath = new TreeMap<>();
        for (DataFile file : files) {
            if (isInScope(file.partition())) {
                byPath.computeIfAbsent(file.partitionPath(columns), path -> new ArrayList<>())
                        .add(file);
            }
        }
        byPath.values().removeIf(own -> !isWorthIt(own));
        return byPath;
    }

    /** The date of a partition; empty for a table that is not by date. */
    String date(String path) {
        Map<String, @Nullable String> values = PartitionPath.parse(path);
        return columns.equals(CuratedScope.COLUMNS)
                ? values.get("year") + "-" + values.get("month") + "-" + values.get("day")
                : String.valueOf(values.get(SourceDates.EVENT_DATE));
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

    private boolean isInScope(Map<String, @Nullable String> partition) {
        if (request.model().isPresent() && !request.model().get().equals(partition.get("model"))) {
            return false;
        }
        return request.scope().isAll() || request.scope().contains(date(PartitionPath.of(columns, values(partition))));
    }

    private List<@Nullable String> values(Map<String, @Nullable String> partition) {
        List<@Nullable String> values = new ArrayList<>();
        columns.forEach(column -> values.add(partition.get(column)));
        return values;
    }
}
