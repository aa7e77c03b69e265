package io.lakeproof.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                                                        | false",
                "OTEL_TRACES_EXPORTER=otlp                                               | true",
                "OTEL_TRACES_EXPORTER=none                                               | false",
                "OTEL_TRACES_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318     | false",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318                               | true",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4318/v1/traces              | true",
                "OTEL_TRACES_EXPORTER= OTEL_EXPORTER_OTLP_ENDPOINT=                      | false",
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://c:4318                       | false",
                "OTEL_SERVICE_NAME=nightly                                               | false",
                "OTEL_SDK_DISABLED=true OTEL_TRACES_EXPORTER=otlp                        | false",
                "OTEL_SDK_DISABLED=false OTEL_TRACES_EXPORTER=otlp                       | true",
            })
    void isOnIfAnExporterOrAnEndpointOfTracesIsNamed(String variables, boolean expected) {
        assertThat(tracing(variables).isOn()).isEqualTo(expected);
    }

    @Test
    void aSystemPropertyGoesBeforeTheVariable() {
        Tracing off = new Tracing(
                Map.of("OTEL_TRACES_EXPORTER", "otlp"), name -> name.equals("otel.traces.exporter") ? "none" : null);

        assertThat(off.isOn()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"})
    void aProtocolThatTheJarDoesNotSpeakIsNamed(String variable) {
        Tracing grpc = tracing("OTEL_TRACES_EXPORTER=otlp " + variable + "=grpc");

        assertThatThrownBy(() -> begin(grpc))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessage(variable + " = grpc: the exporter of Lakeproof speaks http/protobuf alone");
        assertThat(begin(tracing(variable + "=grpc"))).isSameAs(Trace.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-00",
                "cc-" + TRACE + "-" + SPAN + "-01",
                "cc-" + TRACE + "-" + SPAN + "-01-what-the-future-will-be-like"
            })
    void aTraceparentIsTakenAsItIs(String header) {
        assertThat(new TraceParent(header).header()).isEqualTo(header);
        assertThat(TraceParent.in(Map.of("TRACEPARENT", " " + header + "\n"))).contains(new TraceParent(header));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                TRACE,
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "00-" + TRACE + "-" + SPAN + "-01-",
                "00-" + TRACE + "-" + SPAN + "-1",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "cc-" + TRACE + "-" + SPAN + "-01.more",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "0g-" + TRACE + "-" + SPAN + "-01",
            })
    void aMalformedTraceparentIsRefusedAndInTheEnvironmentIgnored(String header) {
        assertThatThrownBy(() -> new TraceParent(header))
                .hasMessageStartingWith("'" + header + "' is no traceparent of W3C Trace Context");
        Tracing tracing = new Tracing(Map.of("OTEL_TRACES_EXPORTER", "otlp", "TRACEPARENT", header), name -> null);
        assertThat(tracing.ignored())
                .contains("TRACEPARENT = " + header + " is malformed and was ignored; the run has a trace of its own");
        assertThat(new Tracing(Map.of("TRACEPARENT", header), name -> null).ignored())
                .isEmpty();
    }

    private static Trace begin(Tracing tracing) {
        return tracing.begin(new RunFacts("dedup", "r"), Optional.empty(), Clock.systemUTC(), Redactor.byName());
    }

    private static Tracing tracing(String variables) {
        Map<String, String> environment = new java.util.HashMap<>();
        if (variables != null) {
            for (String variable : variables.split(" ", -1)) {
                int equals = variable.indexOf('=');
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return new Tracing(environment, name -> null);
    }
}
