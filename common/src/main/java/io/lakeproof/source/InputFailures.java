package io.lakeproof.source;

import io.lakeproof.aws.S3Failures;
import io.lakeproof.error.Failure;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkThrowable;
import org.jspecify.annotations.Nullable;

/** What an exception means that comes out of reading an input; names the input, which not every exception of Spark does. */
public final class InputFailures {
    private InputFailures() {}

    /**
     * Does what reads the run's inputs, and nothing else.
     *
     * @throws Failure.InputMissing if a file ends too early, as one does that is still being written
     * @throws Failure.DataGate if a file is not what its name says, or is damaged
     */
    public static <T> T reading(Supplier<T> action) {
        try {
            return action.get();
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            Optional<Failure> failure = of(e, "");
            if (failure.isPresent()) {
                throw failure.get();
            }
            throw e;
        }
    }

    /**
     * The failure that an exception stands for; empty if it says nothing of the input's content.
     *
     * @param file that was being read, if the exception names none
     */
    static Optional<Failure> of(Exception exception, String file) {
        Optional<Failure> storage = S3Failures.of(exception);
        if (storage.isPresent()) {
            return storage;
        }
        String named = file;
        for (@Nullable Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof Failure || isOfTheConnection(cause)) {
                return Optional.empty();
            }
            if (cause instanceof SparkThrowable spark) {
                named = spark.getMessageParameters().getOrDefault("path", named);
            }
            if (!named.isEmpty() && cause instanceof EOFException) {
                return Optional.of(new Failure.InputMissing(
                        path(named) + " ends too early: it was cut off, or is still being written; none of its rows was"
                                + " taken",
                        "Wait until the file is whole, or replace it, then run again.",
                        exception));
            }
            if (!named.isEmpty() && (cause instanceof IOException || isOfParquet(cause))) {
                return Optional.of(new Failure.DataGate(
                        path(named) + " cannot be read: " + firstLine(cause) + "; none of its rows was taken",
                        "Replace the file by a whole one of the format that source.format and its name say, or take it out of"
                                + " the input, then run again.",
                        exception));
            }
        }
        return Optional.empty();
    }

    /** Says nothing of what the file holds: it is not there, not to be had, or the connection broke. */
    private static boolean isOfTheConnection(Throwable cause) {
        return cause instanceof FileNotFoundException
                || cause instanceof AccessDeniedException
                || cause instanceof AccessControlException
                || cause instanceof InterruptedIOException
                || cause instanceof SocketException
                || String.valueOf(cause.getMessage()).contains("(Permission denied)");
    }

    private static boolean isOfParquet(Throwable cause) {
        return cause.getClass().getName().startsWith("org.apache.parquet.");
    }

    static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    private static String path(String named) {
        return named.startsWith("file:///") ? "file:/" + named.substring("file:///".length()) : named;
    }
}
