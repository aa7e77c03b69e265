package io.lakeproof.jobs.diff;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.expr;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.FileChanges;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.Seal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The digests by which the partitions that differ are found.
 *
 * @param partitions by Hive-style path; all rows under the empty path if the sides are not partitioned alike
 * @param table the digest of all of the version; empty if only some of its columns were digested
 * @param origin where they are from, in words
 */
record PartitionDigests(SortedMap<String, MultisetDigest> partitions, Optional<String> table, String origin) {
    /**
     * Takes what a seal says, where that is enough: of a sealed version nothing is read; of one that is not sealed, the
     * partitions that commits touched since the seal before it; all rows, if the log does not tell which these are, if there is
     * no such seal, or if the sides have only some columns in common.
     *
     * @param layout the partition columns of both sides; empty if they are not partitioned alike
     */
    static PartitionDigests of(Side side, CommonColumns common, List<String> layout) {
        if (!common.isEverything()) {
            Column[] columns = Arrays.stream(common.columns().fieldNames())
                    .map(name -> quoted(name))
                    .toArray(Column[]::new);
            side.requireReadable();
            Dataset<Row> rows = side.rows().select(columns);
            return new PartitionDigests(
                    new TreeMap<>(ContentDigest.of(rows, layout)), Optional.empty(), "read, the common columns");
        }
        List<String> own = side.store().partitionColumns();
        if (side.isSealed()) {
            return of(side, side.seal().orElseThrow().digest().partitions(), layout, "its seal");
        }
        Optional<Set<String>> touched = layout.isEmpty() ? Optional.empty() : touched(side);
        if (touched.isEmpty()) {
            side.requireReadable();
            return of(side, new TreeMap<>(ContentDigest.of(side.rows(), own)), layout, "read, every row");
        }
        Seal seal = side.seal().orElseThrow();
        SortedMap<String, MultisetDigest> partitions =
                new TreeMap<>(seal.digest().partitions());
        partitions.keySet().removeAll(touched.get());
        if (!touched.get().isEmpty()) {
            side.requireReadable(own, touched.get());
            partitions.putAll(ContentDigest.of(
                    side.rows().where(expr(PartitionPredicate.of(own, touched.get()))), own));
        }
        return of(
                side,
                partitions,
                layout,
                "the seal of version " + seal.version() + ", and "
                        + touched.get().size() + " partitions read");
    }

    private static PartitionDigests of(
            Side side, SortedMap<String, MultisetDigest> partitions, List<String> layout, String origin) {
        Optional<String> table =
                Optional.of(TableDigest.of(side.rows().schema(), partitions).hex());
        if (!layout.isEmpty()) {
            return new PartitionDigests(partitions, table, origin);
        }
        MultisetDigest all = partitions.values().stream().reduce(MultisetDigest.EMPTY, MultisetDigest::plus);
        return new PartitionDigests(new TreeMap<>(Map.of("", all)), table, origin);
    }

    /** The partitions in which commits since the seal added or removed files; empty if the log does not tell. */
    private static Optional<Set<String>> touched(Side side) {
        if (side.seal().isEmpty()) {
            return Optional.empty();
        }
        long sealed = side.seal().get().version();
        Snapshot since = side.store().reachingBack(side.table(), sealed);
        List<Commit> commits = since.recent().stream()
                .filter(commit -> commit.version() > sealed && commit.version() <= side.version())
                .toList();
        if (commits.size() != side.version() - sealed) {
            return Optional.empty();
        }
        Set<String> touched = new TreeSet<>();
        List<String> columns = side.store().partitionColumns();
        for (Commit commit : commits) {
            Optional<FileChanges> changes = side.store().changes(commit);
            if (changes.isEmpty()) {
                return Optional.empty();
            }
            Stream<DataFile> files = Stream.concat(changes.get().added().stream(), changes.get().removed().stream());
            files.forEach(file -> touched.add(file.partitionPath(columns)));
        }
        return Optional.of(touched);
    }

    /** Rows of some partitions. */
    long rows(Set<String> paths) {
        return paths.stream()
                .mapToLong(path ->
                        partitions.getOrDefault(path, MultisetDigest.EMPTY).count())
                .sum();
    }

    long rows() {
        return rows(partitions.keySet());
    }

    MultisetDigest of(String path) {
        return partitions.getOrDefault(path, MultisetDigest.EMPTY);
    }

    /** The partitions that are not the same on the other side. */
    Set<String> differingFrom(PartitionDigests other) {
        Set<String> paths = new TreeSet<>(partitions.keySet());
        paths.addAll(other.partitions.keySet());
        paths.removeIf(path -> of(path).equals(other.of(path)));
        return paths;
    }
}
