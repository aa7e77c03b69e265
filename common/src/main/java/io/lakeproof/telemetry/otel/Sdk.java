package io.lakeproof.telemetry.otel;

import io.lakeproof.error.Failure;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** OpenTelemetry's SDK as its standard variables configure it, for traces alone; not the global one, which may be the platform's. */
final class Sdk {
    /** How long a run waits at its end for a collector; docs/telemetry.md names it. */
    private static final long PATIENCE_SECONDS = 5;

    private static final String NAME = "lakeproof";
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");

    private final OpenTelemetrySdk sdk;
    private final Delivery delivery;

    private Sdk(OpenTelemetrySdk sdk, Delivery delivery) {
        this.sdk = sdk;
        this.delivery = delivery;
    }

    /** @throws Failure.Configuration with what OpenTelemetry says of its variables */
    static Sdk configured() {
        Delivery delivery = new Delivery();
        try {
            OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .addPropertiesSupplier(() -> Map.of("otel.exporter.otlp.protocol", "http/protobuf"))
                    .addPropertiesCustomizer(
                            settings -> Map.of("otel.metrics.exporter", "none", "otel.logs.exporter", "none"))
                    .addResourceCustomizer((resource, settings) -> named(resource))
                    .addSpanExporterCustomizer((exporter, settings) -> delivery.through(exporter))
                    .build()
                    .getOpenTelemetrySdk();
            return new Sdk(sdk, delivery);
        } catch (RuntimeException e) {
            throw new Failure.Configuration(
                    "OpenTelemetry cannot be set up: " + e.getMessage(),
                    "Mend the OTEL_ variable that it names, or set OTEL_SDK_DISABLED=true.",
                    e);
        }
    }

    private static Resource named(Resource resource) {
        String service = resource.getAttribute(SERVICE);
        boolean isNamed = service != null && !service.startsWith("unknown_service");
        return isNamed ? resource : resource.toBuilder().put(SERVICE, NAME).build();
    }

    Tracer tracer() {
        return sdk.getTracer("io.lakeproof");
    }

    /** Sends what is left, and ends; says what is missing of so many spans. */
    Optional<String> deliver(long made) {
        boolean isDone = sdk.getSdkTracerProvider()
                .shutdown()
                .join(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .isDone();
        return delivery.missing(made, isDone);
    }
}
