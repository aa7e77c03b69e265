package io.lakeproof.telemetry;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import io.lakeproof.telemetry.otel.OtelTrace;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether a run is traced, by the standard variables of OpenTelemetry (OpenTelemetry Specification, "Environment Variable
 * Specification", and "OpenTelemetry Protocol Exporter"). Unlike the specification has it, nothing is traced unless an exporter or
 * an endpoint is named. No class of OpenTelemetry is loaded before that is known.
 *
 * @param environment variables by name; the system property {@code otel.traces.exporter} goes before {@code OTEL_TRACES_EXPORTER},
 *     as in OpenTelemetry's SDK for Java
 */
public record Tracing(Map<String, String> environment, UnaryOperator<@Nullable String> properties) {
    private static final String EXPORTER = "OTEL_TRACES_EXPORTER";
    private static final List<String> ENDPOINTS =
            List.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT");
    private static final List<String> PROTOCOLS =
            List.of("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL");

    public Tracing {
        environment = Map.copyOf(environment);
    }

    /** Of this process. */
    public static Tracing ofProcess() {
        return new Tracing(System.getenv(), System::getProperty);
    }

    /** Whether a trace is asked for. */
    public boolean isOn() {
        if (value("OTEL_SDK_DISABLED").filter(Boolean::parseBoolean).isPresent()) {
            return false;
        }
        return value(EXPORTER)
                .map(names -> !Arrays.asList(names.split("\\s*,\\s*", -1)).contains("none"))
                .orElseGet(() -> ENDPOINTS.stream().anyMatch(name -> value(name).isPresent()));
    }

    /**
     * Begins the trace of a run, or {@link Trace#NONE}.
     *
     * @param parent given on the command line; that of the environment if it is empty
     * @throws Failure.Configuration if the variables ask for what there is not
     */
    public Trace begin(RunFacts facts, Optional<TraceParent> parent, Clock clock, Redactor redactor) {
        if (!isOn()) {
            return Trace.NONE;
        }
        for (String name : PROTOCOLS) {
            value(name).filter(protocol -> !protocol.equals("http/protobuf")).ifPresent(protocol -> {
                throw new Failure.Configuration(
                        name + " = " + protocol + ": the exporter of Lakeproof speaks http/protobuf alone",
                        "Set " + name + "=http/protobuf, and the endpoint of OTLP over HTTP, by default port 4318.");
            });
        }
        Map<String, String> carrier = new HashMap<>();
        parent.or(() -> TraceParent.in(environment)).ifPresent(given -> carrier.put("traceparent", given.header()));
        Optional.ofNullable(environment.get(TraceParent.STATE_VARIABLE))
                .ifPresent(state -> carrier.put("tracestate", state));
        return OtelTrace.begin(facts.command(), carrier, clock, redactor);
    }

    /** What the caller should know of its own context: a parent that is ignored. */
    public Optional<String> ignored() {
        String given = environment.get(TraceParent.VARIABLE);
        return isOn() && given != null && TraceParent.in(environment).isEmpty()
                ? Optional.of(
                        "TRACEPARENT = " + given + " is malformed and was ignored; the run has a trace of its own")
                : Optional.empty();
    }

    private Optional<String> value(String variable) {
        String property = properties.apply(variable.toLowerCase(Locale.ROOT).replace('_', '.'));
        return Optional.ofNullable(property != null ? property : environment.get(variable))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }
}
