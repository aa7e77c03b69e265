package io.lakeproof.jobs.verify;

import static org.apache.spark.sql.functions.expr;

import io.lakeproof.compare.Change;
import io.lakeproof.compare.ComparisonSpec;
import io.lakeproof.compare.RowComparison;
import io.lakeproof.compare.RowDifference;
import io.lakeproof.compare.Tally;
import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.delta.LoggedVersion;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.error.Causes;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Seal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Narrows a difference down: from a partition to its files, and to the rows, if another version still holds what was sealed. */
final class Suspects {
    private static final int PARTITIONS = 10;
    private static final int FILES = 5;
    private static final int ROWS = 3;
    private static final int VERSIONS = 3;

    private final DeltaStore store;
    private final LogReplay replay;
    private final Seals seals;
    private final DataFiles files;

    Suspects(DeltaStore store, LogReplay replay, Seals seals, DataFiles files) {
        this.store = store;
        this.replay = replay;
        this.seals = seals;
        this.files = files;
    }

    /** Lines about the partitions that differ, by partition; of the first few, if there are many. */
    Map<String, List<String>> of(VersionFinding finding) {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        if (finding.seal().isEmpty() || finding.found().isEmpty()) {
            return lines;
        }
        LoggedVersion version;
        try {
            version = replay.at(finding.version());
        } catch (Failure.Integrity e) { // a damaged checkpoint on the way, which is a finding of its own
            return lines;
        }
        Map<String, List<DataFile>> partitions = FilePass.byPartition(version.files(), version.partitionColumns());
        finding.bad().keySet().stream()
                .filter(path -> !path.startsWith("("))
                .limit(PARTITIONS)
                .forEach(path ->
                        lines.put(path, lines(finding, version, path, partitions.getOrDefault(path, List.of()))));
        return lines;
    }

    private List<String> lines(VersionFinding finding, LoggedVersion version, String path, List<DataFile> suspected) {
        List<String> lines = new ArrayList<>();
        Map<String, String> damaged = files.damaged(suspected);
        damaged.forEach((file, problem) -> lines.add("file " + file + " " + problem));
        if (damaged.isEmpty() && !suspected.isEmpty()) {
            lines.add("files, each whole: "
                    + suspected.stream().limit(FILES).map(DataFile::path).collect(Collectors.joining(", "))
                    + (suspected.size() > FILES ? ", and " + (suspected.size() - FILES) + " more" : ""));
        }
        if (finding.bad().getOrDefault(path, "").startsWith("cannot be read")
                || finding.bad().containsKey(Comparison.SCHEMA)) {
            return lines;
        }
        Seal seal = finding.seal().orElseThrow();
        Optional<Long> witness = witness(seal, version, path, suspected);
        if (witness.isEmpty()) {
            lines.add("no other version holds what was sealed of it, so its rows cannot be compared");
        } else {
            lines.add("compared with version " + witness.get() + ", which holds what was sealed:");
            rows(version, witness.get(), path).forEach(line -> lines.add("  " + line));
        }
        return lines;
    }

    /** A version with the sealed content of the partition, in other files. */
    private Optional<Long> witness(Seal seal, LoggedVersion version, String path, List<DataFile> suspected) {
        MultisetDigest sealed = seal.digest().partitions().get(path);
        if (sealed == null) {
            return Optional.empty();
        }
        Set<String> own = suspected.stream().map(DataFile::path).collect(Collectors.toSet());
        NavigableSet<Long> readable = replay.versions();
        NavigableSet<Long> candidates = new TreeSet<>();
        seals.byVersion().forEach((at, other) -> {
            if (at != version.version()
                    && readable.contains(at)
                    && sealed.equals(other.digest().partitions().get(path))) {
                candidates.add(at);
            }
        });
        return candidates.descendingSet().stream()
                .limit(VERSIONS)
                .filter(candidate -> holds(candidate, path, sealed, own))
                .findFirst();
    }

    private boolean holds(long candidate, String path, MultisetDigest sealed, Set<String> own) {
        try {
            LoggedVersion version = replay.at(candidate);
            Set<String> theirs =
                    FilePass.byPartition(version.files(), version.partitionColumns())
                            .getOrDefault(path, List.of())
                            .stream()
                            .map(DataFile::path)
                            .collect(Collectors.toSet());
            return !theirs.equals(own)
                    && sealed.equals(ContentDigest.of(partition(version, path), version.partitionColumns())
                            .get(path));
        } catch (Exception e) { // a version that is damaged too is no witness
            return false;
        }
    }

    private Dataset<Row> partition(LoggedVersion version, String path) {
        Dataset<Row> rows = store.read(version.version());
        return version.partitionColumns().isEmpty()
                ? rows
                : rows.where(expr(PartitionPredicate.of(version.partitionColumns(), List.of(path))));
    }

    private List<String> rows(LoggedVersion version, long witness, String path) {
        Tally tally;
        try {
            Dataset<Row> is = partition(version, path);
            Dataset<Row> was = partition(replay.at(witness), path);
            tally = RowComparison.of(
                    was, is, new ComparisonSpec(version.schema(), List.of(), version.partitionColumns(), ROWS));
        } catch (Exception e) { // Delta's reader may fail on a log that ours could follow
            return List.of("its rows cannot be read: " + Causes.root(e));
        }
        List<String> lines = new ArrayList<>();
        lines.add(tally.changes().removed() + " sealed rows are missing, "
                + tally.changes().added() + " rows are there that were not sealed");
        for (RowDifference row : tally.samples()) {
            lines.add((row.change() == Change.REMOVED ? "missing: " : "not sealed: ")
                    + row.cells().stream().map(Object::toString).collect(Collectors.joining(", "))
                    + (row.rows() > 1 ? " (" + row.rows() + " times)" : ""));
        }
        return lines;
    }
}
