package io.lakeproof.cli;

import io.lakeproof.cli.CommonOptions.LogFormat;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import io.lakeproof.telemetry.EmfLine;
import io.lakeproof.telemetry.RunResult;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how a run ended, without secrets, before its RESULT line. */
final class Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

    private final PrintStream out;
    private final PrintStream err;
    private final Redactor redactor;
    private final CommonOptions options;

    Reporter(PrintStream out, PrintStream err, Redactor redactor, CommonOptions options) {
        this.out = out;
        this.err = err;
        this.redactor = redactor;
        this.options = options;
    }

    void summary(List<String> lines) {
        lines.forEach(line -> out.println(redactor.text(line)));
    }

    /** The problem and its fix; with a stack trace if that was asked for, or nobody foresaw the error. */
    void error(Throwable error) {
        String problem = "this is a bug; please report it with this stack trace";
        String fix = "";
        if (error instanceof Failure failure) {
            problem = redactor.text(failure.problem());
            fix = redactor.text(failure.fix());
        }
        String trace = options.verbose || fix.isEmpty() ? trace(error) : "";
        if (options.logFormat == LogFormat.JSON) {
            LOG.error("error: {} fix: {} {}", problem, fix, trace);
            return;
        }
        err.println("error: " + problem);
        if (!fix.isEmpty()) {
            err.println("fix:   " + fix);
        }
        err.print(trace);
    }

    /** The metrics, if they are asked for. They never change how a run ends. */
    void metrics(RunResult result, Instant at) {
        if (!options.telemetry.emf()) {
            return;
        }
        String line = EmfLine.of(result, options.telemetry.namespace(), at);
        if (options.telemetry.emfFile().isEmpty()) {
            out.println(line);
            return;
        }
        try {
            append(Path.of(options.telemetry.emfFile().get()), line);
        } catch (IOException | IllegalArgumentException e) {
            warning("the metrics cannot be written (telemetry.emf-file): " + e);
        }
    }

    /** What is wrong and changes nothing of how the run ends. */
    void warning(String text) {
        if (options.logFormat == LogFormat.JSON) {
            LOG.warn("{}", redactor.text(text));
        } else {
            err.println("warning: " + redactor.text(text));
        }
    }

    private static void append(Path file, String line) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private String trace(Throwable error) {
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        return redactor.text(trace.toString());
    }
}
