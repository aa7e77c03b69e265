package io.lakeproof.jobs.verify;

import io.lakeproof.aws.S3Failures;
import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.error.Causes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.StructType;

/** Digests data files, each by itself, all of them in one pass: a version's digest is then the sum of those of its files. */
final class FilePass implements FileDigests {
    private final DeltaStore store;
    private final DataFiles files;
    private final Configuration hadoop;

    FilePass(DeltaStore store, DataFiles files) {
        this.store = store;
        this.files = files;
        this.hadoop = files.hadoop();
    }

    @Override
    public Map<String, MultisetDigest> digests(Collection<DataFile> some, StructType schema, Map<String, String> bad) {
        List<DataFile> readable = without(some, bad);
        try {
            return read(readable, schema);
        } catch (Exception e) {
            S3Failures.throwIfOfStorage(e);
            // Not all can be read: the files that are damaged as files first, which takes one pass.
            bad.putAll(files.damaged(readable));
            Map<String, MultisetDigest> found = new HashMap<>();
            bisect(without(readable, bad), schema, found, bad);
            return found;
        }
    }

    private static List<DataFile> without(Collection<DataFile> some, Map<String, String> bad) {
        return some.stream().filter(file -> !bad.containsKey(file.path())).toList();
    }

    private void bisect(
            List<DataFile> some, StructType schema, Map<String, MultisetDigest> found, Map<String, String> bad) {
        try {
            found.putAll(read(some, schema));
        } catch (Exception e) {
            S3Failures.throwIfOfStorage(e);
            if (some.size() == 1) {
                bad.put(some.get(0).path(), "cannot be read: " + Causes.root(e));
                return;
            }
            bisect(some.subList(0, some.size() / 2), schema, found, bad);
            bisect(some.subList(some.size() / 2, some.size()), schema, found, bad);
        }
    }

    private Map<String, MultisetDigest> read(List<DataFile> some, StructType schema) {
        Map<String, MultisetDigest> digests = new HashMap<>();
        if (some.isEmpty()) {
            return digests;
        }
        Map<String, String> paths = new HashMap<>();
        String root = qualified();
        some.forEach(file -> paths.put(file.at(root).toUri().getPath(), file.path()));
        ContentDigest.byFile(store.read(some, schema)).forEach((told, digest) -> {
            String path = paths.getOrDefault(
                    decoded(told), paths.get(new Path(told).toUri().getPath()));
            digests.put(Objects.requireNonNull(path, () -> "Spark read " + told + ", which nobody asked for"), digest);
        });
        return digests;
    }

    private String qualified() {
        Path table = new Path(store.path());
        try {
            return table.getFileSystem(hadoop).makeQualified(table).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Spark encodes a path, or does not, by its version. */
    private static String decoded(String told) {
        try {
            return String.valueOf(new URI(told).getPath());
        } catch (URISyntaxException e) {
            return told;
        }
    }

    /** The partitions of the rows in some files. */
    static Map<String, List<DataFile>> byPartition(Collection<DataFile> some, List<String> columns) {
        Map<String, List<DataFile>> partitions = new HashMap<>();
        some.forEach(file -> partitions
                .computeIfAbsent(file.partitionPath(columns), path -> new ArrayList<>())
                .add(file));
        return partitions;
    }
}
