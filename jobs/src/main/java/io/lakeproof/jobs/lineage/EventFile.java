package io.lakeproof.jobs.lineage;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file of events, one a line, on the local disk or an object store. It takes its name, and the place of an older one, when it is
 * whole.
 */
final class EventFile extends EventTransport {
    private final FileSystem files;
    private final Path path;
    private final Path unfinished;
    private final Writer writer;

    EventFile(String uri, Configuration hadoop, Redactor redactor) {
        super(redactor);
        this.path = new Path(uri);
        this.unfinished = path.suffix(".unfinished");
        try {
            this.files = path.getFileSystem(hadoop);
            this.writer =
                    new BufferedWriter(new OutputStreamWriter(files.create(unfinished, true), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    void send(String event) {
        try {
            writer.write(event);
            writer.write('\n');
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    void finish() {
        try {
            writer.close();
            files.delete(path, false);
            if (!files.rename(unfinished, path)) {
                throw new IOException(unfinished + " cannot be renamed");
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
            files.delete(unfinished, false);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private Failure unwritable(IOException e) {
        return new Failure.AccessDenied(
                path + " cannot be written: " + e.getMessage(), "Name with --to a file that the job may write.", e);
    }
}
