package io.lakeproof.jobs.drill;

import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.report.State;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The data files that a version refers to, beside those that are there. */
final class DataFiles {
    private static final int NAMED = 5;

    private DataFiles() {}

    /**
     * Notes every partition of which a file is gone or has another length than the log says.
     *
     * @throws io.lakeproof.error.Failure.Integrity if the log itself cannot be read
     */
    static void check(DeltaStore source, long version, Configuration hadoop, Comparison comparison) {
        List<String> columns = source.partitionColumns();
        SortedMap<String, List<String>> wrong = new TreeMap<>();
        try {
            FileSystem files = new Path(source.path()).getFileSystem(hadoop);
            Map<String, Long> lengths = lengths(files, new Path(source.path()));
            for (DataFile file : source.files(version)) {
                problem(file, length(files, file, source.path(), lengths))
                        .ifPresent(problem -> wrong.computeIfAbsent(file.partitionPath(columns), p -> new ArrayList<>())
                                .add(problem));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        wrong.forEach((path, problems) -> comparison.note(path, State.MISSING, said(problems)));
    }

    /** One listing of the folder in place of a question for each file. */
    private static Map<String, Long> lengths(FileSystem files, Path table) throws IOException {
        Map<String, Long> lengths = new HashMap<>();
        RemoteIterator<LocatedFileStatus> listing = files.listFiles(table, true);
        while (listing.hasNext()) {
            LocatedFileStatus file = listing.next();
            lengths.put(file.getPath().toString(), file.getLen());
        }
        return lengths;
    }

    private static Optional<Long> length(FileSystem files, DataFile file, String table, Map<String, Long> lengths)
            throws IOException {
        Path path = file.at(table);
        Long listed = lengths.get(files.makeQualified(path).toString());
        if (listed != null || file.isPlain()) {
            return Optional.ofNullable(listed);
        }
        try { // it may lie outside of the folder
            return Optional.of(
                    path.getFileSystem(files.getConf()).getFileStatus(path).getLen());
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> problem(DataFile file, Optional<Long> length) {
        if (length.isEmpty()) {
            return Optional.of(file.path() + " is gone");
        }
        return file.length() < 0 || file.length() == length.get()
                ? Optional.empty()
                : Optional.of(file.path() + " has " + length.get() + " bytes, the log says " + file.length());
    }

    private static String said(List<String> problems) {
        return String.join(", ", problems.subList(0, Math.min(NAMED, problems.size())))
                + (problems.size() > NAMED ? " and " + (problems.size() - NAMED) + " more files" : "");
    }
}
