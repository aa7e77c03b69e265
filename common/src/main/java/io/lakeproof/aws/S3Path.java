package io.lakeproof.aws;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An object, or a folder of objects, of S3.
 *
 * @param key without a slash at either end; empty for the whole bucket
 */
public record S3Path(String bucket, String key) {
    private static final Pattern URI = Pattern.compile("s3[an]?://([^/]+)/*(.*?)/*", Pattern.DOTALL);

    /** Of a URI with the scheme {@code s3a}, {@code s3} or {@code s3n}; empty for a path elsewhere. */
    public static Optional<S3Path> of(String uri) {
        Matcher matcher = URI.matcher(uri);
        return matcher.matches() ? Optional.of(new S3Path(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    /** What the keys of everything in the folder begin with. */
    public String prefix() {
        return key.isEmpty() ? "" : key + "/";
    }

    /** The URI by which Spark and Hadoop know it. */
    @Override
    public String toString() {
        return "s3a://" + bucket + "/" + key;
    }
}
