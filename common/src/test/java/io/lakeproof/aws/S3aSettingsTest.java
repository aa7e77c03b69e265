package io.lakeproof.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.Test;

class S3aSettingsTest {
    @Test
    void readsBackWhatItSets() {
        long seed = 20261125;
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            S3Config config = config(random);
            Configuration hadoop = new Configuration();

            S3aSettings.of(config, hadoop).forEach(hadoop::set);

            assertThat(S3aSettings.read(hadoop, "data"))
                    .as("seed %d, case %d", seed, i)
                    .isEqualTo(config);
        }
    }

    private static S3Config config(Random random) {
        return new S3Config(
                new Place(
                        maybe(random, "eu-central-" + random.nextInt(9)),
                        maybe(random, URI.create("http://127.0.0.1:" + (1 + random.nextInt(65535)))),
                        random.nextBoolean()),
                new Writes(maybe(random, "alias/" + random.nextInt()), Optional.empty()),
                new Patience(
                        random.nextBoolean() ? RetryMode.STANDARD : RetryMode.ADAPTIVE,
                        1 + random.nextInt(20),
                        Duration.ofMillis(100 + random.nextInt(3_600_000)),
                        Duration.ofMillis(100 + random.nextInt(3_600_000)),
                        Duration.ofMillis(100 + random.nextInt(3_600_000))),
                random.nextBoolean() ? Writers.CONDITIONAL : Writers.SINGLE);
    }

    private static <T> Optional<T> maybe(Random random, T value) {
        return random.nextBoolean() ? Optional.of(value) : Optional.empty();
    }

    @Test
    void whatThePlatformHasSetForABucketCounts() {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.s3a.endpoint", "s3.eu-west-1.amazonaws.com");
        hadoop.set("fs.s3a.bucket.ours.endpoint", "storage.example:9000");
        hadoop.set("fs.s3a.bucket.ours.connection.ssl.enabled", "false");
        hadoop.set("fs.s3a.bucket.ours.connection.establish.timeout", "7s");

        assertThat(S3aSettings.read(hadoop, "ours").place().endpoint())
                .contains(URI.create("http://storage.example:9000"));
        assertThat(S3aSettings.read(hadoop, "ours").patience().connect()).isEqualTo(Duration.ofSeconds(7));
        assertThat(S3aSettings.read(hadoop, "theirs").place().endpoint())
                .contains(URI.create("https://s3.eu-west-1.amazonaws.com"));
    }

    @Test
    void credentialsThatThePlatformNamesStay() {
        Configuration keys = new Configuration();
        keys.set("fs.s3a.access.key", "AKIA");
        Configuration provider = new Configuration();
        provider.set("fs.s3a.aws.credentials.provider", "org.example.Provider");

        assertThat(S3aSettings.of(S3Config.DEFAULT, keys)).doesNotContainKey("fs.s3a.aws.credentials.provider");
        assertThat(S3aSettings.of(S3Config.DEFAULT, provider)).doesNotContainKey("fs.s3a.aws.credentials.provider");
        assertThat(S3aSettings.of(S3Config.DEFAULT, new Configuration()).get("fs.s3a.aws.credentials.provider"))
                .matches("software\\.amazon\\.awssdk\\.auth\\.credentials\\.DefaultCredentialsProvider"
                        + "|com\\.amazonaws\\.auth\\.DefaultAWSCredentialsProviderChain");
    }

    @Test
    void refusesAChecksumThatThisHadoopDoesNotSend() {
        S3Config config = new S3Config(
                S3Config.DEFAULT.place(),
                new Writes(Optional.empty(), Optional.of(Checksum.SHA256)),
                Patience.DEFAULT,
                Writers.CONDITIONAL);

        // Both lines are built against an older one.
        assertThatThrownBy(() -> S3aSettings.of(config, new Configuration()))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessage("s3.checksum: Hadoop " + VersionInfo.getVersion()
                        + " of this platform cannot send checksums with what it uploads");
    }

    @Test
    void comparesVersions() {
        assertThat(S3aSettings.isBefore("3.4.1", 3, 4, 2)).isTrue();
        assertThat(S3aSettings.isBefore("3.4.1-amzn-2", 3, 4, 2)).isTrue();
        assertThat(S3aSettings.isBefore("3.4.2", 3, 4, 2)).isFalse();
        assertThat(S3aSettings.isBefore("3.4.10", 3, 4, 2)).isFalse();
        assertThat(S3aSettings.isBefore("4.0.0-SNAPSHOT", 3, 4, 2)).isFalse();
        assertThat(S3aSettings.isBefore("3.3", 3, 4, 0)).isTrue();
    }
}
