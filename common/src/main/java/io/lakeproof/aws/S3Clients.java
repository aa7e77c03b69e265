package io.lakeproof.aws;

import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Clients of S3 for what Hadoop has no word for. The SDK retries what may be retried, with exponential backoff and full jitter
 * (docs.aws.amazon.com, AWS SDKs and Tools Reference Guide, "Retry behavior").
 */
public final class S3Clients {
    private S3Clients() {}

    /** A client with credentials of the SDK's default chain; the caller closes it. */
    public static S3Client of(S3Config config) {
        return client(config, DefaultCredentialsProvider.create(), List.of());
    }

    /**
     * A client that reaches a bucket as S3A does by the same settings, {@code fs.s3a.access.key} included, which wins over the
     * default chain; the caller closes it.
     */
    public static S3Client of(Configuration hadoop, String bucket) {
        return client(S3aSettings.read(hadoop, bucket), credentials(hadoop, bucket), List.of());
    }

    /** The same, with somebody who sees every call. */
    static S3Client of(Configuration hadoop, String bucket, ExecutionInterceptor watch) {
        return client(S3aSettings.read(hadoop, bucket), credentials(hadoop, bucket), List.of(watch));
    }

    private static S3Client client(
            S3Config config, AwsCredentialsProvider credentials, List<ExecutionInterceptor> watches) {
        Patience patience = config.patience();
        S3ClientBuilder builder = S3Client.builder()
                .credentialsProvider(credentials)
                .forcePathStyle(config.place().pathStyle())
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(patience.connect())
                        .socketTimeout(patience.read()))
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .executionInterceptors(watches)
                        .retryStrategy(retries(patience))
                        .apiCallTimeout(patience.call())
                        .build());
        config.place().region().ifPresent(region -> builder.region(Region.of(region)));
        config.place().endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static RetryStrategy retries(Patience patience) {
        RetryMode mode = switch (patience.mode()) {
            case STANDARD -> RetryMode.STANDARD;
            case ADAPTIVE -> RetryMode.ADAPTIVE_V2;
        };
        return AwsRetryStrategy.forRetryMode(mode).toBuilder()
                .maxAttempts(patience.attempts())
                .build();
    }

    private static AwsCredentialsProvider credentials(Configuration hadoop, String bucket) {
        String id = secret(hadoop, bucket, S3aSettings.ACCESS_KEY);
        String key = secret(hadoop, bucket, "fs.s3a.secret.key");
        if (id == null || key == null) {
            return DefaultCredentialsProvider.create();
        }
        String token = secret(hadoop, bucket, "fs.s3a.session.token");
        return StaticCredentialsProvider.create(
                token == null ? AwsBasicCredentials.create(id, key) : AwsSessionCredentials.create(id, key, token));
    }

    /** From the settings or from Hadoop's store of credentials. */
    private static @Nullable String secret(Configuration hadoop, String bucket, String key) {
        try {
            char[] own = hadoop.getPassword(S3aSettings.ofBucket(bucket, key));
            char[] found = own != null ? own : hadoop.getPassword(key);
            return found == null || found.length == 0 ? null : new String(found).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(key + " cannot be read from Hadoop's store of credentials", e);
        }
    }
}
