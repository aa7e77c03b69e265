package io.lakeproof.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

@org.junit.jupiter.api.Tag("long")
class S3ClientsTest {
    @Test
    void whatHadoopWritesOurClientReadsAndTheOtherWayRound() throws Exception {
        try (S3ProxyServer server = S3ProxyServer.start().bucket("data");
                S3Client client = S3Clients.of(server.config());
                FileSystem s3a = s3a(server)) {
            try (FSDataOutputStream out = s3a.create(new Path("s3a://data/by/hadoop"))) {
                out.write("hadoop".getBytes(StandardCharsets.UTF_8));
            }
            client.putObject(request -> request.bucket("data").key("by/us"), RequestBody.fromString("us"));

            assertThat(client.getObjectAsBytes(request -> request.bucket("data").key("by/hadoop"))
                            .asUtf8String())
                    .isEqualTo("hadoop");
            assertThat(s3a.open(new Path("s3a://data/by/us")).readAllBytes())
                    .asString()
                    .isEqualTo("us");
        }
    }

    @Test
    void theProxyRefusesASecondCreation() {
        try (S3ProxyServer server = S3ProxyServer.start().bucket("data");
                S3Client client = S3Clients.of(server.config())) {
            create(client, "first");

            assertThatThrownBy(() -> create(client, "second"))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
        }
    }

    @Test
    void theMockKeepsTags() {
        try (S3MockServer server = S3MockServer.start().bucket("data");
                S3Client client = S3Clients.of(server.config())) {
            client.putObject(
                    request -> request.bucket("data")
                            .key("a")
                            .tagging(Tagging.builder()
                                    .tagSet(Tag.builder()
                                            .key("tier")
                                            .value("hot")
                                            .build())
                                    .build()),
                    RequestBody.fromString("a"));

            assertThat(client.getObjectTagging(request -> request.bucket("data").key("a"))
                            .tagSet())
                    .singleElement()
                    .satisfies(
                            tag -> assertThat(Map.entry(tag.key(), tag.value())).isEqualTo(Map.entry("tier", "hot")));
        }
    }

    private static void create(S3Client client, String text) {
        client.putObject(
                request -> request.bucket("data").key("log/0.json").ifNoneMatch("*"), RequestBody.fromString(text));
    }

    private static FileSystem s3a(S3ProxyServer server) throws Exception {
        Configuration hadoop = new Configuration();
        S3aSettings.of(server.config(), hadoop).forEach(hadoop::set);
        return FileSystem.newInstance(new Path("s3a://data/").toUri(), hadoop);
    }
}
