package io.lakeproof.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.config.S3Config;
import io.lakeproof.error.Failure;
import io.lakeproof.run.Foreign;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("long")
class S3FailuresTest {
    private static final String ANSWERS = """
            InvalidAccessKeyId|403|77|the access key is not known
            SignatureDoesNotMatch|403|77|the access key is not known
            ExpiredToken|400|77|the credentials have expired
            InvalidToken|400|77|the credentials have expired
            RequestTimeTooSkewed|403|77|the clock of this machine
            AccessDenied|403|77|access is denied
            NoSuchBucket|404|78|there is no such bucket
            PermanentRedirect|301|78|the bucket is in another region
            AuthorizationHeaderMalformed|400|78|the bucket is in another region
            KMS.DisabledException|400|78|the KMS key cannot be used
            SlowDown|503|75|the storage is busy
            InternalError|500|75|the storage is busy
            InvalidObjectState|403|69|the object lies in an archive
            """;

    @BeforeEach
    void credentials() {
        System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_KEY);
    }

    /** A code, its status, the exit code, and what is said. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = ANSWERS)
    void anAnswerIsAFailureWithAFix(String code, int status, int exit, String problem) {
        try (RefusingServer server = new RefusingServer(code, status)) {
            Failure failure = ask(server.endpoint());

            assertThat(failure.exitCode()).as(failure.problem()).isEqualTo(exit);
            assertThat(failure.problem())
                    .startsWith("s3a://data/clean: " + problem)
                    .contains(code);
            assertThat(failure.fix()).isNotBlank();
        }
    }

    /** The same, as S3A tells of it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = ANSWERS)
    void hadoopsAnswerIsTheSameFailure(String code, int status, int exit, String problem) throws IOException {
        try (RefusingServer server = new RefusingServer(code, status)) {
            Failure failure = list(server.endpoint());

            assertThat(failure.exitCode()).as(failure.problem()).isEqualTo(exit);
            assertThat(failure.problem()).contains(problem);
        }
    }

    @Test
    void anEndpointThatIsDownIsGivenUpInTime() throws IOException {
        URI nobody = URI.create("http://127.0.0.1:" + freePort());

        Failure asked = within(Duration.ofSeconds(20), () -> ask(nobody));
        Failure listed = within(Duration.ofSeconds(20), () -> list(nobody));

        assertThat(asked.exitCode()).isEqualTo(75);
        assertThat(asked.problem()).startsWith("s3a://data/clean: the storage cannot be reached");
        assertThat(listed.exitCode()).isEqualTo(75);
        assertThat(listed.problem()).contains("the storage cannot be reached");
    }

    @Test
    void anEndpointThatNeverAnswersIsGivenUpInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());

            Failure asked = within(Duration.ofSeconds(20), () -> ask(endpoint));

            assertThat(asked.exitCode()).isEqualTo(75);
            assertThat(asked.problem()).contains("does not answer in time");
        }
    }

    @Test
    void aServerThatSignsTellsWrongKeysFromMissingBuckets() {
        try (S3ProxyServer server = S3ProxyServer.start()) {
            assertThat(ask(server.endpoint()).exitCode()).isEqualTo(78);

            System.setProperty("aws.secretAccessKey", "wrong");
            assertThat(ask(server.endpoint()).exitCode()).isEqualTo(77);

            System.setProperty("aws.accessKeyId", "unknown");
            assertThat(ask(server.endpoint()).exitCode()).isEqualTo(77);
        }
    }

    @Test
    void withoutCredentialsItSaysSo() {
        System.clearProperty("aws.accessKeyId");
        System.setProperty("aws.disableEc2Metadata", "true");
        try (RefusingServer server = new RefusingServer("AccessDenied", 403)) {
            Failure failure = ask(server.endpoint());

            assertThat(failure.exitCode()).isEqualTo(77);
            assertThat(failure.problem()).isEqualTo("s3a://data/clean: there are no credentials");
        } finally {
            System.clearProperty("aws.disableEc2Metadata");
        }
    }

    @Test
    void aFileThatIsNotThereIsNoAffairOfTheStorage() {
        assertThat(S3Failures.of(new java.io.FileNotFoundException("s3a://data/a")))
                .isEmpty();
        assertThat(S3Failures.of(new IllegalStateException("a bug"))).isEmpty();
    }

    private static Failure ask(URI endpoint) {
        return catchThrowableOfType(
                Failure.class, () -> StorageAccess.require(List.of("/local", "s3a://data/clean"), hadoop(endpoint)));
    }

    private static Failure list(URI endpoint) {
        Throwable thrown = catchThrowable(() -> {
            try (FileSystem fs = FileSystem.newInstance(URI.create("s3a://data/"), hadoop(endpoint))) {
                fs.listStatus(new Path("s3a://data/clean"));
            }
        });
        Throwable explained = Foreign.explained(thrown);
        assertThat(explained).isInstanceOf(Failure.class);
        return (Failure) explained;
    }

    private static Configuration hadoop(URI endpoint) {
        S3Config config = RefusingServer.impatient(endpoint);
        Configuration hadoop = new Configuration();
        S3aSettings.of(config, hadoop).forEach(hadoop::set);
        return hadoop;
    }

    private static Failure within(Duration most, java.util.function.Supplier<Failure> call) {
        long start = System.nanoTime();
        Failure failure = call.get();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(most);
        return failure;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
