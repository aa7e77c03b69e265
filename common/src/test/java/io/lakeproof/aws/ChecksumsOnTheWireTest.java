package io.lakeproof.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.config.S3Config.Checksum;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * What {@code s3.checksum} asks for goes with the object: S3Mock refuses one that is wrong, keeps the one that an upload brings,
 * and makes none itself. The checksums of the content were made with zlib, openssl and a CRC-32C by its definition.
 */
@Tag("long")
class ChecksumsOnTheWireTest {
    private static final String BUCKET = "checksums";
    private static final String CONTENT = "content";

    private static S3MockServer server;
    private static S3Client client;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startServer() {
        server = S3MockServer.start().bucket(BUCKET);
        client = S3Clients.of(server.config());
    }

    @AfterAll
    static void stopServer() {
        client.close();
        server.close();
    }

    /** As the head of the object tells it, and as it must be. */
    private static void requireKept(String key, Checksum checksum, String expected) {
        HeadObjectResponse head =
                client.headObject(request -> request.bucket(BUCKET).key(key).checksumMode(ChecksumMode.ENABLED));
        Optional<String> kept = Optional.ofNullable(
                switch (checksum) {
                    case CRC32 -> head.checksumCRC32();
                    case CRC32C -> head.checksumCRC32C();
                    case SHA1 -> head.checksumSHA1();
                    case SHA256 -> head.checksumSHA256();
                });
        assertThat(kept.orElse("none")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "CRC32, /sUwqQ==",
        "CRC32C, Ya91Mw==",
        "SHA1, BA8G/XdAkkeNRQd09bowxdp4rMg=",
        "SHA256, 7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=",
    })
    void aCommitOfOursBringsIt(Checksum checksum, String expected) {
        String key = checksum + "/_delta_log/0.json";

        assertThat(writes(server.endpoint(), Optional.of(checksum))
                        .create(new S3Path(BUCKET, key), CONTENT.getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        requireKept(key, checksum, expected);
    }

    @Test
    void withoutTheSettingThereIsNone() {
        String key = "none/_delta_log/0.json";

        writes(server.endpoint(), Optional.empty()).create(new S3Path(BUCKET, key), new byte[] {1});
        requireKept(key, Checksum.CRC32, "none");
        requireKept(key, Checksum.SHA256, "none");
    }

    @Test
    void itIsAHeaderOfTheRequest() {
        try (BucketStub stub = new BucketStub(BUCKET)) {
            ConditionalWrites writes = writes(stub.endpoint(), Optional.of(Checksum.CRC32C));
            // The stub knows no conditions, which the probe before the first commit finds out.
            assertThatThrownBy(() -> writes.create(new S3Path(BUCKET, "t/0.json"), new byte[] {1}))
                    .hasMessageContaining("overwrites an object");
            assertThat(stub.headers("PutObject"))
                    .containsEntry("x-amz-checksum-crc32c", "2PyZqQ==")
                    .doesNotContainKey("content-md5");
        }
    }

    @Test
    void anUploadOfS3aBringsIt() throws Exception {
        Path log = folder.resolve("upload.log");
        Process upload = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-Daws.accessKeyId=" + S3ProxyServer.ACCESS_KEY,
                        "-Daws.secretAccessKey=" + S3ProxyServer.SECRET_KEY,
                        "-cp",
                        classPath(),
                        S3aChecksumUpload.class.getName(),
                        server.endpoint().toString(),
                        "CRC32C",
                        "s3a://checksums/hadoop/part-0",
                        CONTENT)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();

        assertThat(upload.waitFor()).as(Files.readString(log)).isZero();
        requireKept("hadoop/part-0", Checksum.CRC32C, "Ya91Mw==");
    }

    /** With the Hadoop that sends checksums in the place of this line's. */
    private static String classPath() throws IOException {
        List<String> entries = new ArrayList<>();
        try (Stream<Path> files =
                Files.list(Path.of(ServerProcess.jar("s3mock.jar")).getParent())) {
            files.filter(file -> file.getFileName().toString().startsWith("hadoop-"))
                    .map(Path::toString)
                    .forEach(entries::add);
        }
        assertThat(entries).hasSize(3);
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !new File(entry).getName().startsWith("hadoop-"))
                .forEach(entries::add);
        return entries.stream().collect(Collectors.joining(File.pathSeparator));
    }

    private static ConditionalWrites writes(URI endpoint, Optional<Checksum> checksum) {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.s3a.endpoint", endpoint.toString());
        hadoop.set("fs.s3a.endpoint.region", "us-east-1");
        hadoop.set("fs.s3a.path.style.access", "true");
        // As S3aSettings has it with a Hadoop that can.
        checksum.ifPresent(name -> hadoop.set("fs.s3a.create.checksum.algorithm", name.name()));
        return ConditionalWrites.to(hadoop, BUCKET);
    }
}
