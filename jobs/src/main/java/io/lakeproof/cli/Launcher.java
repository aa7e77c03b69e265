package io.lakeproof.cli;

import io.lakeproof.cli.CommonOptions.LogFormat;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.Foreign;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import io.lakeproof.run.TextFiles;
import io.lakeproof.telemetry.RunFacts;
import io.lakeproof.telemetry.RunResult;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs one command line and returns its exit code. Every outcome, a wrong command line included, ends with a RESULT line on
 * standard output; only {@code --help} and {@code --version}, which run nothing, do not.
 */
final class Launcher {
    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock;
    private final SessionSource sessions;
    private Redactor redactor = Redactor.byName();

    Launcher(PrintStream out, PrintStream err, Clock clock, SessionSource sessions) {
        this.out = out;
        this.err = err;
        this.clock = clock;
        this.sessions = sessions;
    }

    int run(String... args) {
        redactor = Redactor.of(System.getenv(), List.of(args));
        CommandLine line = new CommandLine(RootCommand.class, new CommandFactory(this))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, all) -> misused(e, all));
        try (sessions) {
            return line.execute(args);
        }
    }

    /** Runs a job in a session of its own, and says how it ended. */
    int run(String command, CommonOptions options, Job job) {
        Instant start = clock.instant();
        if (options.logFormat == LogFormat.JSON) {
            JsonLog.start(options.runId());
        }
        RunFacts facts = new RunFacts(command, options.runId());
        AtomicBoolean ended = new AtomicBoolean();
        Thread onSignal = new Thread(() -> {
            if (ended.compareAndSet(false, true)) {
                end(facts.failed(new Failure.Cancelled(), millisSince(start)), options);
            }
        });
        Runtime.getRuntime().addShutdownHook(onSignal);
        RunResult result;
        try {
            Outcome outcome = job.run(facts, config(facts, options));
            result = facts.succeeded(outcome, millisSince(start));
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            result = facts.failed(Foreign.explained(e), millisSince(start));
        }
        if (!ended.compareAndSet(false, true)) {
            return Failure.CANCELLED;
        }
        Runtime.getRuntime().removeShutdownHook(onSignal);
        return end(result, options);
    }

    /** A context whose session is pinned to the zone of the pipeline. */
    RunContext context(RunFacts facts, java.time.ZoneId zone, boolean dryRun) {
        return new RunContext(Sessions.forRun(sessions.open(), zone), clock, facts.runId(), dryRun, facts);
    }

    private PipelineConfig config(RunFacts facts, CommonOptions options) {
        PipelineConfig pipeline = options.config();
        facts.pipeline(pipeline.name());
        options.telemetry = pipeline.telemetry();
        return pipeline;
    }

    private int end(RunResult result, CommonOptions options) {
        Reporter reporter = new Reporter(out, err, redactor, options);
        reporter.summary(result.facts().summary());
        Throwable error = result.error();
        if (error != null) {
            reporter.error(error);
        }
        if (error == null) {
            out.println(String.format(
                    Locale.ROOT,
                    "%-12s in %.1f s",
                    result.outcome().name().toLowerCase(Locale.ROOT),
                    result.durationMs() / 1000.0));
        }
        RunResult written = write(result, options.result);
        reporter.metrics(written, clock.instant());
        out.println("RESULT " + written.json(redactor));
        out.flush();
        return written.exitCode();
    }

    private RunResult write(RunResult result, Optional<String> uri) {
        if (uri.isEmpty()) {
            return result;
        }
        try {
            TextFiles.write(uri.get(), result.json(redactor) + "\n", new Configuration());
            return result;
        } catch (IOException | IllegalArgumentException e) {
            String fix = "Name a place that the job may write; running again replays.";
            err.println(redactor.text("error: the result cannot be written to " + uri.get() + ": " + e.getMessage()));
            err.println("fix:   " + fix);
            return result.error() != null
                    ? result
                    : result.facts()
                            .failed(
                                    new Failure.AccessDenied(
                                            "the run ended as " + result.outcome() + ", but --result " + uri.get()
                                                    + " cannot be written: " + e.getMessage(),
                                            fix,
                                            e),
                                    result.durationMs());
        }
    }

    private int misused(ParameterException e, String[] args) {
        List<String> suggestions =
                e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        String path = e.getCommandLine().getCommandSpec().qualifiedName();
        Failure usage = new Failure.Usage(
                String.valueOf(e.getMessage()),
                (suggestions.isEmpty() ? "" : "Did you mean " + String.join(" or ", suggestions) + "? ") + "`" + path
                        + " --help` lists what there is.");
        String command = path.startsWith("lakeproof ") ? path.substring("lakeproof ".length()) : path;
        CommonOptions options = new CommonOptions();
        options.result = CommonOptions.resultIn(args);
        return end(new RunFacts(command, options.runId()).failed(usage, 0), options);
    }

    private long millisSince(Instant start) {
        return Duration.between(start, clock.instant()).toMillis();
    }
}
