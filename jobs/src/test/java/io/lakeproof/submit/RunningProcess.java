package io.lakeproof.submit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process whose output goes to two files. */
public final class RunningProcess implements AutoCloseable {
    /** How long anything may take on a busy machine; only a failing test waits so long. */
    static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path out;
    private final Path err;

    private RunningProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts a command.
     *
     * @param output the files {@code output.out} and {@code output.err} are written
     */
    public static RunningProcess start(Path output, Path folder, Map<String, String> environment, List<String> command)
            throws IOException {
        Path out = output.resolveSibling(output.getFileName() + ".out");
        Path err = output.resolveSibling(output.getFileName() + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        return new RunningProcess(builder.start(), out, err);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Waits for the end, and returns the exit code. */
    public int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the end of the process; its output is in %s", err)
                .isTrue();
        return process.exitValue();
    }

    String out() {
        return text(out);
    }

    public String err() {
        return text(err);
    }

    /** The JSON of the RESULT line, once the process has ended. */
    public JsonNode result() throws IOException {
        String last = out().lines().reduce("", (a, b) -> b);
        assertThat(last).as("last line of %s, beside which is %s", out, err).startsWith("RESULT {");
        return JSON.readTree(last.substring("RESULT ".length()));
    }

    /** Waits until something is so, but not longer than this process lives. */
    public void await(String what, BooleanSupplier condition) throws InterruptedException {
        await(what + "; the output is in " + err, () -> condition.getAsBoolean() || !process.isAlive(), PATIENCE);
        assertThat(condition.getAsBoolean())
                .as("%s, before the process ended; its output is in %s", what, err)
                .isTrue();
    }

    static void await(String what, BooleanSupplier condition, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(5);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        handle().descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
