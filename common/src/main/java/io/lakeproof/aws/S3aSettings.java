package io.lakeproof.aws;

import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Checksum;
import io.lakeproof.config.S3Config.Patience;
import io.lakeproof.config.S3Config.Place;
import io.lakeproof.config.S3Config.RetryMode;
import io.lakeproof.config.S3Config.Writers;
import io.lakeproof.config.S3Config.Writes;
import io.lakeproof.error.Failure;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;
import org.jspecify.annotations.Nullable;

/**
 * Settings of object storage in the words of Hadoop's S3A connector (hadoop.apache.org, "Hadoop-AWS module"), and back: what
 * a platform has set there counts for Lakeproof's own calls too.
 */
public final class S3aSettings {
    private static final String ENDPOINT = "fs.s3a.endpoint";
    private static final String REGION = "fs.s3a.endpoint.region";
    private static final String PATH_STYLE = "fs.s3a.path.style.access";
    private static final String SSL = "fs.s3a.connection.ssl.enabled";
    private static final String ENCRYPTION = "fs.s3a.encryption.algorithm";
    private static final String ENCRYPTION_KEY = "fs.s3a.encryption.key";
    private static final String CHECKSUM = "fs.s3a.create.checksum.algorithm";
    private static final String ATTEMPTS = "fs.s3a.attempts.maximum";
    private static final String CONNECT = "fs.s3a.connection.establish.timeout";
    private static final String READ = "fs.s3a.connection.timeout";
    private static final String CALL = "fs.s3a.connection.request.timeout";
    private static final String CREDENTIALS = "fs.s3a.aws.credentials.provider";
    static final String ACCESS_KEY = "fs.s3a.access.key";
    private static final String KMS = "SSE-KMS";

    /** S3A has no such setting; it takes the SDK's from the environment. */
    private static final String RETRY_MODE = "lakeproof.s3.retry-mode";

    /** S3A has no such setting either; the log store looks at it. */
    private static final String WRITERS = "lakeproof.s3.writers";

    /** The endpoint that stands for none. */
    private static final String CENTRAL = "s3.amazonaws.com";

    private S3aSettings() {}

    /**
     * What is to be set for S3A.
     *
     * @param platform what is set already; credentials that it names stay
     * @throws Failure.Configuration if this Hadoop cannot do what is asked
     */
    public static Map<String, String> of(S3Config config, Configuration platform) {
        Map<String, String> settings = new TreeMap<>();
        config.place().endpoint().ifPresent(endpoint -> settings.put(ENDPOINT, endpoint.toString()));
        config.place().region().ifPresent(region -> settings.put(REGION, region));
        if (config.place().pathStyle() || config.place().endpoint().isPresent()) {
            settings.put(PATH_STYLE, String.valueOf(config.place().pathStyle()));
        }
        config.writes().kmsKey().ifPresent(key -> {
            settings.put(ENCRYPTION, KMS);
            settings.put(ENCRYPTION_KEY, key);
        });
        config.writes().checksum().ifPresent(checksum -> settings.put(CHECKSUM, name(checksum)));
        patience(config.patience(), settings);
        settings.put(WRITERS, config.writers().name().toLowerCase(Locale.ROOT));
        if (isUnset(platform, CREDENTIALS) && platform.get(ACCESS_KEY) == null) {
            settings.put(CREDENTIALS, defaultChain());
        }
        return settings;
    }

    private static void patience(Patience patience, Map<String, String> settings) {
        settings.put(RETRY_MODE, patience.mode().name().toLowerCase(Locale.ROOT));
        settings.put(ATTEMPTS, String.valueOf(patience.attempts()));
        // S3A repeats what the SDK has given up, by default for minutes.
        settings.put("fs.s3a.retry.limit", String.valueOf(patience.attempts() - 1));
        settings.put("fs.s3a.retry.throttle.limit", String.valueOf(patience.attempts() - 1));
        settings.put("fs.s3a.retry.interval", "500ms");
        settings.put("fs.s3a.retry.throttle.interval", "500ms");
        settings.put(CONNECT, patience.connect().toMillis() + "ms");
        settings.put(READ, patience.read().toMillis() + "ms");
        settings.put(CALL, patience.call().toMillis() + "ms");
    }

