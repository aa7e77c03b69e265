package io.lakeproof.telemetry.otel;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.StageInfo;
import org.jspecify.annotations.Nullable;

/** The span of one Spark job, and what its stages add up to. */
final class JobSpan {
    private final Span span;
    private long stages;
    private long tasks;
    private long rowsRead;
    private long bytesRead;
    private long rowsWritten;
    private long bytesWritten;
    private long shuffled;
    private long spilled;

    JobSpan(Span span) {
        this.span = span;
    }

    void number(String name, long value) {
        span.setAttribute(name, value);
    }

    void text(String name, String value) {
        if (!value.isEmpty()) {
            span.setAttribute(name, value);
        }
    }

    /** Adds an attempt of a stage. */
    void add(StageInfo stage) {
        stages++;
        tasks += stage.numTasks();
        @Nullable TaskMetrics metrics = stage.taskMetrics();
        if (metrics != null) {
            rowsRead += metrics.inputMetrics().recordsRead();
            bytesRead += metrics.inputMetrics().bytesRead();
            rowsWritten += metrics.outputMetrics().recordsWritten();
            bytesWritten += metrics.outputMetrics().bytesWritten();
            shuffled += metrics.shuffleWriteMetrics().bytesWritten();
            spilled += metrics.diskBytesSpilled();
        }
    }

    /** Ends it; with an error if there was a problem. */
    void end(Instant at, Optional<String> problem) {
        number("spark.job.stages", stages);
        number("spark.job.tasks", tasks);
        number("spark.job.rows.read", rowsRead);
        number("spark.job.bytes.read", bytesRead);
        number("spark.job.rows.written", rowsWritten);
        number("spark.job.bytes.written", bytesWritten);
        number("spark.job.shuffle.bytes", shuffled);
        number("spark.job.spill.bytes", spilled);
        problem.ifPresent(text -> span.setStatus(StatusCode.ERROR, text));
        span.end(at);
    }
}
