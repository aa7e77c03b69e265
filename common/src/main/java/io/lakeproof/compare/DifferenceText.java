package io.lakeproof.compare;

import io.lakeproof.compare.RowDifference.Cell;
import io.lakeproof.digest.RowEncoding;
import io.lakeproof.model.PartitionPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/** Says of a difference where it is and in which columns. Not thread-safe: each task makes its own. */
final class DifferenceText {
    private final StructField[] fields;
    private final RowEncoding encoding;
    private final List<String> partitionColumns;
    private final int[] partition;
    private final int[] key;
    private final int[] others;

    DifferenceText(ComparisonSpec spec) {
        this.fields = spec.columns().fields();
        this.encoding = new RowEncoding(spec.columns());
        this.partitionColumns = spec.partitionColumns();
        this.partition =
                partitionColumns.stream().mapToInt(spec.columns()::fieldIndex).toArray();
        this.key = spec.keyPositions();
        this.others = spec.otherPositions();
    }

    RowDifference of(KeyWalk.Difference difference) {
        return new RowDifference(
                difference.change(),
                difference.rows(),
                partition(difference),
                key(difference),
                cells(difference),
                HexFormat.of().formatHex(difference.key()));
    }

    /** The columns in which a changed row differs. */
    List<String> changedColumns(KeyWalk.Difference difference) {
        return Arrays.stream(changed(difference))
                .mapToObj(i -> fields[i].name())
                .toList();
    }

    String partition(KeyWalk.Difference difference) {
        Row row = any(difference);
        List<@Nullable String> values = new ArrayList<>();
        for (int i : partition) {
            values.add(ValueText.partitionValue(row.get(i), fields[i].dataType()));
        }
        return PartitionPath.of(partitionColumns, values);
    }

    private String key(KeyWalk.Difference difference) {
        Row row = any(difference);
        return Arrays.stream(key)
                .mapToObj(i -> fields[i].name() + "=" + text(row, i))
                .collect(Collectors.joining(", "));
    }

    private List<Cell> cells(KeyWalk.Difference difference) {
        int[] shown = difference.change() == Change.CHANGED ? changed(difference) : others;
        return Arrays.stream(shown)
                .mapToObj(i -> new Cell(fields[i].name(), text(difference.left(), i), text(difference.right(), i)))
                .toList();
    }

    private int[] changed(KeyWalk.Difference difference) {
        Row left = Objects.requireNonNull(difference.left());
        Row right = Objects.requireNonNull(difference.right());
        return IntStream.of(others)
                .filter(i ->
                        !Arrays.equals(encoding.encode(left, new int[] {i}), encoding.encode(right, new int[] {i})))
                .toArray();
    }

    private @Nullable String text(@Nullable Row row, int i) {
        return row == null ? null : ValueText.of(row.get(i), fields[i].dataType());
    }

    private static Row any(KeyWalk.Difference difference) {
        Row left = difference.left();
        return left == null ? Objects.requireNonNull(difference.right()) : left;
    }
}
