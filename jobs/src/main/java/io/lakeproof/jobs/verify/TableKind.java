package io.lakeproof.jobs.verify;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.SessionHadoop;
import io.lakeproof.error.Failure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** What lies in a folder that somebody takes for a table. */
final class TableKind {
    private TableKind() {}

    /**
     * Fails if the folder holds no Delta table.
     *
     * @throws Failure.InputMissing saying what it holds in its place
     * @throws Failure.Integrity if it holds what is left of a Delta table
     */
    static void requireDelta(SparkSession spark, String table) {
        DeltaStore store = new DeltaStore(spark, table);
        if (!store.replay().versions().isEmpty()) {
            return;
        }
        Set<String> names = names(table, SessionHadoop.of(spark));
        if (names.contains("_delta_log")) {
            throw new Failure.Integrity(
                    "no version of " + table
                            + " can be read: its _delta_log holds neither commit 0 nor a checkpoint with its"
                            + " commit",
                    "Restore _delta_log from a backup or a replica of the table.");
        }
        throw new Failure.InputMissing(
                table + " is not a Delta table" + insteadOf(names),
                "Mend --table or the target in the configuration, or run the job that makes the table first.");
    }

    private static String insteadOf(Set<String> names) {
        if (names.contains(".hoodie")) {
            return ", but a Hudi table, which Lakeproof does not seal";
        }
        if (names.contains("metadata") && names.contains("data")) {
            return ", but looks like an Iceberg table, which Lakeproof does not seal";
        }
        if (names.stream().anyMatch(name -> name.endsWith(".parquet") || name.contains("="))) {
            return ", but a folder of files without a log, of which there are no versions to verify";
        }
        return "";
    }

    private static Set<String> names(String table, Configuration hadoop) {
        Set<String> names = new TreeSet<>();
        try {
            Path folder = new Path(table);
            FileSystem fs = folder.getFileSystem(hadoop);
            for (FileStatus file : fs.listStatus(folder)) {
                names.add(file.getPath().getName());
            }
        } catch (FileNotFoundException e) {
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }
}
