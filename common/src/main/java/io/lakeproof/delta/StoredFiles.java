package io.lakeproof.delta;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** How long the files of a table are, as they lie in the storage. */
public final class StoredFiles {
    /** So many files are asked for one by one rather than by a listing of the table. */
    private static final int FEW = 200;

    private final Configuration hadoop;
    private final Map<Path, Long> listed;

    private StoredFiles(Configuration hadoop, Map<Path, Long> listed) {
        this.hadoop = hadoop;
        this.listed = listed;
    }

    /**
     * Of one table.
     *
     * @param asked how many files will be asked for, about
     */
    public static StoredFiles of(String table, Configuration hadoop, int asked) {
        return new StoredFiles(hadoop, asked > FEW ? listing(new Path(table), hadoop) : Map.of());
    }

    private static Map<Path, Long> listing(Path table, Configuration hadoop) {
        Map<Path, Long> lengths = new HashMap<>();
        try {
            RemoteIterator<LocatedFileStatus> files =
                    table.getFileSystem(hadoop).listFiles(table, true);
            while (files.hasNext()) {
                LocatedFileStatus file = files.next();
                lengths.put(file.getPath(), file.getLen());
            }
            return lengths;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes; empty if the file is not there. */
    public OptionalLong length(Path path) {
        try {
            FileSystem fs = path.getFileSystem(hadoop);
            Long known = listed.get(fs.makeQualified(path));
            // What is not in the listing may lie outside of the folder.
            return OptionalLong.of(
                    known != null ? known : fs.getFileStatus(path).getLen());
        } catch (FileNotFoundException | UnsupportedFileSystemException | IllegalArgumentException e) {
            // A log that is damaged may name a place that cannot be.
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
