package io.lakeproof.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.lakeproof.error.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The commits of a Delta table, read from the files of its log as the Delta transaction log protocol defines them
 * (delta-io/delta, PROTOCOL.md, "Delta Log Entries", "Last Checkpoint File", "Version Checksum File"). Public APIs tell the
 * same of a commit by a Spark job for each question, and do not tell which files it added; a small run asks several times.
 */
final class CommitLog {
    /** Commits that are looked at for the last step of a sequence: the tables of one ledger take turns. */
    private static final int STEPS_BACK = 16;

    private final Path folder;
    private final Configuration hadoop;

    CommitLog(String tablePath, Configuration hadoop) {
        this.folder = new Path(tablePath, "_delta_log");
        this.hadoop = hadoop;
    }

    /** The newest version; {@link DeltaStore#NO_VERSION} if there is no table. */
    long newestVersion() {
        try {
            FileSystem fs = folder.getFileSystem(hadoop);
            long version = lastCheckpoint();
            if (version == DeltaStore.NO_VERSION || !fs.exists(file(version, "json"))) {
                version = LogFiles.of(folder, hadoop).newest();
            }
            while (fs.exists(file(version + 1, "json"))) {
                version++;
            }
            return version;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The commits from one version to another, both included, newest first; those that the log no longer has are left out. */
    List<Commit> commits(long from, long to) {
        List<Commit> commits = new ArrayList<>();
        for (long version = to; version >= from; version--) {
            commit(version).ifPresent(commits::add);
        }
        return commits;
    }

    /** The table as of a version; empty if the version has no checksum file, or one that is damaged: readers do without. */
    Optional<TableDetail> detail(long version) {
        List<TableDetail> found = new ArrayList<>();
        try {
            eachLine(file(version, "crc"), line -> {
                JsonNode metadata = line.path("metadata");
                List<String> columns = new ArrayList<>();
                metadata.path("partitionColumns").forEach(column -> columns.add(column.asText()));
                if (metadata.path("id").isTextual()) {
                    found.add(new TableDetail(metadata.path("id").asText(), columns));
                }
            });
        } catch (Failure.Integrity damaged) {
            return Optional.empty();
        }
        return found.stream().findFirst();
    }

    /** What a version did to the data files; empty if the log no longer has the commit. */
    Optional<FileChanges> changes(long version) {
        return changes(version, (name, action) -> {});
    }

    private Optional<FileChanges> changes(long version, BiConsumer<String, JsonNode> others) {
        List<DataFile> added = new ArrayList<>();
        List<DataFile> removed = new ArrayList<>();
        boolean read = eachAction(version, (name, action) -> {
            switch (name) {
                case "add" -> added.add(DataFile.of(action));
                case "remove" -> removed.add(DataFile.of(action));
                default -> others.accept(name, action);
            }
        });
        return read ? Optional.of(new FileChanges(added, removed)) : Optional.empty();
    }

    /**
     * The files that the last step of a transaction sequence added, if the table still has them as they were; empty if none
     * of the last few commits is such a step, or if files were taken away since.
     */
    Optional<List<DataFile>> lastOf(String sequence, long newest) {
        for (long version = newest; version > Math.max(newest - STEPS_BACK, DeltaStore.NO_VERSION); version--) {
            boolean[] isStep = {false};
            Optional<FileChanges> changes = changes(
                    version,
                    (name, action) -> isStep[0] |=
                            name.equals("txn") && action.path("appId").asText().equals(sequence));
            if (changes.isEmpty() || !changes.get().removed().isEmpty()) {
                return Optional.empty();
            }
            if (isStep[0]) {
                return changes.filter(files -> files.areReadable(List.of())).map(FileChanges::added);
            }
        }
        return Optional.empty();
    }

    private Optional<Commit> commit(long version) {
        List<Commit> found = new ArrayList<>();
        boolean read = eachAction(version, (name, action) -> {
            if (name.equals("commitInfo")) {
                found.add(commit(version, action));
            }
        });
        if (!read) {
            return Optional.empty();
        }
        return Optional.of(found.isEmpty() ? commit(version, MissingNode.getInstance()) : found.get(0));
    }

    /** What a commit says of itself; little, if it says nothing. */
    static Commit commit(long version, JsonNode info) {
        long millis =
                info.path("inCommitTimestamp").asLong(info.path("timestamp").asLong());
        JsonNode metadata = info.path("userMetadata");
        return new Commit(
                version,
                Instant.ofEpochMilli(millis),
                info.path("operation").asText("UNKNOWN"),
                metadata.isTextual() ? metadata.asText() : null);
    }

    /** What the pointer says, which is only a hint: one that is not there or is damaged says nothing. */
    private long lastCheckpoint() {
        List<Long> versions = new ArrayList<>();
        try {
            eachLine(
                    new Path(folder, LogFiles.LAST_CHECKPOINT),
                    line -> versions.add(line.path("version").asLong(DeltaStore.NO_VERSION)));
        } catch (Failure.Integrity damaged) {
            return DeltaStore.NO_VERSION;
        }
        return versions.isEmpty() ? DeltaStore.NO_VERSION : versions.get(0);
    }

    private boolean eachAction(long version, BiConsumer<String, JsonNode> consumer) {
        return eachLine(
                file(version, "json"),
                line -> line.properties().forEach(action -> consumer.accept(action.getKey(), action.getValue())));
    }

    /** Returns false if there is no such file. */
    private boolean eachLine(Path file, Consumer<JsonNode> consumer) {
        return LogLines.each(file, hadoop, consumer);
    }

    private Path file(long version, String suffix) {
        return new Path(folder, String.format(Locale.ROOT, "%020d.%s", version, suffix));
    }
}
