package io.lakeproof.run;

import io.lakeproof.aws.S3Failures;
import io.lakeproof.error.Failure;
import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.jspecify.annotations.Nullable;

/** Tells what an exception of Spark, Hadoop or the file system means; what nobody foresaw stays what it is. */
public final class Foreign {
    private Foreign() {}

    /** The failure that an exception stands for, or the exception itself: a bug. */
    public static Throwable explained(Throwable thrown) {
        Optional<Failure> storage = S3Failures.of(thrown);
        if (storage.isPresent()) {
            return storage.get();
        }
        for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            Optional<Failure> failure = failure(cause, thrown);
            if (failure.isPresent()) {
                return failure.get();
            }
        }
        return thrown;
    }

    private static Optional<Failure> failure(Throwable cause, Throwable thrown) {
        if (cause instanceof Failure failure) {
            return Optional.of(failure);
        }
        String message = firstLine(cause);
        if (cause instanceof AccessDeniedException
                || cause instanceof AccessControlException
                || message.contains("(Permission denied)")) {
            return Optional.of(new Failure.AccessDenied(
                    "access denied: " + message, "Grant the job the right to read or write there.", thrown));
        }
        if (cause instanceof FileNotFoundException) {
            return Optional.of(new Failure.InputMissing(
                    "a file is missing: " + message,
                    "Restore the file or take it out of the input, then run again.",
                    thrown));
        }
        if (cause instanceof AnalysisException) {
            return Optional.of(new Failure.Configuration(
                    "Spark refuses the query: " + message,
                    "Mend the column, expression or type that the message names.",
                    thrown));
        }
        if (cause instanceof SparkThrowable spark && isDataException(spark)) {
            return Optional.of(new Failure.DataGate(
                    "an SQL expression of the configuration failed on a row: " + message,
                    "Make the expression take every value, for example with try_cast, so that a bad value becomes null and"
                            + " a quality rule can refuse it.",
                    thrown));
        }
        return Optional.empty();
    }

    /** SQL states of class 22 are data exceptions (ISO/IEC 9075): a cast, an overflow, a division by zero. */
    private static boolean isDataException(SparkThrowable thrown) {
        String state = thrown.getSqlState();
        return state != null && state.toUpperCase(Locale.ROOT).startsWith("22");
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
