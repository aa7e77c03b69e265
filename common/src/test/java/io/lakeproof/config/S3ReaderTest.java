package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3ReaderTest {
    private static final String TEXT = """
            pipeline { name = p }
            source { path = raw, format = json, schema = "event_time TIMESTAMP" }
            dedup { key = [event_time], target = clean }
            ledger { path = ledger }
            """;

    @Test
    void readsEverySetting() {
        S3Config s3 = load(
                "s3.region=eu-central-1",
                "s3.endpoint=http://127.0.0.1:9000/",
                "s3.path-style=true",
                "s3.kms-key=alias/data",
                "s3.checksum=crc32c",
                "s3.retry-mode=adaptive",
                "s3.attempts=3",
                "s3.connect-timeout=PT2S",
                "s3.read-timeout=PT3S",
                "s3.call-timeout=PT0.5S",
                "s3.writers=single");

        assertThat(s3)
                .isEqualTo(new S3Config(
                        new Place(Optional.of("eu-central-1"), Optional.of(URI.create("http://127.0.0.1:9000")), true),
                        new Writes(Optional.of("alias/data"), Optional.of(Checksum.CRC32C)),
                        new Patience(
                                RetryMode.ADAPTIVE,
                                3,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofMillis(500)),
                        Writers.SINGLE));
    }

    @Test
    void byDefaultItIsAwsAndTheEnvironmentSaysWhere() {
        assertThat(load()).isEqualTo(S3Config.DEFAULT);
    }

    @Test
    void aServerWithoutRegionsNeedsNone() {
        assertThat(load("s3.endpoint=http://storage:9000").place().region()).contains("us-east-1");
    }

    /** A setting, and what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s3.region=Frankfurt|a region is written like eu-central-1",
                "s3.endpoint=127.0.0.1:9000|write scheme, host and port",
                "s3.endpoint=http://host/bucket|write scheme, host and port",
                "s3.endpoint=ftp://host|write scheme, host and port",
                "s3.endpoint=http://user:secret@host|write scheme, host and port",
                "s3.path-style=yes|true or false",
                "s3.checksum=crc|known: crc32, crc32c, sha1, sha256",
                "s3.retry-mode=legacy|known: standard, adaptive",
                "s3.attempts=0|1 to 20 attempts",
                "s3.call-timeout=PT0S|PT0.1S to PT1H",
                "s3.read-timeout=30|cannot be parsed",
                "s3.writers=many|known: conditional, single",
                "s3.regoin=eu-west-1|did you mean region?",
                "s3.kms-key=|write a key's id, its ARN, or an alias such as alias/data",
            })
    void saysWhatIsWrong(String set, String problem) {
        Failure.Configuration failure = catchThrowableOfType(Failure.Configuration.class, () -> load(set));

        assertThat(failure)
                .hasMessageContaining("--set " + set.substring(0, set.indexOf('=')) + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    void sha256NeedsAConnectionWithTls() {
        Failure.Configuration failure = catchThrowableOfType(
                Failure.Configuration.class, () -> load("s3.endpoint=http://storage:9000", "s3.checksum=sha256"));

        assertThat(failure)
                .hasMessageContaining("--set s3.checksum: ")
                .hasMessageContaining("S3A cannot send sha256 to an endpoint without TLS; take crc32c");
        assertThat(load("s3.endpoint=https://storage", "s3.checksum=sha256")
                        .writes()
                        .checksum())
                .contains(Checksum.SHA256);
        assertThat(load("s3.checksum=sha256").writes().checksum()).contains(Checksum.SHA256);
        assertThat(load("s3.endpoint=http://storage:9000", "s3.checksum=crc32")
                        .writes()
                        .checksum())
                .contains(Checksum.CRC32);
    }

    private static S3Config load(String... sets) {
        return ConfigLoader.load("test.conf", TEXT, List.of(sets)).s3();
    }

    @Test
    void explainsWhatCountsAndWhereItWasRead() {
        assertThat(ConfigLoader.explain("test.conf", TEXT, List.of("s3.attempts=8")))
                .contains(
                        "pipeline.name = \"p\"  (test.conf: 1)",
                        "pipeline.zone = UTC  (default)",
                        "dedup.null-key = quarantine  (default)",
                        "s3.attempts = \"8\"  (--set s3.attempts)",
                        "s3.call-timeout = PT2M  (default)",
                        "s3.region = none  (default)",
                        "s3.retry-mode = standard  (default)",
                        "s3.writers = conditional  (default)")
                .isSorted();
    }
}