    /**
     * What S3A goes by for a bucket, as far as Lakeproof's own calls need it.
     *
     * @param hadoop with {@link #of} in it
     */
    public static S3Config read(Configuration hadoop, String bucket) {
        Place place = new Place(
                text(hadoop, bucket, REGION),
                text(hadoop, bucket, ENDPOINT)
                        .filter(endpoint -> !endpoint.equals(CENTRAL))
                        .map(endpoint -> uri(
                                endpoint,
                                text(hadoop, bucket, SSL)
                                        .map(Boolean::parseBoolean)
                                        .orElse(true))),
                text(hadoop, bucket, PATH_STYLE).map(Boolean::parseBoolean).orElse(false));
        Optional<String> key = text(hadoop, bucket, ENCRYPTION)
                .filter(KMS::equals)
                .flatMap(kms -> text(hadoop, bucket, ENCRYPTION_KEY));
        Optional<Checksum> checksum = text(hadoop, bucket, CHECKSUM).map(S3aSettings::checksum);
        Patience standard = Patience.DEFAULT;
        Patience patience = new Patience(
                text(hadoop, bucket, RETRY_MODE)
                        .map(mode -> RetryMode.valueOf(mode.toUpperCase(Locale.ROOT)))
                        .orElse(standard.mode()),
                text(hadoop, bucket, ATTEMPTS).map(Integer::parseInt).orElse(standard.attempts()),
                duration(hadoop, bucket, CONNECT, standard.connect()),
                duration(hadoop, bucket, READ, standard.read()),
                duration(hadoop, bucket, CALL, standard.call()));
        Writers writers = text(hadoop, bucket, WRITERS)
                .map(text -> Writers.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(S3Config.DEFAULT.writers());
        return new S3Config(place, new Writes(key, checksum), patience, writers);
    }

    /** A setting of the bucket, or else of all buckets. */
    static Optional<String> text(Configuration hadoop, String bucket, String key) {
        @Nullable String own = hadoop.getTrimmed(ofBucket(bucket, key));
        @Nullable String text = own != null ? own : hadoop.getTrimmed(key);
        return Optional.ofNullable(text).filter(found -> !found.isEmpty());
    }

    static String ofBucket(String bucket, String key) {
        return key.replaceFirst("^fs\\.s3a\\.", "fs.s3a.bucket." + bucket + ".");
    }

    private static Duration duration(Configuration hadoop, String bucket, String key, Duration standard) {
        String set = hadoop.get(ofBucket(bucket, key)) != null ? ofBucket(bucket, key) : key;
        return Duration.ofMillis(hadoop.getTimeDuration(set, standard.toMillis(), TimeUnit.MILLISECONDS));
    }

    private static URI uri(String endpoint, boolean ssl) {
        return URI.create(endpoint.contains("://") ? endpoint : (ssl ? "https://" : "http://") + endpoint);
    }

    private static Checksum checksum(String name) {
        return Checksum.valueOf(name.toUpperCase(Locale.ROOT).replaceAll("[_-]", ""));
    }

    private static String name(Checksum checksum) {
        if (isBefore(VersionInfo.getVersion(), 3, 4, 2)) {
            throw new Failure.Configuration(
                    "s3.checksum: Hadoop " + VersionInfo.getVersion()
                            + " of this platform cannot send checksums with what it uploads",
                    "Delete s3.checksum, or run on a platform with Hadoop 3.4.2 or later.");
        }
        return checksum.name();
    }

    /** True if nobody has set it: Hadoop's own default is no choice of anybody. */
    private static boolean isUnset(Configuration platform, String key) {
        String @Nullable [] sources = platform.getPropertySources(key);
        return sources == null || List.of(sources).stream().allMatch("core-default.xml"::equals);
    }

    /**
     * The class that stands for the default chain in the SDK that this Hadoop calls. Put together, since the build rewrites
     * names of the SDK's classes to those of the copy in Lakeproof's jar.
     */
    private static String defaultChain() {
        return isBefore(VersionInfo.getVersion(), 3, 4, 0)
                ? "com.amazonaws.auth.DefaultAWSCredentialsProviderChain"
                : String.join(".", "software", "amazon", "awssdk", "auth", "credentials", "DefaultCredentialsProvider");
    }

    static boolean isBefore(String version, int... other) {
        String[] numbers = version.split("[^0-9]+", -1);
        for (int i = 0; i < other.length; i++) {
            int number = i < numbers.length && !numbers[i].isEmpty() ? Integer.parseInt(numbers[i]) : 0;
            if (number != other[i]) {
                return number < other[i];
            }
        }
        return false;
    }
}
