package io.lakeproof.delta;

import io.delta.storage.LocalLogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/**
 * A log store for local disks that lets one of several processes commit a version. Delta's own is safe within one JVM only:
 * it looks whether the file exists and then renames over it. This one links a finished file to the name, which the operating
 * system refuses if the name is taken.
 */
public final class LinkLogStore extends LocalLogStore {
    public LinkLogStore(Configuration hadoopConf) {
        super(hadoopConf);
    }

    @Override
    public void write(
            org.apache.hadoop.fs.Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoopConf)
            throws IOException {
        if (overwrite) {
            super.write(path, actions, true, hadoopConf);
            return;
        }
        Path target = Paths.get(path.toUri().getPath());
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        Path folder = target.resolveSibling(".");
        Files.createDirectories(folder);
        // Not a temporary file of the JDK, which only its owner may read.
        Path finished = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.write(
                    finished,
                    (Iterable<String>) () -> actions,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
            Files.createLink(target, finished);
        } finally {
            Files.deleteIfExists(finished);
        }
    }
}
