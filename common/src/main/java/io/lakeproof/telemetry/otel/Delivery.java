package io.lakeproof.telemetry.otel;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the spans that a collector took. */
final class Delivery {
    private final AtomicLong taken = new AtomicLong();

    /** The same exporter, counted. */
    SpanExporter through(SpanExporter exporter) {
        return new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> spans) {
                CompletableResultCode result = exporter.export(spans);
                result.whenComplete(() -> {
                    if (result.isSuccess()) {
                        taken.addAndGet(spans.size());
                    }
                });
                return result;
            }

            @Override
            public CompletableResultCode flush() {
                return exporter.flush();
            }

            @Override
            public CompletableResultCode shutdown() {
                return exporter.shutdown();
            }
        };
    }

    /**
     * What is missing, in words.
     *
     * @param made spans that were to be sent; some may have found no room in the queue
     */
    Optional<String> missing(long made, boolean isDone) {
        long lost = made - taken.get();
        if (lost == 0 && isDone) {
            return Optional.empty();
        }
        return Optional.of("the trace was not delivered whole: " + lost + " of " + made
                + " spans were not taken by the collector" + (isDone ? "" : " in time"));
    }
}
