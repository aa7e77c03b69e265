package io.lakeproof.jobs.retain;

import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.LoggedVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files in a table's folder. A file is told by its path without scheme and host, so that one that the log names in another
 * way is taken for the same.
 */
final class TableFiles {
    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    /** As every writer of Delta names what it writes; whatever else lies in the folder is somebody's own. */
    private static final Pattern WRITTEN =
            Pattern.compile("(.*" + UUID + ".*\\.parquet)|(deletion_vector_" + UUID + "\\.bin)");

    private final Path folder;
    private final FileSystem fs;

    TableFiles(String table, Configuration hadoop) {
        try {
            this.fs = new Path(table).getFileSystem(hadoop);
            this.folder = fs.makeQualified(new Path(table));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every data file and deletion vector in the folder, in the order of paths; folders that start with _ or . are left out. */
    List<FileStatus> list() {
        List<FileStatus> found = new ArrayList<>();
        Deque<Path> folders = new ArrayDeque<>(List.of(folder));
        try {
            while (!folders.isEmpty()) {
                for (FileStatus file : fs.listStatus(folders.pop())) {
                    String name = file.getPath().getName();
                    if (name.startsWith("_") || name.startsWith(".")) {
                        continue;
                    }
                    if (file.isDirectory()) {
                        folders.push(file.getPath());
                    } else if (WRITTEN.matcher(name).matches()) {
                        found.add(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(Comparator.comparing(FileStatus::getPath));
        return found;
    }

    /** What a version needs, its deletion vectors included. */
    Set<String> neededBy(LoggedVersion version) {
        Set<String> needed = new TreeSet<>();
        version.files().forEach(file -> paths(file).forEach(path -> needed.add(key(path))));
        return needed;
    }

    /** The first file that a version needs and that is not there; only those within the folder are looked for. */
    Optional<String> missing(LoggedVersion version) {
        Set<String> needed = neededBy(version);
        list().forEach(file -> needed.remove(key(file.getPath())));
        return needed.stream().filter(path -> !exists(path)).findFirst();
    }

    private boolean exists(String path) {
        try {
            return !path.startsWith(key(folder) + "/") || fs.exists(new Path(null, null, path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<Path> paths(DataFile file) {
        String table = folder.toString();
        return Stream.concat(
                Stream.of(file.at(table)), file.deletionVector().flatMap(vector -> vector.at(table)).stream());
    }

    static String key(Path path) {
        return path.toUri().getPath();
    }

    /** Relative to the folder. */
    String name(Path path) {
        return key(path).substring(key(folder).length() + 1);
    }

    /** Deletes a file; one that is gone already is no error. */
    void delete(Path path) {
        try {
            fs.delete(path, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
