package io.lakeproof.run;

import io.lakeproof.error.Failure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
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
        try (FileSystem fs = opened(path, hadoop);
                InputStream in = fs.open(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (FileNotFoundException e) {
            throw new Failure.Usage(uri + ": there is no such file", "Name an existing file with --config.");
        }
    }

    /** Writes the whole file, replacing what was there. */
    public static void write(String uri, String text, Configuration hadoop) throws IOException {
        Path path = new Path(uri);
        try (FileSystem fs = opened(path, hadoop);
                OutputStream out = fs.create(path, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Not Hadoop's shared one, which keeps the settings that it was first asked for with. */
    private static FileSystem opened(Path path, Configuration hadoop) throws IOException {
        return FileSystem.newInstance(path.toUri(), hadoop);
    }
}
