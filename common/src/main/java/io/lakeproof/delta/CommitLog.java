package io.lakeproof.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The commits of a Delta table, read from the files of its log as the Delta transaction log protocol defines them
 * (delta-io/delta, PROTOCOL.md, "Delta Log Entries", "Last Checkpoint File", "Version Checksum File"). Public APIs tell the
 * same of a commit by a Spark job for each question, and do not tell which files it added; a small run asks several times.
 */
final class CommitLog {
    private static final ObjectMapper JSON = new ObjectMapper();

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
            long version = lastCheckpoint(fs);
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

    /** The table as of a version; empty if the version has no checksum file. */
    Optional<TableDetail> detail(long version) {
        List<TableDetail> found = new ArrayList<>();
        eachLine(file(version, "crc"), line -> {
            JsonNode metadata = line.path("metadata");
            List<String> columns = new ArrayList<>();
            metadata.path("partitionColumns").forEach(column -> columns.add(column.asText()));
            if (metadata.path("id").isTextual()) {
                found.add(new TableDetail(metadata.path("id").asText(), columns));
            }
        });
        return found.stream().findFirst();
    }

    /** What a version did to the data files; empty if the log no longer has the commit. */
    Optional<FileChanges> changes(long version) {
        List<DataFile> added = new ArrayList<>();
        List<DataFile> removed = new ArrayList<>();
        boolean read = eachAction(version, (name, action) -> {
            if (name.equals("add")) {
                added.add(DataFile.of(action));
            } else if (name.equals("remove")) {
                removed.add(DataFile.of(action));
            }
        });
        return read ? Optional.of(new FileChanges(added, removed)) : Optional.empty();
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
        return Optional.of(found.isEmpty() ? new Commit(version, Instant.EPOCH, "UNKNOWN", null) : found.get(0));
    }

    private static Commit commit(long version, JsonNode info) {
        long millis =
                info.path("inCommitTimestamp").asLong(info.path("timestamp").asLong());
        JsonNode metadata = info.path("userMetadata");
        return new Commit(
                version,
                Instant.ofEpochMilli(millis),
                info.path("operation").asText("UNKNOWN"),
                metadata.isTextual() ? metadata.asText() : null);
    }

    private long lastCheckpoint(FileSystem fs) throws IOException {
        List<Long> versions = new ArrayList<>();
        eachLine(
                new Path(folder, "_last_checkpoint"),
                line -> versions.add(line.path("version").asLong(DeltaStore.NO_VERSION)));
        if (!versions.isEmpty()) {
            return versions.get(0);
        }
        return fs.exists(file(0, "json")) ? 0 : DeltaStore.NO_VERSION;
    }

    private boolean eachAction(long version, BiConsumer<String, JsonNode> consumer) {
        return eachLine(
                file(version, "json"),
                line -> line.properties().forEach(action -> consumer.accept(action.getKey(), action.getValue())));
    }

    /** Returns false if there is no such file. */
    private boolean eachLine(Path file, java.util.function.Consumer<JsonNode> consumer) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(folder.getFileSystem(hadoop).open(file), StandardCharsets.UTF_8))) {
            @Nullable String line;
            while ((line = lines.readLine()) != null) {
                if (!line.isBlank()) {
                    consumer.accept(JSON.readTree(line));
                }
            }
            return true;
        } catch (FileNotFoundException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Path file(long version, String suffix) {
        return new Path(folder, String.format(Locale.ROOT, "%020d.%s", version, suffix));
    }
}
