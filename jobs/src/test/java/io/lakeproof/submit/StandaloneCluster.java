package io.lakeproof.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A standalone cluster of Spark on the loopback: a master and workers, each in a JVM of its own, from the jars that Maven
 * resolved for the tests. There is no download of Spark: a folder with {@code jars/} and an empty {@code RELEASE} is one, and
 * {@code bin/spark-submit} in it does what Spark's own does.
 */
final class StandaloneCluster implements AutoCloseable {
    /** What Lakeproof's jar brings, or what only tests need: a platform has none of it. */
    private static final Pattern NOT_OF_A_PLATFORM = Pattern.compile(
            "(lakeproof|config-\\d|picocli|commons-csv|openlineage|spark-testing-base|scalatest|scalacheck"
                    + "|scalactic|junit|assertj|archunit|json-schema|jsonata|opentelemetry|opentest4j|apiguardian|surefire|failsafe).*");

    private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");

    /** What an administrator would set: small executors, few partitions, quick starts. */
    private static final String DEFAULTS = """
        spark.driver.memory                           640m
        spark.driver.host                             127.0.0.1
        spark.driver.extraJavaOptions                 -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
        spark.executor.memory                         512m
        spark.executor.cores                          1
        spark.executor.extraJavaOptions               -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
        spark.cores.max                               2
        spark.ui.enabled                              false
        spark.sql.shuffle.partitions                  4
        spark.databricks.delta.snapshotPartitions     1
        """;

    private static final String SPARK_SUBMIT = """
        #!/usr/bin/env bash
        # Spark's launcher prints an empty line and then the command, each part ended by a zero byte.
        java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
        command=()
        while IFS= read -r -d '' part; do command+=("$part"); done < <(
          "$java" -Xmx128m -XX:TieredStopAtLevel=1 -cp "$SPARK_HOME/jars/*" \\
            org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit "$@" | tail -n +2)
        exec "${command[@]}"
        """;

    private final Path folder;
    private final Path home;
    private final List<RunningProcess> workers = new ArrayList<>();
    private final RunningProcess master;
    private final String address;
    private final Thread atExit = new Thread(this::end);

    private StandaloneCluster(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.home = installation(folder.resolve("spark"));
        Runtime.getRuntime().addShutdownHook(atExit);
        this.master = daemon(
                "master",
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--webui-port",
                "0");
        master.await("the master's address", () -> MASTER.matcher(master.err()).find());
        Matcher found = MASTER.matcher(master.err());
        assertThat(found.find()).isTrue();
        this.address = found.group(1);
    }

    static StandaloneCluster start(Path folder, int workers) throws IOException, InterruptedException {
        StandaloneCluster cluster = new StandaloneCluster(folder);
        for (int i = 0; i < workers; i++) {
            cluster.addWorker();
        }
        cluster.master.await("the workers", () -> cluster.registered() == workers);
        return cluster;
    }

    /** Starts one more worker, of two cores. */
    void addWorker() throws IOException {
        String name = "worker-" + workers.size();
        workers.add(daemon(
                name,
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--webui-port",
                "0",
                "--cores",
                "2",
                "--memory",
                "3g",
                "--work-dir",
                folder.resolve(name).toString(),
                address));
    }

    /** The environment in which somebody works who has installed Spark. */
    Map<String, String> environment() {
        return Map.of(
                "SPARK_HOME",
                home.toString(),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "SPARK_SCALA_VERSION",
                scalaVersion(),
                "SPARK_LOCAL_IP",
                "127.0.0.1",
                "LAKEPROOF_SPARK",
                System.getProperty("lakeproof.spark.line"));
    }

    /** The URL of the master. */
    String master() {
        return address;
    }

    String masterLog() {
        return master.err();
    }

    /** The living executors and drivers of the workers. */
    List<ProcessHandle> children() {
        return workers.stream()
                .map(RunningProcess::handle)
                .flatMap(ProcessHandle::children)
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    /** Takes a machine away: kills a worker that runs something, with all that it runs. */
    void killAWorkerThatWorks() {
        RunningProcess worker = workers.stream()
                .filter(each -> each.handle().children().findAny().isPresent())
                .findFirst()
                .orElseThrow();
        List<ProcessHandle> running = worker.handle().descendants().toList();
        worker.kill();
        running.forEach(ProcessHandle::destroyForcibly);
    }

    /** The files that map tasks have written for a shuffle, in the folders of all executors. */
    Set<Path> shuffleFiles() {
        try (Stream<Path> files = Files.walk(folder.resolve("local"))) {
            return files.filter(file -> file.getFileName().toString().matches("shuffle_.*\\.data"))
                    .collect(Collectors.toSet());
        } catch (IOException | UncheckedIOException e) {
            return Set.of(); // executors delete files while we look
        }
    }

    private long registered() {
        return Pattern.compile("Registering worker")
                .matcher(master.err())
                .results()
                .count();
    }

    private RunningProcess daemon(String name, String mainClass, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dspark.master.rest.enabled=false",
                "-Dspark.local.dir=" + Files.createDirectories(folder.resolve("local"))));
        command.addAll(List.of(System.getProperty("lakeproof.spark.jvm.options").split(" ", -1)));
        command.addAll(List.of("-cp", home + "/jars/*", mainClass));
        command.addAll(List.of(arguments));
        return RunningProcess.start(folder.resolve(name), folder, environment(), command);
    }

    private static Path installation(Path home) throws IOException {
        Path jars = Files.createDirectories(home.resolve("jars"));
        String classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : classpath.split(File.pathSeparator, -1)) {
            Path file = Path.of(entry).toAbsolutePath();
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(".jar") && !NOT_OF_A_PLATFORM.matcher(name).matches()) {
                Files.createSymbolicLink(jars.resolve(name), file);
            }
        }
        Files.createFile(home.resolve("RELEASE"));
        Files.writeString(Files.createDirectories(home.resolve("conf")).resolve("spark-defaults.conf"), DEFAULTS);
        Path submit = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
        Files.writeString(submit, SPARK_SUBMIT);
        assertThat(submit.toFile().setExecutable(true)).isTrue();
        return home;
    }

    private static String scalaVersion() {
        String full = scala.util.Properties$.MODULE$.versionNumberString();
        return full.substring(0, full.lastIndexOf('.'));
    }

    @Override
    public void close() throws IOException {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
        // JUnit warns of every link that it finds in a temporary folder.
        try (Stream<Path> links = Files.list(home.resolve("jars"))) {
            for (Path link : links.toList()) {
                Files.delete(link);
            }
        }
    }

    private void end() {
        workers.forEach(RunningProcess::close);
        if (master != null) {
            master.close();
        }
    }
}
