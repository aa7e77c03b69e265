package io.lakeproof.aws;

import java.util.List;

/**
 * Adobe's S3Mock: objects with tags, versions, storage classes and object lock. It takes every credential and is no judge of
 * conditional writes that race; lifecycle rules lose their tag filters, and restores do not exist.
 */
public final class S3MockServer extends ServerProcess {
    private S3MockServer() {
        super(
                "s3mock",
                port -> List.of(
                        "-Dhttp.port=" + port,
                        "-Dserver.port=0",
                        "-Dserver.address=127.0.0.1",
                        "-jar",
                        jar("s3mock.jar")));
    }

    /** Starts it, with any credentials in the properties of this JVM if it has none. */
    public static S3MockServer start() {
        if (System.getProperty("aws.accessKeyId") == null) {
            System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY);
            System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_KEY);
        }
        return new S3MockServer();
    }

    @Override
    public S3MockServer bucket(String name) {
        super.bucket(name);
        return this;
    }
}
