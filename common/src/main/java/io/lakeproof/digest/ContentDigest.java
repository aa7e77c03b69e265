package io.lakeproof.digest;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.unix_micros;

import io.lakeproof.model.PartitionPath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/** Digests the rows of a Dataset in one pass without a shuffle: one job, one small row per task and partition back. */
public final class ContentDigest {
    private static final StructType PARTIAL = new StructType()
            .add("path", DataTypes.StringType, false)
            .add("count", DataTypes.LongType, false)
            .add("sum", DataTypes.BinaryType, false);

    private static final String FILE = "file";

    private ContentDigest() {}

    /**
     * Returns the digest of each partition that has rows, by Hive-style path.
     *
     * @param rows any rows whose types have an encoding; read with page checksums on, if they come from files
     * @param partitionColumns columns of {@code rows} in the table's order; empty for a table without partitions
     * @throws IllegalArgumentException naming the column, if a type has no encoding or cannot partition a table
     */
    public static Map<String, MultisetDigest> of(Dataset<Row> rows, List<String> partitionColumns) {
        StructType schema = rows.schema();
        List<Column> groups = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        for (String column : partitionColumns) {
            StructField field = schema.apply(column);
            if (ValueEncoder.isPlainString(field.dataType())) { // the bytes of its canonical form will do
                positions.add(schema.fieldIndex(column));
            } else {
                positions.add(schema.length() + groups.size());
                groups.add(partitionValue(field));
            }
        }
        return of(rows, groups, new Pass(schema, partitionColumns, positions));
    }

    /**
     * Returns the digest of the rows of each file that has some, by the file's path as Spark tells it: a URI, encoded.
     *
     * @param rows read from files, without a shuffle since
     * @throws IllegalArgumentException naming the column, if a type has no encoding
     */
    public static Map<String, MultisetDigest> byFile(Dataset<Row> rows) {
        Column file = input_file_name().cast(DataTypes.BinaryType);
        List<Integer> last = List.of(rows.schema().length());
        Map<String, MultisetDigest> digests = new TreeMap<>();
        of(rows, List.of(file), new Pass(rows.schema(), List.of(FILE), last))
                .forEach((group, digest) ->
                        digests.put(String.valueOf(PartitionPath.parse(group).get(FILE)), digest));
        return digests;
    }

    private static Map<String, MultisetDigest> of(Dataset<Row> rows, List<Column> groups, Pass pass) {
        int width = pass.schema().length();
        Column[] columns = Arrays.copyOf(CanonicalForm.intoDigest(pass.schema()), width + groups.size());
        for (int i = 0; i < groups.size(); i++) {
            columns[width + i] = groups.get(i).as("_partition_" + i);
        }
        Map<String, MultisetDigest> digests = new TreeMap<>();
        for (Row partial :
                rows.select(columns).mapPartitions(pass, Encoders.row(PARTIAL)).collectAsList()) {
            digests.merge(
                    partial.getString(0),
                    new MultisetDigest(partial.getLong(1), partial.<byte[]>getAs(2)),
                    MultisetDigest::plus);
        }
        return digests;
    }

    /** The text of a partition column; of an instant its microseconds, since Spark would write it in the session's zone. */
    private static Column partitionValue(StructField field) {
        Column column = quoted(field.name());
        DataType type = field.dataType();
        if (type instanceof TimestampType) {
            return unix_micros(column);
        }
        boolean partitions = type instanceof BooleanType
                || type instanceof ByteType
                || type instanceof ShortType
                || type instanceof IntegerType
                || type instanceof LongType
                || type instanceof DateType
                || type instanceof TimestampNTZType;
        if (!partitions) {
            throw new IllegalArgumentException(
                    "column " + field.name() + ": a " + type.catalogString() + " cannot partition a table");
        }
        return column.cast(DataTypes.StringType);
    }

    /**
     * Sums the digests of the rows of each partition that a task meets.
     *
     * @param positions of the partition columns' values in a row: a text or its UTF-8 bytes, or microseconds
     */
    private record Pass(StructType schema, List<String> partitionColumns, List<Integer> positions)
            implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            RowEncoding encoding = new RowEncoding(schema);
            int[] at = positions.stream().mapToInt(Integer::intValue).toArray();
            Map<List<@Nullable Object>, MultisetDigest.Accumulator> sums = new HashMap<>();
            @Nullable Object[] last = new Object[at.length];
            MultisetDigest.Accumulator sum = null;
            while (rows.hasNext()) {
                Row row = rows.next();
                if (sum == null || !isPartition(row, at, last)) {
                    for (int i = 0; i < at.length; i++) {
                        last[i] = row.get(at[i]);
                    }
                    sum = sums.computeIfAbsent(comparable(last), p -> new MultisetDigest.Accumulator());
                }
                sum.addRow(encoding.digest(row));
            }
            List<Row> partials = new ArrayList<>();
            sums.forEach((values, accumulator) -> {
                MultisetDigest digest = accumulator.toDigest();
                partials.add(RowFactory.create(
                        PartitionPath.of(partitionColumns, texts(values)), digest.count(), digest.sumBytes()));
            });
            return partials.iterator();
        }

        private static boolean isPartition(Row row, int[] at, @Nullable Object[] values) {
            for (int i = 0; i < at.length; i++) {
                Object value = row.get(at[i]);
                boolean isSame = value instanceof byte[] utf8
                        ? values[i] instanceof byte[] other && Arrays.equals(utf8, other)
                        : Objects.equals(value, values[i]);
                if (!isSame) {
                    return false;
                }
            }
            return true;
        }

        private static List<@Nullable Object> comparable(@Nullable Object[] values) {
            List<@Nullable Object> comparable = new ArrayList<>(values.length);
            for (Object value : values) {
                comparable.add(value instanceof byte[] utf8 ? ByteBuffer.wrap(utf8) : value);
            }
            return comparable;
        }

        private static List<@Nullable String> texts(List<@Nullable Object> values) {
            List<@Nullable String> texts = new ArrayList<>(values.size());
            for (Object value : values) {
                if (value instanceof ByteBuffer utf8) {
                    texts.add(StandardCharsets.UTF_8.decode(utf8).toString());
                } else {
                    texts.add(value instanceof Long micros ? PartitionPath.instant(micros) : (String) value);
                }
            }
            return texts;
        }
    }
}
