package io.lakeproof.digest;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.unix_micros;

import io.lakeproof.model.PartitionPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
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

/** Digests the rows of a Dataset in one pass without a shuffle: one job, one small row per task and partition back. */
public final class ContentDigest {
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
        return of(rows, groups, new RowPass(schema, partitionColumns, positions));
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
        of(rows, List.of(file), new RowPass(rows.schema(), List.of(FILE), last))
                .forEach((group, digest) ->
                        digests.put(String.valueOf(PartitionPath.parse(group).get(FILE)), digest));
        return digests;
    }

    /** Each row becomes its digest in the same generated code that reads it; of the digests, the sums are taken. */
    private static Map<String, MultisetDigest> of(Dataset<Row> rows, List<Column> groups, RowPass pass) {
        int width = pass.schema().length();
        Column[] columns = Arrays.copyOf(CanonicalForm.intoDigest(pass.schema()), width + groups.size());
        for (int i = 0; i < groups.size(); i++) {
            columns[width + i] = groups.get(i).as("_partition_" + i);
        }
        Map<String, MultisetDigest> digests = new TreeMap<>();
        for (Row partial : rows.select(columns)
                .map(pass, Encoders.BINARY())
                .mapPartitions(new SumPass(), Encoders.row(SumPass.PARTIAL))
                .collectAsList()) {
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
}
