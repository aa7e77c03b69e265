package io.lakeproof.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.aws.S3ProxyServer;
import io.lakeproof.aws.S3aSettings;
import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Writers;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class ConditionalLogStoreTest {
    private static S3ProxyServer server;
    private static Configuration hadoop;

    @TempDir
    private java.nio.file.Path folder;

    @BeforeAll
    static void startServer() {
        server = S3ProxyServer.start().bucket("commits");
        hadoop = hadoop(server.config());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    static Configuration hadoop(S3Config config) {
        Configuration settings = new Configuration();
        S3aSettings.of(config, settings).forEach(settings::set);
        return settings;
    }

    @Test
    void writesTheLinesAndReadsThemBack() throws IOException {
        Path commit = new Path("s3a://commits/lines/_delta_log/00000000000000000000.json");

        write(commit, false, "{\"a\":1}", "{\"b\":\"\u00fc\"}");

        assertThat(text(commit)).isEqualTo("{\"a\":1}\n{\"b\":\"\u00fc\"}\n");
        assertThat(new ConditionalLogStore(hadoop).isPartialWriteVisible(commit, hadoop))
                .isFalse();
    }

    @Test
    void refusesANameThatIsTaken() throws IOException {
        Path commit = new Path("s3a://commits/taken/_delta_log/00000000000000000000.json");
        write(commit, false, "first");

        assertThatThrownBy(() -> write(commit, false, "second"))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(commit.toString());

        assertThat(text(commit)).isEqualTo("first\n");
    }

    /** As after a request whose answer was lost, and which was sent again. */
    @Test
    void takesAnObjectThatHoldsTheSameForItsOwn() throws IOException {
        Path commit = new Path("s3a://commits/lost/_delta_log/00000000000000000000.json");
        write(commit, false, "first");

        write(commit, false, "first");

        assertThat(text(commit)).isEqualTo("first\n");
    }

    @Test
    void overwritesWhenToldTo() throws IOException {
        Path pointer = new Path("s3a://commits/pointer/_delta_log/_last_checkpoint");
        write(pointer, true, "first");

        write(pointer, true, "second");

        assertThat(text(pointer)).isEqualTo("second\n");
    }

    @Test
    void withASingleWriterItIsDeltasOwn() throws IOException {
        S3Config config = server.config();
        Configuration single = hadoop(new S3Config(config.place(), config.writes(), config.patience(), Writers.SINGLE));
        Path commit = new Path("s3a://commits/single/_delta_log/00000000000000000000.json");
        ConditionalLogStore store = new ConditionalLogStore(single);
        store.write(commit, List.of("first").iterator(), false, single);

        assertThatThrownBy(() -> store.write(commit, List.of("first").iterator(), false, single))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void letsOneOfTwoProcessesWinEachVersion() throws Exception {
        List<String> names = List.of("left", "right");
        List<Process> racers = new ArrayList<>();
        try {
            for (String name : names) {
                racers.add(racer(name));
            }
            for (int i = 0; i < names.size(); i++) {
                awaitReady(names.get(i), racers.get(i));
            }
            Files.createFile(folder.resolve("go"));
            for (Process racer : racers) {
                assertThat(racer.waitFor(120, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            racers.forEach(Process::destroyForcibly);
        }

        Map<Integer, String> winners = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            assertThat(racers.get(i).exitValue()).as(output(names.get(i))).isZero();
            for (String version : Files.readAllLines(folder.resolve(names.get(i) + ".won"))) {
                assertThat(winners.put(Integer.valueOf(version), names.get(i)))
                        .as("winner of %s", version)
                        .isNull();
            }
        }
        assertThat(winners).hasSize(ConditionalLogStoreRacer.VERSIONS);
        for (Map.Entry<Integer, String> won : winners.entrySet()) {
            assertThat(text(ConditionalLogStoreRacer.commit(won.getKey())).lines())
                    .as("version %d", won.getKey())
                    .containsExactlyElementsOf(
                            ConditionalLogStoreRacer.lines(won.getValue()).toList());
        }
        assertThat(winners.values()).as("both were in the race").contains("left", "right");
    }

    private Process racer(String name) throws IOException {
        return new ProcessBuilder(
                        java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-Daws.accessKeyId=" + S3ProxyServer.ACCESS_KEY,
                        "-Daws.secretAccessKey=" + S3ProxyServer.SECRET_KEY,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ConditionalLogStoreRacer.class.getName(),
                        server.endpoint().toString(),
                        folder.toString(),
                        name)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(folder.resolve(name + ".out").toFile()))
                .start();
    }

    private void awaitReady(String name, Process racer) throws InterruptedException, IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!Files.exists(folder.resolve(name + ".ready"))) {
            if (!racer.isAlive() || System.nanoTime() - deadline > 0) {
                throw new AssertionError(name + " does not start: " + output(name));
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private String output(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".out"));
    }

    private static void write(Path path, boolean overwrite, String... lines) throws IOException {
        new ConditionalLogStore(hadoop).write(path, List.of(lines).iterator(), overwrite, hadoop);
    }

    private static String text(Path path) throws IOException {
        try (FileSystem fs = FileSystem.newInstance(path.toUri(), hadoop)) {
            return new String(fs.open(path).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
