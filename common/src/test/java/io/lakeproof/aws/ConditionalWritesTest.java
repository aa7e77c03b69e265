package io.lakeproof.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.error.Failure;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Servers that answer every request alike; one that holds to the condition is in ConditionalLogStoreTest. */
@Tag("long")
class ConditionalWritesTest {
    private static final S3Path COMMIT = new S3Path("data", "t/_delta_log/00000000000000000000.json");

    @BeforeEach
    void credentials() {
        System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_KEY);
    }

    @Test
    void refusesAServerThatOverwritesAllTheSame() {
        try (RefusingServer server = new RefusingServer("None", 200)) {
            Failure.Configuration failure =
                    catchThrowableOfType(Failure.Configuration.class, () -> create(server.endpoint()));

            assertThat(failure)
                    .hasMessage(
                            "the server of bucket data overwrites an object that it was told to create only if absent:"
                                    + " two drivers could lose a commit");
            assertThat(failure.fix()).contains("s3.writers = single");
        }
    }

    @Test
    void aServerThatIsBusyIsNoAnswer() {
        try (RefusingServer server = new RefusingServer("SlowDown", 503)) {
            Failure.Conflict failure = catchThrowableOfType(Failure.Conflict.class, () -> create(server.endpoint()));

            assertThat(failure.exitCode()).isEqualTo(75);
        }
    }

    private static void create(URI endpoint) {
        Configuration hadoop = new Configuration();
        S3aSettings.of(RefusingServer.impatient(endpoint), hadoop).forEach(hadoop::set);
        ConditionalWrites.to(hadoop, "data").create(COMMIT, new byte[] {1});
    }
}
