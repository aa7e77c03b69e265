package io.lakeproof.delta;

import io.delta.exceptions.DeltaConcurrentModificationException;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import org.jspecify.annotations.Nullable;

/** What an exception out of Delta means for the run. */
final class DeltaFailures {
    private DeltaFailures() {}

    /** A conflict with another writer becomes {@link Failure.Conflict}; anything else stays what it is. */
    static RuntimeException of(String path, Exception exception) {
        for (@Nullable Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof Failure failure) {
                return failure;
            }
            if (cause instanceof DeltaConcurrentModificationException) {
                return new Failure.Conflict(
                        Retry.SAFE,
                        path + ": another writer committed at the same time: " + firstLine(cause),
                        "Run again: it reads the new version first.",
                        exception);
            }
        }
        return exception instanceof RuntimeException runtime ? runtime : new IllegalStateException(exception);
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
