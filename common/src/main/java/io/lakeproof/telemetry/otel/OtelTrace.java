package io.lakeproof.telemetry.otel;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import io.lakeproof.telemetry.RunAttributes;
import io.lakeproof.telemetry.RunResult;
import io.lakeproof.telemetry.Trace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Map.Entry;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/**
 * A trace as spans of OpenTelemetry: one of the run, below it one of each phase, below these one of each Spark job. All times are
 * whole milliseconds, as Spark's are, so that a job never seems to begin before its phase. Used by the thread of the run, that of
 * Spark's listeners, and that of a signal.
 */
public final class OtelTrace implements Trace {
    private final Clock clock;
    private final Redactor redactor;
    private final Sdk sdk;
    private final Tracer tracer;
    private final Span run;

    /** By when they began, in milliseconds. */
    private final NavigableMap<Long, Span> phases = new TreeMap<>();

    private final AtomicLong made = new AtomicLong();
    private @Nullable JobSpans jobs;
    private boolean isEnded;

    private OtelTrace(Sdk sdk, String command, Context parent, Clock clock, Redactor redactor) {
        this.sdk = sdk;
        this.clock = clock;
        this.redactor = redactor;
        this.tracer = sdk.tracer();
        this.run = span("lakeproof " + command, parent, now());
    }

    /**
     * Begins the trace of a run.
     *
     * @param carrier {@code traceparent} and {@code tracestate} of the caller, if there are any
     * @throws Failure.Configuration if OpenTelemetry's variables do not make sense
     */
    public static Trace begin(String command, Map<String, String> carrier, Clock clock, Redactor redactor) {
        TextMapGetter<Map<String, String>> getter = (from, name) -> from == null ? null : from.get(name);
        Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), carrier, getter);
        return new OtelTrace(Sdk.configured(), command, parent, clock, redactor);
    }

    @Override
    public synchronized void phase(String name) {
        if (isEnded) {
            return;
        }
        Instant now = now();
        endPhase(now);
        phases.put(now.toEpochMilli(), span(name, Context.root().with(run), now));
    }

    @Override
    public synchronized void watch(SparkContext spark) {
        if (!isEnded && jobs == null) {
            jobs = new JobSpans(spark, run.getSpanContext().getSpanId(), this::job, redactor);
        }
    }

    @Override
    public Optional<String> end(RunResult result) {
        JobSpans watched;
        synchronized (this) {
            if (isEnded) {
                return Optional.empty();
            }
            isEnded = true;
            watched = jobs;
        }
        Instant now = now();
        if (watched != null) {
            watched.close(now);
        }
        synchronized (this) {
            RunAttributes.of(result).forEach((name, value) -> set(run, name, value));
            Throwable error = result.error();
            if (error != null) {
                failed(error);
            }
            endPhase(now);
            run.end(now);
        }
        return sdk.deliver(made.get());
    }

    private void failed(Throwable error) {
        String problem = redactor.text(error instanceof Failure failure ? failure.problem() : String.valueOf(error));
        String kind = error instanceof Failure failure
                ? failure.kind()
                : error.getClass().getName();
        for (Span span : phases.isEmpty()
                ? new Span[] {run}
                : new Span[] {run, phases.lastEntry().getValue()}) {
            span.setStatus(StatusCode.ERROR, problem);
            span.setAttribute("error.type", kind);
        }
    }

    private void endPhase(Instant now) {
        Entry<Long, Span> last = phases.lastEntry();
        if (last != null) {
            last.getValue().end(now);
        }
    }

    /** Begins the span of a Spark job, in the phase that the run was in. */
    private synchronized Span job(String name, Instant start) {
        Entry<Long, Span> phase = phases.floorEntry(start.toEpochMilli());
        return span(name, Context.root().with(phase == null ? run : phase.getValue()), start);
    }

    private Span span(String name, Context parent, Instant start) {
        Span span = tracer.spanBuilder(name)
                .setParent(parent)
                .setStartTimestamp(start)
                .startSpan();
        if (span.isRecording()) {
            made.incrementAndGet();
        }
        return span;
    }

    private void set(Span span, String name, Object value) {
        if (value instanceof Long number) {
            span.setAttribute(name, number);
        } else {
            span.setAttribute(name, redactor.value(name, String.valueOf(value)));
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
