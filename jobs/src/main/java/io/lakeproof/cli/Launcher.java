package io.lakeproof.cli;

import io.lakeproof.aws.CreationTagSettings;
import io.lakeproof.aws.StorageAccess;
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
import io.lakeproof.telemetry.Trace;
import io.lakeproof.telemetry.Tracing;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
    private final Tracing tracing = Tracing.ofProcess();
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
        RunFacts facts = new RunFacts(command, options.runId()).redactor(redactor);
        facts.trace(trace(facts, options));
        Ending ending = new Ending();
        Thread onSignal = new Thread(() ->
                ending.bySignal(() -> end(facts.failed(new Failure.Cancelled(), millisSince(start)), options)));
        Runtime.getRuntime().addShutdownHook(onSignal);
        RunResult result = result(facts, options, job, start);
        int code = ending.byJob(() -> {
            // A signal stops Spark too, and the job then fails of that.
            boolean cancelled = result.error() != null && isStopping();
            return end(cancelled ? facts.failed(new Failure.Cancelled(), result.durationMs()) : result, options);
        });
        takeOff(onSignal);
        return code;
    }

    /** What is wrong with the tracing of a run is said, and is no reason not to run. */
    private Trace trace(RunFacts facts, CommonOptions options) {
        Reporter reporter = new Reporter(out, err, redactor, options);
        try {
            if (options.traceParent.isEmpty()) {
                tracing.ignored().ifPresent(reporter::warning);
            }
            return tracing.begin(facts, options.traceParent, clock, redactor);
        } catch (Failure.Configuration e) {
            reporter.warning("the run is not traced: " + e.problem() + " " + e.fix());
            return Trace.NONE;
        }
    }

    private RunResult result(RunFacts facts, CommonOptions options, Job job, Instant start) {
        try {
            Outcome outcome = job.run(facts, config(facts, options));
            return facts.succeeded(outcome, millisSince(start));
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            return facts.failed(Foreign.explained(e), millisSince(start));
        }
    }

    private static void takeOff(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is on its way down, and the hook has done its part.
        }
    }

    /** Whether the JVM is on its way down: it then takes no hook. */
    private static boolean isStopping() {
        Thread probe = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /**
     * A context whose session is pinned to the zone of the pipeline and reaches object storage as it says, once the storage has
     * answered.
     */
    RunContext context(RunFacts facts, PipelineConfig pipeline, boolean dryRun) {
        facts.trace().phase("connect");
        StoragePaths paths = StoragePaths.of(facts.command(), pipeline);
        StorageAccess.require(paths.all(), Sessions.hadoop(pipeline.s3()));
        RunContext context = offline(facts, pipeline, dryRun);
        if (paths.commits() && !dryRun) {
            Sessions.requireSafeWriters(context.spark(), pipeline.s3());
        }
        return context;
    }

    /** The same, without a question to the storage. */
    RunContext offline(RunFacts facts, PipelineConfig pipeline, boolean dryRun) {
        RunContext context = new RunContext(
                Sessions.forRun(sessions.open(), pipeline.zone(), pipeline.s3()), clock, facts.runId(), dryRun, facts);
        facts.trace().watch(context.spark().sparkContext());
        LocalDate today = LocalDate.ofInstant(clock.instant(), pipeline.zone());
        CreationTagSettings.of(pipeline, today, context.hadoop())
                .forEach((key, value) -> context.spark().conf().set(key, value));
        return context;
    }

    private PipelineConfig config(RunFacts facts, CommonOptions options) {
        facts.trace().phase("configure");
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
        RunResult written = write(result, options);
        reporter.metrics(written, clock.instant());
        out.println("RESULT " + written.json(redactor));
        out.flush();
        result.facts().trace().end(written).ifPresent(reporter::warning);
        return written.exitCode();
    }

    private RunResult write(RunResult result, CommonOptions options) {
        Optional<String> uri = options.result;
        if (uri.isEmpty()) {
            return result;
        }
        try {
            TextFiles.write(uri.get(), result.json(redactor) + "\n", options.hadoop());
            return result;
        } catch (IOException | IllegalArgumentException | Failure e) {
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
