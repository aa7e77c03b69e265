package io.lakeproof.digest;

import io.lakeproof.model.PartitionPath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The digest of a row, 32 bytes, and behind it the path of its partition in UTF-8. Spark fuses a map of single rows with the
 * scan, so that a row's values are not copied before they get here; each task has an instance of its own.
 */
final class RowPass implements MapFunction<Row, byte[]> {
    private final StructType schema;
    private final List<String> partitionColumns;
    private final List<Integer> positions;
    private transient @Nullable Task task;

    /**
     * Of rows in canonical form.
     *
     * @param schema of the table; a row has its columns first
     * @param positions of the partition columns' values in a row: a text or its UTF-8 bytes, or microseconds
     */
    RowPass(StructType schema, List<String> partitionColumns, List<Integer> positions) {
        this.schema = schema;
        this.partitionColumns = List.copyOf(partitionColumns);
        this.positions = List.copyOf(positions);
    }

    StructType schema() {
        return schema;
    }

    @Override
    public byte[] call(Row row) {
        Task own = task;
        if (own == null) {
            own = new Task();
            task = own;
        }
        return own.digest(row);
    }

    /** What a task needs again for each row. */
    private final class Task {
        private final RowEncoding encoding = new RowEncoding(schema);
        private final int[] at = positions.stream().mapToInt(Integer::intValue).toArray();
        private final Map<List<@Nullable Object>, byte[]> paths = new HashMap<>();
        private final @Nullable Object[] last = new Object[at.length];
        private byte @Nullable [] path;

        private byte[] digest(Row row) {
            byte[] own = path;
            if (own == null || !isPartition(row)) {
                own = pathOf(row);
                path = own;
            }
            byte[] digest = new byte[RowEncoding.BYTES + own.length];
            encoding.digest(row, digest);
            System.arraycopy(own, 0, digest, RowEncoding.BYTES, own.length);
            return digest;
        }

        private boolean isPartition(Row row) {
            for (int i = 0; i < at.length; i++) {
                Object value = row.get(at[i]);
                boolean isSame = value instanceof byte[] utf8
                        ? last[i] instanceof byte[] other && Arrays.equals(utf8, other)
                        : Objects.equals(value, last[i]);
                if (!isSame) {
                    return false;
                }
            }
            return true;
        }

        private byte[] pathOf(Row row) {
            List<@Nullable Object> values = new ArrayList<>(at.length);
            for (int i = 0; i < at.length; i++) {
                Object value = row.get(at[i]);
                // Bytes may lie in a buffer that Spark fills again.
                last[i] = value instanceof byte[] utf8 ? utf8.clone() : value;
                values.add(last[i] instanceof byte[] utf8 ? ByteBuffer.wrap(utf8) : value);
            }
            return paths.computeIfAbsent(values, this::path);
        }

        private byte[] path(List<@Nullable Object> values) {
            List<@Nullable String> texts = new ArrayList<>(values.size());
            for (Object value : values) {
                if (value instanceof ByteBuffer utf8) {
                    texts.add(StandardCharsets.UTF_8.decode(utf8.duplicate()).toString());
                } else {
                    texts.add(value instanceof Long micros ? PartitionPath.instant(micros) : (String) value);
                }
            }
            return PartitionPath.of(partitionColumns, texts).getBytes(StandardCharsets.UTF_8);
        }
    }
}
