package io.lakeproof.jobs.verify;

import io.lakeproof.delta.DataFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The data files of a table, and those of its deletion vectors, as they lie in the storage. */
final class DataFiles {
    private static final StructType FILE = StructType.fromDDL("path STRING, uri STRING, length BIGINT");
    private static final StructType PROBLEM = StructType.fromDDL("path STRING, problem STRING");

    /** So many files are asked for one by one rather than by a listing of the table. */
    private static final int FEW = 200;

    private final SparkSession spark;
    private final String table;
    private final Configuration hadoop;

    DataFiles(SparkSession spark, String table) {
        this.spark = spark;
        this.table = table;
        this.hadoop = spark.sparkContext().hadoopConfiguration();
    }

    Configuration hadoop() {
        return hadoop;
    }

    /**
     * Which files are not there, or have another size than the log says.
     *
     * @return what is wrong, in words, by path as the log has it
     */
    SortedMap<String, String> absent(Collection<DataFile> files) {
        SortedMap<String, String> problems = new TreeMap<>();
        Map<Path, Long> listed = files.size() > FEW ? listed() : Map.of();
        try {
            FileSystem fs = new Path(table).getFileSystem(hadoop);
            for (DataFile file : files) {
                Path path = file.at(table);
                Long length = listed.get(fs.makeQualified(path));
                length = length == null ? length(path) : length;
                if (length == null) {
                    problems.put(file.path(), "is missing");
                } else if (file.length() >= 0 && file.length() != length) {
                    problems.put(file.path(), ParquetCheck.otherLength(length, file.length()));
                } else {
                    requireVector(file, problems);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return problems;
    }

    private void requireVector(DataFile file, Map<String, String> problems) throws IOException {
        String vector = file.deletionVector().flatMap(v -> v.path()).orElse(null);
        if (vector != null) {
            Path path = vector.contains(":/") ? new Path(vector) : new Path(new Path(table), vector);
            if (length(path) == null) {
                problems.put(file.path(), "lacks its deletion vector " + vector);
            }
        }
    }

    private @Nullable Long length(Path path) throws IOException {
        try {
            FileStatus status = path.getFileSystem(hadoop).getFileStatus(path);
            return status.getLen();
        } catch (FileNotFoundException e) {
            return null;
        }
    }

    private Map<Path, Long> listed() {
        Map<Path, Long> lengths = new HashMap<>();
        Path root = new Path(table);
        try {
            RemoteIterator<LocatedFileStatus> files = root.getFileSystem(hadoop).listFiles(root, true);
            while (files.hasNext()) {
                LocatedFileStatus file = files.next();
                lengths.put(file.getPath(), file.getLen());
            }
            return lengths;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Which files are damaged: each is read whole by {@link ParquetCheck}, in Spark tasks.
     *
     * @return what is wrong, in words, by path as the log has it
     */
    SortedMap<String, String> damaged(Collection<DataFile> files) {
        SortedMap<String, String> problems = new TreeMap<>();
        if (files.isEmpty()) {
            return problems;
        }
        List<Row> rows = new ArrayList<>();
        files.forEach(file ->
                rows.add(RowFactory.create(file.path(), file.at(table).toUri().toString(), file.length())));
        int tasks = Math.min(rows.size(), 4 * spark.sparkContext().defaultParallelism());
        Dataset<Row> each = spark.createDataFrame(rows, FILE).repartition(tasks);
        for (Row problem :
                each.mapPartitions(new Check(settings()), Encoders.row(PROBLEM)).collectAsList()) {
            problems.put(problem.getString(0), problem.getString(1));
        }
        return problems;
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        hadoop.forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
        return settings;
    }

    private record Check(Map<String, String> settings) implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> files) {
            Configuration hadoop = new Configuration(false);
            settings.forEach(hadoop::set);
            List<Row> problems = new ArrayList<>();
            files.forEachRemaining(file -> ParquetCheck.problem(
                            new Path(URI.create(file.getString(1))), file.getLong(2), hadoop)
                    .ifPresent(problem -> problems.add(RowFactory.create(file.getString(0), problem))));
            return problems.iterator();
        }
    }
}
