package io.lakeproof.delta;

import io.delta.storage.S3SingleDriverLogStore;
import io.lakeproof.aws.ConditionalWrites;
import io.lakeproof.aws.S3Path;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A log store for S3 that lets one of several drivers commit a version. Delta's own looks whether the file exists and then
 * writes it, which is safe within one JVM only; this one has the storage create it if it is absent. Unlike S3A's conditional
 * create it works with every Hadoop. With {@code s3.writers = single} it is Delta's own.
 */
public final class ConditionalLogStore extends S3SingleDriverLogStore {
    public ConditionalLogStore(Configuration hadoopConf) {
        super(hadoopConf);
    }

    @Override
    public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoopConf)
            throws IOException {
        S3Path object = S3Path.of(path.toString())
                .orElseThrow(
                        () -> new IOException(path + " is not on S3: this log store is for s3a:// and s3:// only"));
        ConditionalWrites writes = ConditionalWrites.to(hadoopConf, object.bucket());
        if (overwrite || !writes.isAsked()) {
            super.write(path, actions, overwrite, hadoopConf);
            return;
        }
        if (!writes.create(object, content(actions))) {
            throw new FileAlreadyExistsException(path.toString());
        }
    }

    private static byte[] content(Iterator<String> actions) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (actions.hasNext()) {
            content.writeBytes(actions.next().getBytes(StandardCharsets.UTF_8));
            content.write('\n');
        }
        return content.toByteArray();
    }
}
