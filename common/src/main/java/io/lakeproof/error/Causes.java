package io.lakeproof.error;

/** The cause behind an exception of Spark, Delta or Parquet. */
public final class Causes {
    private Causes() {}

    /** Class and first line of the innermost cause. */
    public static String root(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": "
                + String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
