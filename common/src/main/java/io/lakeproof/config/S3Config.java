package io.lakeproof.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How object storage is reached. Credentials are not here: they come from the AWS SDK's default chain.
 *
 * @param place where it is
 * @param writes what is asked of it for every object that is written
 * @param patience how long an answer is waited for
 * @param writers who commits to the tables
 */
public record S3Config(Place place, Writes writes, Patience patience, Writers writers) {
    /** AWS, the region of the environment, nothing special. */
    public static final S3Config DEFAULT = new S3Config(
            new Place(Optional.empty(), Optional.empty(), false),
            new Writes(Optional.empty(), Optional.empty()),
            Patience.DEFAULT,
            Writers.CONDITIONAL);

    /**
     * The server.
     *
     * @param region of the buckets; empty: the region of the environment
     * @param endpoint empty: that of AWS in the region
     * @param pathStyle the bucket is named in the path of a URL and not in its host
     */
    public record Place(Optional<String> region, Optional<URI> endpoint, boolean pathStyle) {}

    /**
     * What written objects get.
     *
     * @param kmsKey id, ARN or alias of the KMS key that encrypts them; empty: what the bucket does by default
     * @param checksum that the writer computes, and the server checks and keeps; empty: none
     */
    public record Writes(Optional<String> kmsKey, Optional<Checksum> checksum) {}

    /**
     * When a call is given up.
     *
     * @param mode of the SDK; exponential backoff with full jitter in both
     * @param attempts how often one request is sent at most
     * @param connect until a connection stands
     * @param read between two bytes of an answer
     * @param call of one call with all its attempts
     */
    public record Patience(RetryMode mode, int attempts, Duration connect, Duration read, Duration call) {
        /** Five attempts in at most two minutes. */
        public static final Patience DEFAULT = new Patience(
                RetryMode.STANDARD, 5, Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(2));
    }

    /** How the SDK retries. */
    public enum RetryMode {
        /** After a failure a call waits, longer each time. */
        STANDARD,
        /** Calls are also slowed down together while the server says that they are too many. */
        ADAPTIVE
    }

    /** Checksums that S3 knows. */
    public enum Checksum {
        CRC32,
        CRC32C,
        SHA1,
        SHA256
    }

    /** Who commits to the tables of a pipeline. */
    public enum Writers {
        /** Any number of drivers: a version is created only if it is absent, and the storage must hold to that. */
        CONDITIONAL,
        /** One driver at a time for each table; somebody else sees to that. */
        SINGLE
    }
}
