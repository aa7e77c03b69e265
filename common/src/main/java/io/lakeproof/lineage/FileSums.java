package io.lakeproof.lineage;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.FileChanges;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.error.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructType;

/**
 * What some commits of Lakeproof did to the digests of partitions, from the data files that they added and removed. A digest
 * adds and subtracts, so the rows that stayed are not read again; and if one of them is not what was sealed, the new digest
 * does not hide it.
 */
final class FileSums {
    private static final String MERGE = "MERGE";

    private final DeltaStore store;
    private final List<String> columns;
    private final Set<String> replaced = new TreeSet<>();
    private final List<DataFile> added = new ArrayList<>();
    private final List<DataFile> removed = new ArrayList<>();

    private FileSums(DeltaStore store) {
        this.store = store;
        this.columns = store.partitionColumns();
    }

    /**
     * The sums of some commits.
     *
     * @param own commits of Lakeproof, oldest first
     * @return empty if the log does not tell the files of each, or if they cannot be read by themselves
     */
    static Optional<FileSums> of(DeltaStore store, List<Commit> own) {
        FileSums sums = new FileSums(store);
        for (Commit commit : own) {
            Optional<FileChanges> changes = store.changes(commit);
            if (changes.isEmpty()) {
                return Optional.empty();
            }
            sums.add(commit, changes.get());
        }
        return Optional.of(sums);
    }

    private void add(Commit commit, FileChanges changes) {
        if (!commit.operation().equals(MERGE) && !changes.removed().isEmpty()) {
            // The partitions were replaced as a whole: what they held before does not count.
            Set<String> partitions =
                    Set.copyOf(CommitNote.of(commit).orElseThrow().partitions());
            replaced.addAll(partitions);
            added.removeIf(file -> partitions.contains(file.partitionPath(columns)));
            removed.removeIf(file -> partitions.contains(file.partitionPath(columns)));
        } else {
            removed.addAll(changes.removed());
        }
        added.addAll(changes.added());
    }

    /** Brings the digests of partitions from before the commits to after them. */
    void applyTo(SortedMap<String, MultisetDigest> partitions, StructType schema) {
        partitions.keySet().removeAll(replaced);
        digests(added, schema).forEach((path, digest) -> partitions.merge(path, digest, MultisetDigest::plus));
        digests(removed, schema).forEach((path, digest) -> partitions.put(path, rest(path, partitions, digest)));
        partitions.values().removeIf(MultisetDigest.EMPTY::equals);
    }

    private MultisetDigest rest(String path, Map<String, MultisetDigest> partitions, MultisetDigest taken) {
        MultisetDigest all = partitions.getOrDefault(path, MultisetDigest.EMPTY);
        if (taken.count() > all.count()) {
            throw new Failure.Integrity(
                    store.path() + ": files of " + path + " that were written again held " + taken.count()
                            + " rows, but the seal before says that the partition had " + all.count(),
                    "Run `lakeproof verify` on the version before; restore the partition or load it anew.");
        }
        return all.minus(taken);
    }

    private Map<String, MultisetDigest> digests(List<DataFile> files, StructType schema) {
        return files.isEmpty() ? new TreeMap<>() : ContentDigest.of(store.read(files, schema), columns);
    }
}
