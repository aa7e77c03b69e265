package io.lakeproof.compare;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row that differs.
 *
 * @param rows how many such rows there are, equal in every column
 * @param partition the Hive-style path of the left row's partition, or of the right row's if it was added
 * @param key the key columns with their values, {@code user_id="u1", event_time=2024-11-05 10:00:00Z}; empty if rows are
 *     compared as a whole
 * @param cells of a changed row the columns that differ, of another all that are not in the key
 * @param order hexadecimal digits; the samples that are taken are the first in this order, whatever the layout
 */
public record RowDifference(Change change, long rows, String partition, String key, List<Cell> cells, String order)
        implements Serializable {
    public RowDifference {
        cells = List.copyOf(cells);
    }

    /**
     * One column of a row that differs, its values as texts that tell values apart ({@link ValueText}).
     *
     * @param left null if the left side has no such row
     * @param right null if the right side has no such row
     */
    public record Cell(
            String column, @Nullable String left, @Nullable String right) implements Serializable {
        @Override
        public String toString() {
            if (left == null) {
                return column + "=" + right;
            }
            return column + "=" + left + (right == null ? "" : " -> " + right);
        }
    }
}
