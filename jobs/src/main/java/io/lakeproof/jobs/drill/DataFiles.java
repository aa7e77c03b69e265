package io.lakeproof.jobs.drill;

import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.StoredFiles;
import io.lakeproof.report.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

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
        List<DataFile> files = source.files(version);
        StoredFiles stored = StoredFiles.of(source.path(), hadoop, files.size());
        for (DataFile file : files) {
            problem(file, stored.length(file.at(source.path())))
                    .ifPresent(problem -> wrong.computeIfAbsent(file.partitionPath(columns), p -> new ArrayList<>())
                            .add(problem));
        }
        wrong.forEach((path, problems) -> comparison.note(path, State.MISSING, said(problems)));
    }

    private static Optional<String> problem(DataFile file, OptionalLong length) {
        if (length.isEmpty()) {
            return Optional.of(file.path() + " is gone");
        }
        return file.length() < 0 || file.length() == length.getAsLong()
                ? Optional.empty()
                : Optional.of(file.path() + " has " + length.getAsLong() + " bytes, the log says " + file.length());
    }

    private static String said(List<String> problems) {
        return String.join(", ", problems.subList(0, Math.min(NAMED, problems.size())))
                + (problems.size() > NAMED ? " and " + (problems.size() - NAMED) + " more files" : "");
    }
}
