package io.lakeproof.aws;

import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Checksum;
import io.lakeproof.config.S3Config.Place;
import io.lakeproof.config.S3Config.Writes;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes an object by S3A with the settings that {@code s3.checksum} makes, in a JVM whose Hadoop sends checksums. */
final class S3aChecksumUpload {
    private S3aChecksumUpload() {}

    /** Settings that reach an endpoint and ask for a checksum. */
    static S3Config config(URI endpoint, Optional<Checksum> checksum) {
        return new S3Config(
                new Place(Optional.of("us-east-1"), Optional.of(endpoint), true),
                new Writes(Optional.empty(), checksum),
                S3Config.DEFAULT.patience(),
                S3Config.DEFAULT.writers());
    }

    /** Takes the endpoint, the checksum, where to write, and what. */
    public static void main(String[] args) throws Exception {
        Configuration hadoop = new Configuration();
        S3aSettings.of(config(URI.create(args[0]), Optional.of(Checksum.valueOf(args[1]))), hadoop)
                .forEach(hadoop::set);
        Path path = new Path(args[2]);
        try (FileSystem fs = FileSystem.newInstance(path.toUri(), hadoop);
                OutputStream out = fs.create(path, false)) {
            out.write(args[3].getBytes(StandardCharsets.UTF_8));
        }
    }
}
