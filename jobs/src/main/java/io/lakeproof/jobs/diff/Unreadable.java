package io.lakeproof.jobs.diff;

import io.lakeproof.error.Failure;
import io.lakeproof.run.Foreign;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Tells that an exception is about a data file that cannot be read. */
final class Unreadable {
    private Unreadable() {}

    /** The failure that an exception stands for, or the exception itself. */
    static Throwable explained(Throwable thrown) {
        Throwable explained = Foreign.explained(thrown);
        if (explained instanceof Failure) {
            return explained;
        }
        for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException
                    || cause.getClass().getName().startsWith("org.apache.parquet.")
                    || String.valueOf(cause.getMessage()).contains("is not a Parquet file")) {
                return new Failure.Integrity(
                        "a data file cannot be read: "
                                + String.valueOf(cause.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""),
                        "Run `lakeproof verify` on both sides: it names the partition. Restore the file from a backup.",
                        thrown);
            }
        }
        return thrown;
    }
}
