package io.lakeproof.cli;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.S3Config;
import io.lakeproof.config.TelemetryConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.run.Foreign;
import io.lakeproof.run.Sessions;
import io.lakeproof.run.TextFiles;
import io.lakeproof.telemetry.TraceParent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that every command takes. */
final class CommonOptions {
    /** What a line of the log is. */
    enum LogFormat {
        TEXT,
        JSON
    }

    /** Reads {@code --traceparent}. */
    static final class ParentConverter implements ITypeConverter<TraceParent> {
        @Override
        public TraceParent convert(String header) {
            try {
                return new TraceParent(header);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The pipeline's HOCON file, a path or a URI such as s3a://….")
    String config = "";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides one setting, for example dedup.target=/tmp/clean. May be given several times.")
    List<String> sets = new ArrayList<>();

    @Option(
            names = "--run-id",
            paramLabel = "ID",
            description =
                    "Your name for this run, noted in the ledger; it never changes a result. Default: a random one.")
    Optional<String> givenRunId = Optional.empty();

    @Option(
            names = "--result",
            paramLabel = "URI",
            description = "Also write the RESULT JSON to this file, whatever the outcome.")
    Optional<String> result = Optional.empty();

    /** Not picocli's standard mixin, whose {@code --version} clashes with that of commands about a version. */
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    boolean help;

    @Option(names = "--verbose", description = "Log the phases of the run, and stack traces of failures.")
    boolean verbose;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "text: logs as the platform has set them up; json: this process logs lines of JSON to standard error."
                            + " Default: text.")
    LogFormat logFormat = LogFormat.TEXT;

    @Option(
            names = "--traceparent",
            paramLabel = "HEADER",
            converter = ParentConverter.class,
            description =
                    "The span of the caller, as W3C Trace Context writes it, that a traced run belongs to. Default: the"
                            + " environment variable TRACEPARENT.")
    Optional<TraceParent> traceParent = Optional.empty();

    /** Of the configuration, once it is read. */
    private @Nullable S3Config storage;

    /** Of the configuration, once it is read. */
    TelemetryConfig telemetry = TelemetryConfig.OFF;

    private final String randomRunId = UUID.randomUUID().toString();

    String runId() {
        return givenRunId.orElse(randomRunId);
    }

    /** Reads and validates the configuration. */
    PipelineConfig config() {
        PipelineConfig pipeline = ConfigLoader.load(config, text(), sets);
        storage = pipeline.s3();
        return pipeline;
    }

    /** Every setting that counts, with its value and where it was read. */
    List<String> explained() {
        return ConfigLoader.explain(config, text(), sets);
    }

    private String text() {
        try {
            return TextFiles.read(config, hadoop());
        } catch (IOException e) {
            if (Foreign.explained(e) instanceof Failure failure) {
                throw failure;
            }
            throw new Failure.AccessDenied(
                    config + " cannot be read: " + e.getMessage(), "Make the file readable, or mend its path.", e);
        }
    }

    /** For files outside of a run: the configuration itself and the result. */
    Configuration hadoop() {
        S3Config known = storage;
        return Sessions.hadoop(known != null ? known : ConfigLoader.storage(sets));
    }

    /** The value of {@code --result} in a command line that does not parse. */
    static Optional<String> resultIn(String... args) {
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith("--result=")) {
                return Optional.of(args[i].substring("--result=".length()));
            }
            if (args[i].equals("--result") && i + 1 < args.length) {
                return Optional.of(args[i + 1]);
            }
        }
        return Optional.empty();
    }
}
