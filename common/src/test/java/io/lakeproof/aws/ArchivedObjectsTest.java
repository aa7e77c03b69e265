package io.lakeproof.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.lakeproof.error.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

@Tag("long")
class ArchivedObjectsTest {
    /** A listing as S3 gives it if asked for the state of restores. */
    private static final String LISTING = """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>data</Name><Prefix>t/</Prefix>
            <KeyCount>3</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>
            <Contents><Key>t/a</Key><Size>1</Size><StorageClass>GLACIER</StorageClass></Contents>
            <Contents><Key>t/b</Key><Size>1</Size><StorageClass>GLACIER</StorageClass>
              <RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus></Contents>
            <Contents><Key>t/c</Key><Size>1</Size><StorageClass>DEEP_ARCHIVE</StorageClass>
              <RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress>
              <RestoreExpiryDate>2030-01-01T00:00:00.000Z</RestoreExpiryDate></RestoreStatus></Contents>
            </ListBucketResult>
            """;

    @Test
    void findsWhatIsInAnArchiveAndNothingElse() {
        try (S3MockServer server = S3MockServer.start().bucket("data");
                S3Client client = S3Clients.of(server.config())) {
            List<String> classes = List.of("STANDARD", "STANDARD_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE");
            for (String storageClass : classes) {
                client.putObject(
                        put -> put.bucket("data").key("t/d=1/" + storageClass).storageClass(storageClass),
                        RequestBody.fromString("x"));
            }
            client.putObject(
                    put -> put.bucket("data").key("t/d=1/not asked for").storageClass("GLACIER"),
                    RequestBody.fromString("x"));
            List<String> asked =
                    classes.stream().map(name -> "s3a://data/t/d=1/" + name).toList();
            Configuration hadoop = hadoop(server.endpoint());

            Failure.Archived failure =
                    catchThrowableOfType(Failure.Archived.class, () -> ArchivedObjects.requireReadable(asked, hadoop));

            assertThat(failure.exitCode()).isEqualTo(69);
            assertThat(failure).hasMessage("""
                            2 objects that this run needs cannot be read before restored:
                              s3a://data/t/d=1/DEEP_ARCHIVE (DEEP_ARCHIVE)
                              s3a://data/t/d=1/GLACIER (GLACIER)""");
            assertThat(failure.fix()).contains("aws s3api restore-object --bucket data --key 't/d=1/DEEP_ARCHIVE'");
            ArchivedObjects.requireReadable(asked.subList(0, 3), hadoop);
            ArchivedObjects.requireReadable(List.of("/local/file", "file:/other"), hadoop);
        }
    }

    @Test
    void manyFoldersAreListedTogether() {
        try (S3MockServer server = S3MockServer.start().bucket("data");
                S3Client client = S3Clients.of(server.config())) {
            client.putObject(
                    put -> put.bucket("data").key("t/d=107/f").storageClass("GLACIER"), RequestBody.fromString("x"));
            List<String> asked = IntStream.range(0, 300)
                    .mapToObj(i -> "s3a://data/t/d=" + i + "/f")
                    .toList();

            assertThat(ArchivedObjects.among(asked, hadoop(server.endpoint())))
                    .extracting(found -> found.path().key())
                    .containsExactly("t/d=107/f");
        }
    }

    @Test
    void whatIsRestoredCanBeReadAndWhatIsOnItsWayIsSaidToBe() throws IOException {
        System.setProperty("aws.accessKeyId", S3ProxyServer.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", S3ProxyServer.SECRET_KEY);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = LISTING.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            Configuration hadoop =
                    hadoop(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));

            assertThat(ArchivedObjects.among(List.of("s3a://data/t/a", "s3a://data/t/b", "s3a://data/t/c"), hadoop))
                    .extracting(String::valueOf)
                    .containsExactly("s3a://data/t/a (GLACIER)", "s3a://data/t/b (GLACIER, restore in progress)");
        } finally {
            server.stop(0);
        }
    }

    private static Configuration hadoop(URI endpoint) {
        Configuration hadoop = new Configuration();
        S3aSettings.of(RefusingServer.impatient(endpoint), hadoop).forEach(hadoop::set);
        hadoop.set("fs.s3a.connection.request.timeout", "30s");
        hadoop.set("fs.s3a.connection.timeout", "20s");
        return hadoop;
    }
}
