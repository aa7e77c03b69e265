package io.lakeproof.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkLogStoreTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 50;
    private static final Configuration HADOOP = new Configuration();

    @TempDir
    private Path folder;

    private final LinkLogStore store = new LinkLogStore(HADOOP);

    @Test
    void writesTheLinesAndMakesTheFolder() throws IOException {
        Path target = folder.resolve("table/_delta_log/00000000000000000000.json");

        write(target, false, "{\"a\":1}", "{\"b\":\"\u00fc\"}");

        assertThat(target).hasContent("{\"a\":1}\n{\"b\":\"\u00fc\"}\n");
        assertThat(names(target.getParent())).containsExactly("00000000000000000000.json");
    }

    @Test
    void writesAFileThatOthersMayReadAsTheyMayAnyOther() throws IOException {
        Path target = folder.resolve("0.json");
        Path ordinary = Files.writeString(folder.resolve("ordinary"), "");

        write(target, false, "a");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo(PosixFilePermissions.toString(Files.getPosixFilePermissions(ordinary)));
    }

    @Test
    void refusesANameThatIsTaken() throws IOException {
        Path target = folder.resolve("0.json");
        write(target, false, "first");

        assertThatThrownBy(() -> write(target, false, "second"))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(target.toString());

        assertThat(target).hasContent("first\n");
        assertThat(names(folder)).containsExactly("0.json");
    }

    @Test
    void overwritesWhenToldTo() throws IOException {
        Path target = folder.resolve("_last_checkpoint");
        write(target, true, "first");

        write(target, true, "second");

        assertThat(target).hasContent("second\n");
        assertThat(names(folder)).noneMatch(name -> name.endsWith(".tmp"));
    }

    @Test
    void leavesNothingBehindWhenTheActionsFail() {
        Path target = folder.resolve("0.json");
        Iterator<String> failing = Stream.of("a", "b")
                .map(line -> {
                    if (line.equals("b")) {
                        throw new IllegalStateException("no more");
                    }
                    return line;
                })
                .iterator();

        assertThatThrownBy(() -> store.write(hadoop(target), failing, false, HADOOP))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no more");

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void letsOneOfManyThreadsWin() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        CyclicBarrier start = new CyclicBarrier(THREADS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Path target = folder.resolve(round + ".json");
                List<Future<String>> outcomes = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    String line = "thread " + thread;
                    outcomes.add(threads.submit(() -> {
                        start.await();
                        return outcome(target, line);
                    }));
                }
                Map<String, Integer> counted = new TreeMap<>();
                for (Future<String> outcome : outcomes) {
                    counted.merge(outcome.get(), 1, Integer::sum);
                }
                String winner = Files.readString(target).strip();

                assertThat(counted)
                        .as("round %d", round)
                        .isEqualTo(Map.of(winner, 1, FileAlreadyExistsException.class.getName(), THREADS - 1));
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(names(folder)).isEqualTo(files(ROUNDS));
    }

    @Test
    void letsOneOfTwoProcessesWin() throws Exception {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Process left = racer(shared, "left");
        Process right = racer(shared, "right");
        try {
            awaitReady("left", left);
            awaitReady("right", right);
            Files.createFile(folder.resolve("go"));
            assertThat(left.waitFor(60, TimeUnit.SECONDS)).as("left ends").isTrue();
            assertThat(right.waitFor(60, TimeUnit.SECONDS)).as("right ends").isTrue();
        } finally {
            left.destroyForcibly();
            right.destroyForcibly();
        }

        assertThat(left.exitValue())
                .as(Files.readString(folder.resolve("left.err")))
                .isZero();
        assertThat(right.exitValue())
                .as(Files.readString(folder.resolve("right.err")))
                .isZero();
        Map<String, String> winners = new TreeMap<>();
        for (String racer : List.of("left", "right")) {
            for (String file : Files.readAllLines(folder.resolve(racer + ".won"))) {
                assertThat(winners.put(file, racer)).as("winner of %s", file).isNull();
            }
        }
        assertThat(names(shared)).isEqualTo(files(LinkLogStoreRacer.FILES));
        assertThat(winners.keySet()).containsExactlyElementsOf(files(LinkLogStoreRacer.FILES));
        for (Map.Entry<String, String> won : winners.entrySet()) {
            assertThat(Files.readAllLines(shared.resolve(won.getKey())))
                    .as("content of %s", won.getKey())
                    .isEqualTo(LinkLogStoreRacer.lines(won.getValue()));
        }
    }

    private Process racer(Path shared, String name) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LinkLogStoreRacer.class.getName(),
                        shared.toString(),
                        name)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(Redirect.to(folder.resolve(name + ".err").toFile()))
                .start();
    }

    private void awaitReady(String name, Process racer) throws InterruptedException, IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(folder.resolve(name + ".ready"))) {
            if (!racer.isAlive() || System.nanoTime() - deadline > 0) {
                throw new AssertionError(name + " does not start: " + Files.readString(folder.resolve(name + ".err")));
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private String outcome(Path target, String line) {
        try {
            write(target, false, line);
            return line;
        } catch (IOException e) {
            return e.getClass().getName();
        }
    }

    private void write(Path target, Boolean overwrite, String... lines) throws IOException {
        store.write(hadoop(target), List.of(lines).iterator(), overwrite, HADOOP);
    }

    private static org.apache.hadoop.fs.Path hadoop(Path path) {
        return new org.apache.hadoop.fs.Path(path.toUri());
    }

    private static List<String> files(int count) {
        return IntStream.range(0, count).mapToObj(i -> i + ".json").sorted().toList();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
