package io.lakeproof.aws;

import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Place;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;

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

    /** Settings that reach it. */
    public S3Config config() {
        return new S3Config(
                new Place(Optional.of("us-east-1"), Optional.of(endpoint()), true),
                S3Config.DEFAULT.writes(),
                S3Config.DEFAULT.patience(),
                S3Config.DEFAULT.writers());
    }

    /** Makes a bucket; returns this. */
    public S3MockServer bucket(String name) {
        try (S3Client client = S3Clients.of(config())) {
            client.createBucket(request -> request.bucket(name));
        }
        return this;
    }
}
