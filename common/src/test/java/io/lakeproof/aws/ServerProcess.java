package io.lakeproof.aws;

import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.s3.S3Client;

/** A server in a JVM of its own, on a free port of the loopback interface; it ends with this JVM at the latest. */
abstract class ServerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final URI endpoint;
    private final Path log;
    private final Thread atExit;

    /** What comes behind {@code java}, on a port. */
    interface Command {
        List<String> on(int port) throws IOException;
    }

    ServerProcess(String name, Command command) {
        try {
            int port = freePort();
            this.endpoint = URI.create("http://127.0.0.1:" + port);
            this.log = Files.createTempFile(name + "-", ".log");
            List<String> line = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC"));
            line.addAll(command.on(port));
            this.process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
        awaitAnswer();
    }

    /** Where it listens, {@code http://127.0.0.1:<port>}. */
    public final URI endpoint() {
        return endpoint;
    }

    /** Settings that reach it. */
    public final S3Config config() {
        return new S3Config(
                new Place(Optional.of("us-east-1"), Optional.of(endpoint), true),
                S3Config.DEFAULT.writes(),
                S3Config.DEFAULT.patience(),
                S3Config.DEFAULT.writers());
    }

    /** Makes a bucket; returns this. */
    public ServerProcess bucket(String name) {
        try (S3Client client = S3Clients.of(config())) {
            client.createBucket(request -> request.bucket(name));
        }
        return this;
    }

    /** Stops the server; what it holds is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    /** The jar that the build has copied. */
    static String jar(String name) {
        Path jar = Path.of(System.getProperty("lakeproof.root"), "common", "target", "s3-servers", name);
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing: build common/ with Maven first");
        }
        return jar.toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitAnswer() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            if (answers()) {
                return;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        close();
        throw new IllegalStateException(endpoint + " does not answer; its output is in " + log);
    }

    private boolean answers() {
        try {
            HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            return connection.getResponseCode() > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
