package io.lakeproof.jobs.verify;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.delta.LoggedVersion;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * What some versions of a table refer to: each file once, however many versions have it.
 *
 * @param declared the versions that can be rebuilt, without their files
 * @param files by {@link DataFile#key}
 * @param bySchema the files that give their rows when they are read by themselves, by the schema of the versions that refer to
 *     them: every column of a version is part of a row's digest, also one that a file lacks
 * @param slow versions with a file that does not, or with columns that the files' folders do not tell exactly
 * @param broken versions that cannot be rebuilt, and why
 * @param lastSeen of each path the newest of the versions that refers to it
 */
record Inventory(
        NavigableMap<Long, LoggedVersion> declared,
        Map<String, DataFile> files,
        Map<StructType, Map<String, DataFile>> bySchema,
        NavigableSet<Long> slow,
        SortedMap<Long, String> broken,
        Map<String, Long> lastSeen) {

    static Inventory of(LogReplay replay, NavigableSet<Long> versions) {
        Inventory inventory = new Inventory(
                new TreeMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new TreeSet<>(),
                new TreeMap<>(),
                new HashMap<>());
        replay.each(versions, inventory::add, (version, failure) -> inventory.broken.put(version, failure.problem()));
        return inventory;
    }

    /** The commits of the versions that can be rebuilt. */
    NavigableMap<Long, Commit> commits() {
        NavigableMap<Long, Commit> commits = new TreeMap<>();
        declared.forEach((version, logged) -> commits.put(version, logged.commit()));
        return commits;
    }

    /** The newest of the versions that can be rebuilt; empty if none can. */
    Optional<LoggedVersion> newest() {
        return declared.isEmpty()
                ? Optional.empty()
                : Optional.of(declared.lastEntry().getValue());
    }

    private void add(LoggedVersion version) {
        declared.put(version.version(), version.withoutFiles());
        Collection<DataFile> all = version.files();
        boolean isPlain = hasPlainPartitions(version) && all.stream().allMatch(version::isReadableByItself);
        if (!isPlain) {
            slow.add(version.version());
        }
        Map<String, DataFile> group =
                isPlain ? bySchema.computeIfAbsent(version.schema(), schema -> new LinkedHashMap<>()) : new HashMap<>();
        for (DataFile file : all) {
            files.putIfAbsent(file.key(), file);
            group.putIfAbsent(file.key(), file);
            lastSeen.put(file.path(), version.version());
        }
    }

    /** The folder of an instant holds it in the zone of the session that wrote it. */
    private static boolean hasPlainPartitions(LoggedVersion version) {
        return version.partitionColumns().stream()
                .map(column -> version.schema().apply(column).dataType())
                .noneMatch(type -> type instanceof TimestampType || type instanceof TimestampNTZType);
    }
}
