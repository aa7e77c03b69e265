package io.lakeproof.posture;

import io.lakeproof.config.S3Config.Writers;
import java.util.Optional;

/** Whether several drivers can commit to one table without losing a commit. */
public final class LogStoreCheck {
    public static final String NAME = "log-store";

    /** The log store for local disks that is safe for several processes. */
    public static final String LINKS = "io.lakeproof.delta.LinkLogStore";

    private LogStoreCheck() {}

    /**
     * The log store of a scheme.
     *
     * @param scheme of the table's path, {@code s3a} or {@code file}
     * @param name class of the log store that Spark was started with for the scheme; empty if none was named
     * @param isSafe whether one of several drivers gets a version by it, or the platform sees to that
     */
    public record LogStore(String scheme, Optional<String> name, boolean isSafe) {}

    /** Judges. */
    public static Finding of(String table, LogStore store, Writers writers) {
        return switch (store.scheme()) {
            case "s3a", "s3", "s3n" -> onS3(table, store, writers);
            case "file" -> onDisk(table, store);
            default ->
                new Finding(
                        NAME,
                        Severity.INFO,
                        table,
                        "the log store of " + store.scheme() + ":// is "
                                + store.name().orElse("Delta's own"),
                        "Whether several drivers can commit is as Delta says of that storage.",
                        "");
        };
    }

    private static Finding onS3(String table, LogStore store, Writers writers) {
        String name = store.name().orElse("Delta's own for a single driver");
        String set = "--conf spark.delta.logStore." + store.scheme()
                + ".impl=io.lakeproof.delta.ConditionalLogStore when Spark is started, with the jar on its class path";
        if (writers == Writers.SINGLE) {
            return new Finding(
                    NAME,
                    Severity.WARNING,
                    table,
                    "s3.writers = single: nothing keeps a second driver from committing",
                    "Two drivers that commit at the same time lose one of the commits, and both say that they"
                            + " succeeded.",
                    "s3.writers = conditional, if the server creates objects only if absent (S3 does); else see to it"
                            + " that one driver at a time runs, compaction included");
        }
        if (store.isSafe()) {
            return Finding.ok(
                    NAME,
                    table,
                    "the log store is " + name
                            + ": one of several drivers gets a version; other programs that commit need"
                            + " one that is safe, too");
        }
        return new Finding(
                NAME,
                Severity.ERROR,
                table,
                "the log store is " + name,
                "It is safe for one driver only: commands that commit are refused with 78, and other programs can lose"
                        + " a commit.",
                set);
    }

    private static Finding onDisk(String table, LogStore store) {
        return store.isSafe()
                ? Finding.ok(
                        NAME,
                        table,
                        "the log store is " + store.name().orElse("the platform's")
                                + ": one of several processes of this machine gets a version")
                : new Finding(
                        NAME,
                        Severity.WARNING,
                        table,
                        "the log store is " + store.name().orElse("Delta's own for local disks"),
                        "It is safe within one JVM only: two processes can lose a commit.",
                        "--conf spark.delta.logStore.file.impl=" + LINKS + " when Spark is started, with the"
                                + " jar on its class path");
    }
}
