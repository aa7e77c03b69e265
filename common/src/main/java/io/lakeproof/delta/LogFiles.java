package io.lakeproof.delta;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * What one listing of a log's folder shows (delta-io/delta, PROTOCOL.md, "File Types").
 *
 * @param commits by version
 * @param checkpoints those that are complete, by version; the parts of each
 * @param incomplete files of checkpoints of which another part is missing: no reader uses them
 * @param checksums by version
 * @param compacted files in which several commits are written again; a reader may use them
 */
record LogFiles(
        NavigableMap<Long, FileStatus> commits,
        NavigableMap<Long, List<Path>> checkpoints,
        List<Path> incomplete,
        NavigableMap<Long, Path> checksums,
        List<Path> compacted) {
    static final String LAST_CHECKPOINT = "_last_checkpoint";

    private static final Pattern COMMIT = Pattern.compile("(\\d{20})\\.json");
    private static final Pattern CHECKSUM = Pattern.compile("(\\d{20})\\.crc");
    private static final Pattern COMPACTED = Pattern.compile("\\d{20}\\.\\d{20}\\.compacted\\.json");
    private static final Pattern CHECKPOINT =
            Pattern.compile("(\\d{20})\\.checkpoint(\\.[0-9a-f-]{36})?\\.(parquet|json)");
    private static final Pattern PART = Pattern.compile("(\\d{20})\\.checkpoint\\.(\\d{10})\\.(\\d{10})\\.parquet");

    static LogFiles of(Path folder, Configuration hadoop) {
        LogFiles files =
                new LogFiles(new TreeMap<>(), new TreeMap<>(), new ArrayList<>(), new TreeMap<>(), new ArrayList<>());
        Map<String, List<Path>> parts = new HashMap<>();
        for (FileStatus file : list(folder, hadoop)) {
            files.add(file, parts);
        }
        parts.forEach(files::addParts);
        return files;
    }

    private static List<FileStatus> list(Path folder, Configuration hadoop) {
        try {
            return List.of(folder.getFileSystem(hadoop).listStatus(folder));
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(FileStatus file, Map<String, List<Path>> parts) {
        Path path = file.getPath();
        String name = path.getName();
        Matcher commit = COMMIT.matcher(name);
        Matcher checksum = CHECKSUM.matcher(name);
        Matcher checkpoint = CHECKPOINT.matcher(name);
        Matcher part = PART.matcher(name);
        if (commit.matches()) {
            commits.put(Long.parseLong(commit.group(1)), file);
        } else if (checksum.matches()) {
            checksums.put(Long.parseLong(checksum.group(1)), path);
        } else if (checkpoint.matches()) {
            checkpoints.put(Long.parseLong(checkpoint.group(1)), List.of(path));
        } else if (part.matches()) {
            parts.computeIfAbsent(part.group(1) + "/" + part.group(3), key -> new ArrayList<>())
                    .add(path);
        } else if (COMPACTED.matcher(name).matches()) {
            compacted.add(path);
        }
    }

    private void addParts(String versionAndCount, List<Path> found) {
        String[] key = versionAndCount.split("/", 2);
        if (found.size() == Integer.parseInt(key[1])) {
            Collections.sort(found);
            checkpoints.putIfAbsent(Long.parseLong(key[0]), found);
        } else {
            incomplete.addAll(found);
        }
    }

    /** The newest version that a commit or a checkpoint tells of; {@link DeltaStore#NO_VERSION} if none does. */
    long newest() {
        return Math.max(
                commits.isEmpty() ? DeltaStore.NO_VERSION : commits.lastKey(),
                checkpoints.isEmpty() ? DeltaStore.NO_VERSION : checkpoints.lastKey());
    }

    /** The versions that a reader can ask for: those with a commit, from which commits go back to a checkpoint or to 0. */
    NavigableSet<Long> readable() {
        NavigableSet<Long> versions = new TreeSet<>();
        long known = Long.MIN_VALUE;
        for (long version : commits.keySet()) {
            if (version == 0
                    || known == version - 1
                    || checkpoints.containsKey(version - 1)
                    || checkpoints.containsKey(version)) {
                known = version;
                versions.add(version);
            }
        }
        return versions;
    }

    /** From where a version is rebuilt: the nearest checkpoint before it or of it; empty: from the first commit. */
    Optional<Long> base(long version) {
        return Optional.ofNullable(checkpoints.floorKey(version));
    }
}
