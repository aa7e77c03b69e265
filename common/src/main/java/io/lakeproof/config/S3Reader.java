package io.lakeproof.config;

import io.lakeproof.config.S3Config.Checksum;
import io.lakeproof.config.S3Config.Patience;
import io.lakeproof.config.S3Config.Place;
import io.lakeproof.config.S3Config.RetryMode;
import io.lakeproof.config.S3Config.Writers;
import io.lakeproof.config.S3Config.Writes;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The settings of object storage. */
final class S3Reader {
    /** A server that has no regions wants one in signatures all the same. */
    private static final String ANY_REGION = "us-east-1";

    private S3Reader() {}

    static S3Config read(Section section) {
        Place place = place(section);
        Writes writes = new Writes(
                optional(section, "kms-key", S3Reader::key),
                optional(section, "checksum", text -> checksum(text, place)));
        Patience standard = Patience.DEFAULT;
        Patience patience = new Patience(
                section.textOr("retry-mode", text -> Choice.parse(RetryMode.class, text), standard.mode()),
                section.textOr("attempts", S3Reader::attempts, standard.attempts()),
                section.textOr("connect-timeout", S3Reader::timeout, standard.connect()),
                section.textOr("read-timeout", S3Reader::timeout, standard.read()),
                section.textOr("call-timeout", S3Reader::timeout, standard.call()));
        Writers writers =
                section.textOr("writers", text -> Choice.parse(Writers.class, text), S3Config.DEFAULT.writers());
        section.refuseUnknownKeys();
        return new S3Config(place, writes, patience, writers);
    }

    private static Place place(Section section) {
        Optional<URI> endpoint = optional(section, "endpoint", S3Reader::endpoint);
        Optional<String> region = optional(section, "region", S3Reader::region);
        return new Place(
                region.or(() -> endpoint.map(server -> ANY_REGION)),
                endpoint,
                section.textOr("path-style", S3Reader::yesOrNo, false));
    }

    private static <T> Optional<T> optional(
            Section section, String key, java.util.function.Function<String, T> parser) {
        return section.textOr(key, text -> Optional.of(parser.apply(text)), Optional.empty());
    }

    private static URI endpoint(String text) {
        URI uri = URI.create(text.matches("[a-z]+://.*") ? text : "none:" + text);
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        boolean more = uri.getRawUserInfo() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || (uri.getRawPath() != null && uri.getRawPath().length() > 1);
        if (!http || uri.getHost() == null || more) {
            throw new IllegalArgumentException("write scheme, host and port, for example http://127.0.0.1:9000 or"
                    + " https://s3.eu-central-1.amazonaws.com, without a bucket");
        }
        return URI.create(text.replaceAll("/$", ""));
    }

    private static String region(String text) {
        if (!text.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw new IllegalArgumentException("a region is written like eu-central-1");
        }
        return text;
    }

    private static String key(String text) {
        if (text.isBlank() || !text.equals(text.strip())) {
            throw new IllegalArgumentException("write a key's id, its ARN, or an alias such as alias/data");
        }
        return text;
    }

    private static Checksum checksum(String text, Place place) {
        Checksum checksum = Choice.parse(Checksum.class, text);
        boolean isPlain =
                place.endpoint().map(URI::getScheme).filter("http"::equals).isPresent();
        if (checksum == Checksum.SHA256 && isPlain) {
            // The AWS SDK 2.29 makes it of nothing then (aws-sdk-java-v2, issue 5498), and the server refuses the
            // upload.
            throw new IllegalArgumentException(
                    "S3A cannot send sha256 to an endpoint without TLS; take crc32c, or an https:// endpoint");
        }
        return checksum;
    }

    private static boolean yesOrNo(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("true or false");
        }
        return text.equals("true");
    }

    private static int attempts(String text) {
        if (!text.matches("[1-9]|1[0-9]|20")) {
            throw new IllegalArgumentException("1 to 20 attempts");
        }
        return Integer.parseInt(text);
    }

    private static Duration timeout(String text) {
        Duration timeout = Duration.parse(text);
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("PT0.1S to PT1H");
        }
        return timeout;
    }
}
