package io.lakeproof.run;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.xxhash64;

import io.lakeproof.delta.PartitionPredicate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * How the rows of a partition lie in files. It never changes which rows there are.
 *
 * @param targetBytes the size that files shall have
 * @param clusterBy columns by which the rows of a partition are sorted, across its files; none to leave them as they come
 */
public record FileLayout(long targetBytes, List<String> clusterBy) {
    public FileLayout {
        clusterBy = List.copyOf(clusterBy);
    }

    /** In how many files so many bytes go: at least one, of at most one and a half times the target. */
    public int files(long bytes) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round((double) bytes / targetBytes)));
    }

    /**
     * The same rows, so that a partition becomes as many files as it shall.
     *
     * @param columns the partition columns, strings
     * @param files how many files the rows of each partition shall become, by Hive-style path; rows of others are left out
     */
    public Dataset<Row> of(Dataset<Row> rows, List<String> columns, SortedMap<String, Integer> files) {
        List<Dataset<Row>> parts = new ArrayList<>();
        TreeSet<String> small = new TreeSet<>();
        new TreeMap<>(files).forEach((path, count) -> {
            if (count == 1) {
                small.add(path);
            } else {
                Dataset<Row> own = rows.where(expr(PartitionPredicate.of(columns, List.of(path))));
                parts.add(spread(own, columns, count));
            }
        });
        if (!small.isEmpty() || parts.isEmpty()) {
            parts.add(whole(rows, columns, small));
        }
        return parts.stream().reduce(Dataset::union).orElseThrow();
    }

    /** Each partition in one task, so that it becomes one file. */
    private Dataset<Row> whole(Dataset<Row> rows, List<String> columns, TreeSet<String> paths) {
        int most = Integer.parseInt(rows.sparkSession().conf().get("spark.sql.shuffle.partitions"));
        Dataset<Row> own = rows.where(expr(PartitionPredicate.of(columns, paths)));
        return sorted(own.repartition(Math.max(1, Math.min(most, paths.size())), names(columns)), columns);
    }

    /** The rows of one partition in so many tasks; with columns to cluster by, each has a range of them. */
    private Dataset<Row> spread(Dataset<Row> rows, List<String> columns, int count) {
        if (clusterBy.isEmpty()) {
            return rows.repartition(count);
        }
        List<Column> range = new ArrayList<>(List.of(names(clusterBy)));
        // So that many rows of one value can be split, too.
        range.add(xxhash64(hashable(rows.schema())));
        return sorted(rows.repartitionByRange(count, range.toArray(Column[]::new)), columns);
    }

    private Dataset<Row> sorted(Dataset<Row> rows, List<String> columns) {
        if (clusterBy.isEmpty()) {
            return rows;
        }
        List<Column> order = new ArrayList<>(List.of(names(columns)));
        order.addAll(List.of(names(clusterBy)));
        return rows.sortWithinPartitions(order.toArray(Column[]::new));
    }

    private static Column[] names(List<String> columns) {
        return columns.stream().map(name -> quoted(name)).toArray(Column[]::new);
    }

    private static Column[] hashable(StructType schema) {
        return Arrays.stream(schema.fields())
                .filter(field -> List.of(
                                DataTypes.StringType,
                                DataTypes.LongType,
                                DataTypes.IntegerType,
                                DataTypes.DoubleType,
                                DataTypes.TimestampType)
                        .contains(field.dataType()))
                .map(field -> quoted(field.name()))
                .toArray(Column[]::new);
    }

    /** As {@link #files(long)}, of partitions whose sizes are known. */
    public SortedMap<String, Integer> filesOf(Map<String, Long> bytes) {
        SortedMap<String, Integer> files = new TreeMap<>();
        bytes.forEach((path, size) -> files.put(path, files(size)));
        return files;
    }
}
