package io.lakeproof.run;

import io.lakeproof.error.Failure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Small text files by path or URI, on the local disk or an object store: configurations and results. */
public final class TextFiles {
    private TextFiles() {}

    /**
     * Reads the whole file.
     *
     * @throws Failure.Usage if there is no such file
     */
    public static String read(String uri, Configuration hadoop) throws IOException {
        Path path = new Path(uri);
        try (InputStream in = path.getFileSystem(hadoop).open(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (FileNotFoundException e) {
            throw new Failure.Usage(uri + ": there is no such file", "Name an existing file with --config.");
        }
    }

    /** Writes the whole file, replacing what was there. */
    public static void write(String uri, String text, Configuration hadoop) throws IOException {
        Path path = new Path(uri);
        try (OutputStream out = path.getFileSystem(hadoop).create(path, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
