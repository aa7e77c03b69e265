package io.lakeproof.source;

import io.lakeproof.error.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Parquet files as one set of rows, with the columns of all; a column that a file lacks is null in its rows. */
final class ParquetFiles {
    private record Declared(String type, String file) {}

    private final SparkSession spark;

    ParquetFiles(SparkSession spark) {
        this.spark = spark;
    }

    /**
     * The rows of the files.
     *
     * @param files qualified paths
     * @throws Failure.DataGate naming the first file that is no Parquet, or has another type for a column than those before it
     */
    Dataset<Row> read(List<String> files) {
        try {
            return spark.read()
                    .option("mergeSchema", true)
                    .parquet(files.stream().map(InputListing::literal).toArray(String[]::new));
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            requireOneSchema(files);
            throw e;
        }
    }

    /** Spark says what is wrong with the schemas, but not where: looks at file after file. */
    private void requireOneSchema(List<String> files) {
        Map<String, Declared> columns = new LinkedHashMap<>();
        for (String file : files) {
            for (StructField field : schema(file).fields()) {
                Declared declared = new Declared(field.dataType().catalogString(), file);
                Declared before = columns.putIfAbsent(field.name(), declared);
                if (before != null && !before.type().equals(declared.type())) {
                    throw new Failure.DataGate(
                            file + ": column " + field.name() + " is a " + declared.type() + ", but a " + before.type()
                                    + " in " + before.file(),
                            "Write the file anew with the type of the others, or read it in a run of its own with a cast in"
                                    + " source.columns.");
                }
            }
        }
    }

    private StructType schema(String file) {
        try {
            return spark.read().parquet(InputListing.literal(file)).schema();
        } catch (Exception e) {
            throw InputFailures.of(e, file)
                    .orElseGet(() -> new Failure.DataGate(
                            file + " is no Parquet file that can be read: " + InputFailures.firstLine(root(e)),
                            "Replace the file by a whole one, or take it out of the input, then run again.",
                            e));
        }
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }
}
