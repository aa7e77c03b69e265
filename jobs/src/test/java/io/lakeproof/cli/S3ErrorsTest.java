package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.SparkTest;
import io.lakeproof.aws.RefusingServer;
import io.lakeproof.aws.S3ProxyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Storage that refuses or does not answer, at the command line: the exit code, what is said, the fix, and how long it takes. */
@Tag("long")
class S3ErrorsTest extends SparkTest {
    /** The call-timeout of the configuration, and what the rest of a command takes on a busy machine. */
    private static final long MOST_MILLIS = 3_000 + 12_000;

    /** One of each way to reach the storage: tables that are read and written, the ledger first, objects, settings. */
    private static final List<String> COMMANDS = List.of("dedup", "verify", "lifecycle apply", "doctor");

    @TempDir
    private Path folder;

    private static S3ProxyServer proxy;

    @BeforeEach
    void credentials() {
        System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_KEY);
    }

    @AfterEach
    void others() {
        credentials();
    }

    @AfterAll
    static void stopServer() {
        if (proxy != null) {
            proxy.close();
        }
    }

    /** As the server answers; code, status, exit code, what is said, the fix. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            AccessDenied                 | 403 | 77 | access is denied                          | Give the role what the job's policy in docs/iam has
            ExpiredToken                 | 400 | 77 | the credentials have expired              | aws sso login
            RequestTimeTooSkewed         | 403 | 77 | the clock of this machine differs         | Set the clock
            PermanentRedirect            | 301 | 78 | the bucket is in another region           | Set s3.region to the region of the bucket
            AuthorizationHeaderMalformed | 400 | 78 | the bucket is in another region           | Set s3.region to the region of the bucket
            NoSuchBucket                 | 404 | 78 | there is no such bucket                   | Mend the name of the bucket
            SlowDown                     | 503 | 75 | the storage is busy                       | Run again later
            """)
    void anAnswerEndsTheCommandWithItsFix(String code, int status, int exit, String said, String fix)
            throws IOException {
        try (RefusingServer server = new RefusingServer(code, status)) {
            for (String command : COMMANDS) {
                boolean goesOn = command.equals("doctor") && code.equals("AccessDenied");
                if (!goesOn) { // It takes a denial for a finding, and asks what else it may ask: DoctorCommandTest.
                    requireEnd(run(server.endpoint(), command), command, exit, said, fix);
                }
            }
        }
    }

    @Test
    void wrongKeysAndAMissingBucketAsAServerThatSignsTellsThem() throws IOException {
        proxy = S3ProxyServer.start();
        for (String command : COMMANDS) {
            requireEnd(
                    run(proxy.endpoint(), command),
                    command,
                    78,
                    "there is no such bucket",
                    "Mend the name of the bucket");
        }
        System.setProperty("aws.secretAccessKey", "wrong");
        for (String command : COMMANDS) {
            requireEnd(
                    run(proxy.endpoint(), command),
                    command,
                    77,
                    "the access key is not known, or its secret is wrong",
                    "AWS_ACCESS_KEY_ID");
        }
        System.setProperty("aws.accessKeyId", "unknown");
        requireEnd(
                run(proxy.endpoint(), "dedup"),
                "dedup",
                77,
                "the access key is not known, or its secret is wrong",
                "AWS_ACCESS_KEY_ID");
    }

    @Test
    void anEndpointThatIsDownOrSilentIsGivenUpInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (int port : List.of(closedPort(), silent.getLocalPort())) {
                URI endpoint = URI.create("http://127.0.0.1:" + port);
                for (String command : COMMANDS) {
                    requireEnd(
                            run(endpoint, command),
                            command,
                            75,
                            "the storage cannot be reached",
                            "Look at s3.endpoint");
                }
            }
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aChecksumThatNobodyKnowsOrThisHadoopCannotSendIsASetting() throws IOException {
        URI nobody = URI.create("http://127.0.0.1:9");

        requireEnd(
                run(nobody, "dedup", "--set=s3.checksum=md5"),
                "dedup",
                78,
                "s3.checksum = \"md5\"",
                "lakeproof config check");
        requireEnd(
                run(nobody, "dedup", "--set=s3.checksum=crc32c"),
                "dedup",
                78,
                "of this platform cannot send checksums with what it uploads",
                "Delete s3.checksum, or run on a platform with Hadoop 3.4.2 or later");
    }

    private static void requireEnd(JsonNode result, String command, int exit, String said, String fix) {
        JsonNode error = result.path("error");
        assertThat(result.path("exitCode").asInt())
                .as("%s: %s", command, result)
                .isEqualTo(exit);
        assertThat(error.path("message").asText()).as(command).contains(said);
        assertThat(error.path("fix").asText()).as(command).contains(fix);
        assertThat(result.path("durationMs").asLong())
                .as("%s: milliseconds", command)
                .isLessThan(MOST_MILLIS);
    }

    private JsonNode run(URI endpoint, String command, String... options) throws IOException {
        Path config = folder.resolve("errors.conf");
        Files.writeString(config, """
                pipeline { name = errors }
                source { path = "s3a://errors/raw/", format = json, schema = "user_id STRING, event_time TIMESTAMP, v DOUBLE" }
                dedup { key = [user_id, event_time], target = "s3a://errors/clean" }
                features {
                  entity = user_id, version = v1, target = "s3a://errors/features"
                  define { n { count = "*", range = PT1H } }
                }
                ledger { path = "s3a://errors/ledger" }
                lifecycle { class = training, tiers = [ { name = hot }, { name = cold, after = P90D, storage-class = STANDARD_IA } ] }
                s3 {
                  region = us-east-1, path-style = true, endpoint = "%s"
                  attempts = 2, connect-timeout = PT1S, read-timeout = PT1S, call-timeout = PT3S
                }
                """.formatted(endpoint));
        List<String> args = new ArrayList<>(List.of(command.split(" ", -1)));
        args.add("--config=" + config);
        args.addAll(List.of(options));
        return new Runs(spark(), Clock.systemUTC()).run(args);
    }
}
