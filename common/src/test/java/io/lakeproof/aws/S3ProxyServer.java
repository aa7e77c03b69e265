package io.lakeproof.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * S3Proxy over a folder of the local disk: judges signatures, checksums and conditional writes exactly. It has no tags,
 * versions, lifecycle rules or encryption.
 */
public final class S3ProxyServer extends ServerProcess {
    public static final String ACCESS_KEY = "AKIALAKEPROOFTEST";
    public static final String SECRET_KEY = "not-a-secret/of-the-tests";

    private S3ProxyServer(Path folder) {
        super("s3proxy", port -> List.of("-jar", jar("s3proxy.jar"), "--properties", properties(folder, port)));
    }

    /** Starts it, with {@code aws.accessKeyId} and {@code aws.secretAccessKey} of this JVM set to what it takes. */
    public static S3ProxyServer start() {
        System.setProperty("aws.accessKeyId", ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", SECRET_KEY);
        try {
            return new S3ProxyServer(Files.createTempDirectory("s3proxy-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public S3ProxyServer bucket(String name) {
        super.bucket(name);
        return this;
    }

    private static String properties(Path folder, int port) throws IOException {
        Path objects = Files.createDirectories(folder.resolve("objects"));
        Path file = folder.resolve("s3proxy.conf");
        Files.writeString(file, """
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                s3proxy.endpoint=http://127.0.0.1:%d
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(ACCESS_KEY, SECRET_KEY, port, objects));
        return file.toString();
    }
}
