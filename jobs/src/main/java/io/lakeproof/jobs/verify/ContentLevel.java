package io.lakeproof.jobs.verify;

import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.delta.LoggedVersion;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Causes;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Seal;
import io.lakeproof.run.Foreign;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructType;

/**
 * Reads rows and compares the digests with the seals. One version is read as Delta reads it. Of several, each distinct data file
 * is read once, and a version's digest is the sum of those of its files; a version whose files do not tell their rows by
 * themselves is read as Delta reads it.
 */
final class ContentLevel {
    private final DeltaStore store;
    private final LogReplay replay;
    private final Seals seals;
    private final FileDigests files;
    private final Map<StructType, Map<String, MultisetDigest>> digests = new HashMap<>();

    ContentLevel(DeltaStore store, LogReplay replay, Seals seals, FileDigests files) {
        this.store = store;
        this.replay = replay;
        this.seals = seals;
        this.files = files;
    }

    /**
     * Verifies versions.
     *
     * @param bad what is wrong with files, by path; those that cannot be read are added
     * @param gone files that the retention has taken, and that no version needs that is still promised
     */
    List<VersionFinding> of(
            NavigableSet<Long> versions, Inventory inventory, Map<String, String> bad, NavigableSet<String> gone) {
        Map<String, String> unreadable = new TreeMap<>(bad);
        gone.forEach(path -> unreadable.put(path, "is gone"));
        boolean isOne = versions.size() == 1;
        if (!isOne) {
            inventory
                    .bySchema()
                    .forEach((schema, group) -> digests.put(schema, files.digests(group.values(), schema, unreadable)));
        }
        unreadable.keySet().removeAll(gone);
        bad.putAll(unreadable);
        List<VersionFinding> findings = new ArrayList<>();
        replay.each(
                versions,
                version -> findings.add(
                        check(version, inventory, isOne || inventory.slow().contains(version.version()), bad, gone)),
                (version, failure) -> findings.add(broken(version, failure)));
        return findings;
    }

    private VersionFinding broken(long version, Failure failure) {
        return new VersionFinding(
                version,
                seals.atOrBefore(version),
                new TreeMap<>(Map.of("(log)", failure.problem())),
                Optional.empty(),
                Optional.empty());
    }

    private VersionFinding check(
            LoggedVersion version,
            Inventory inventory,
            boolean isSlow,
            Map<String, String> badFiles,
            NavigableSet<String> gone) {
        Optional<Seal> sealed = seals.atOrBefore(version.version());
        if (sealed.isEmpty()) {
            return VersionFinding.unchecked(version.version(), sealed, "older than the first seal");
        }
        if (version.files().stream().anyMatch(file -> gone.contains(file.path()))) {
            return VersionFinding.unchecked(version.version(), sealed, "files are gone by retention");
        }
        Seal seal = sealed.get();
        SortedMap<String, String> bad = new TreeMap<>();
        for (DataFile file : version.files()) {
            String problem = badFiles.get(file.path());
            if (problem != null) {
                bad.merge(file.partitionPath(version.partitionColumns()), unreadable(file, problem), (a, b) -> a);
            }
        }
        Seals.unsealed(inventory.commits(), seal, version.version())
                .ifPresent(commit -> bad.put(
                        "(seal)",
                        "version " + commit.version() + " was committed by run "
                                + CommitNote.of(commit).map(CommitNote::runId).orElse("") + ", but never sealed"));
        Map<String, String> partitions = new TreeMap<>(bad);
        TableDigest found;
        try {
            found = isSlow ? read(version, seal, partitions) : composed(version, partitions);
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            bad.put("(version)", unreadable(version, e));
            return new VersionFinding(version.version(), sealed, bad, Optional.empty(), Optional.empty());
        }
        Comparison.compare(seal, found, partitions);
        order(version, seal, inventory).ifPresent(what -> partitions.putIfAbsent(Comparison.SCHEMA, what));
        partitions.putAll(bad);
        return new VersionFinding(
                version.version(), sealed, new TreeMap<>(partitions), Optional.of(found), Optional.empty());
    }

    /** The digest does not count the order of the columns, but who reads them by position sees it. */
    private Optional<String> order(LoggedVersion version, Seal seal, Inventory inventory) {
        Optional<LoggedVersion> sealed = inventory.declared().containsKey(seal.version())
                ? Optional.ofNullable(inventory.declared().get(seal.version()))
                : rebuilt(seal.version());
        String is = String.join(", ", version.schema().fieldNames());
        return sealed.map(then -> String.join(", ", then.schema().fieldNames()))
                .filter(was -> !was.equals(is))
                .map(was -> "the columns are " + is + "; when it was sealed they were " + was);
    }

    private Optional<LoggedVersion> rebuilt(long version) {
        try {
            return replay.versions().contains(version) ? Optional.of(replay.at(version)) : Optional.empty();
        } catch (Failure.Integrity e) { // another version than the one that is verified
            return Optional.empty();
        }
    }

    /** What keeps Delta's reader from a version that ours could follow is a damage; what is no damage stays what it is. */
    private static String unreadable(LoggedVersion version, Exception thrown) {
        Throwable failure = Foreign.explained(thrown);
        if (failure instanceof Failure.Integrity integrity) {
            return integrity.problem();
        }
        if (failure instanceof Failure.AccessDenied denied) {
            throw denied;
        }
        return "version " + version.version() + " cannot be read: " + Causes.root(thrown);
    }

    private static String unreadable(DataFile file, String problem) {
        return problem.startsWith("cannot be read: ")
                ? problem + " (" + file.path() + ")"
                : "cannot be read: " + file.path() + " " + problem;
    }

    private TableDigest read(LoggedVersion version, Seal seal, Map<String, String> bad) {
        TreeSet<String> known = new TreeSet<>(seal.digest().partitions().keySet());
        known.addAll(FilePass.byPartition(version.files(), version.partitionColumns())
                .keySet());
        return new VersionPass(store, version.partitionColumns()).digest(version.version(), known, bad);
    }

    private TableDigest composed(LoggedVersion version, Map<String, String> bad) {
        Map<String, MultisetDigest> byFile = digests.getOrDefault(version.schema(), Map.of());
        Map<String, MultisetDigest> partitions = new TreeMap<>();
        Map<String, String> miscounted = new TreeMap<>();
        for (DataFile file : version.files()) {
            MultisetDigest digest = byFile.get(file.path());
            String partition = file.partitionPath(version.partitionColumns());
            if (bad.containsKey(partition)) {
                continue;
            }
            if (digest != null) {
                partitions.merge(partition, digest, MultisetDigest::plus);
            }
            long rows = digest == null ? 0 : digest.count();
            if (file.records().orElse(rows) != rows) {
                miscounted.put(
                        partition,
                        "the log counts " + file.records().orElse(rows) + " rows in " + file.path() + ", which has "
                                + rows);
            }
        }
        bad.putAll(miscounted);
        return TableDigest.of(version.schema(), partitions);
    }
}
