package io.lakeproof.jobs.verify;

import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeletionVector;
import io.lakeproof.delta.SessionHadoop;
import io.lakeproof.delta.StoredFiles;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The data files of a table, and those of its deletion vectors, as they lie in the storage. */
final class DataFiles {
    private static final StructType FILE = StructType.fromDDL("path STRING, uri STRING, length BIGINT");
    private static final StructType PROBLEM = StructType.fromDDL("path STRING, problem STRING");

    private final SparkSession spark;
    private final String table;
    private final Configuration hadoop;

    DataFiles(SparkSession spark, String table) {
        this.spark = spark;
        this.table = table;
        this.hadoop = SessionHadoop.of(spark);
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
        StoredFiles stored = StoredFiles.of(table, hadoop, files.size());
        for (DataFile file : files) {
            OptionalLong length = stored.length(file.at(table));
            if (length.isEmpty()) {
                problems.put(file.path(), "is missing");
            } else if (file.length() >= 0 && file.length() != length.getAsLong()) {
                problems.put(file.path(), ParquetCheck.otherLength(length.getAsLong(), file.length()));
            } else {
                requireVector(file, stored, problems);
            }
        }
        return problems;
    }

    private void requireVector(DataFile file, StoredFiles stored, Map<String, String> problems) {
        file.deletionVector()
                .filter(vector -> vector.at(table)
                        .filter(path -> stored.length(path).isEmpty())
                        .isPresent())
                .flatMap(DeletionVector::path)
                .ifPresent(path -> problems.put(file.path(), "lacks its deletion vector " + path));
    }

    /**
     * Which files are damaged: each is read whole by {@link ParquetCheck}, in Spark tasks.
     *
     * @return what is wrong, in words, by path as the log has it
     */
    SortedMap<String, String> damaged(Collection<DataFile> files) {
        List<Row> rows = new ArrayList<>();
        files.forEach(file ->
                rows.add(RowFactory.create(file.path(), file.at(table).toUri().toString(), file.length())));
        return problems(rows);
    }

    /**
     * Which files are damaged, of those of which the log tells no length.
     *
     * @return what is wrong, in words, by the file's name
     */
    SortedMap<String, String> damagedAt(Collection<Path> paths) {
        return problems(paths.stream()
                .map(path -> RowFactory.create(path.getName(), path.toUri().toString(), -1L))
                .toList());
    }

    private SortedMap<String, String> problems(List<Row> rows) {
        SortedMap<String, String> problems = new TreeMap<>();
        if (rows.isEmpty()) {
            return problems;
        }
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
