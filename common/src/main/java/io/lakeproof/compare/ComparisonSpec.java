package io.lakeproof.compare;

import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.StructType;

/**
 * What is compared, and how.
 *
 * @param columns that both sides have, with the same types
 * @param key columns that identify a row; empty to compare whole rows. They need not be unique
 * @param partitionColumns of these columns, those by which differences are counted; may be empty
 * @param samples how many rows of each {@link Change} are shown
 */
public record ComparisonSpec(StructType columns, List<String> key, List<String> partitionColumns, int samples)
        implements Serializable {
    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException naming a column that is not among {@code columns}
     */
    public ComparisonSpec {
        key = List.copyOf(new LinkedHashSet<>(key));
        partitionColumns = List.copyOf(partitionColumns);
        Set<String> known = Set.of(columns.fieldNames());
        for (List<String> names : List.of(key, partitionColumns)) {
            for (String name : names) {
                if (!known.contains(name)) {
                    throw new IllegalArgumentException("column " + name + " is not on both sides with the same type");
                }
            }
        }
    }

    /** Keyless: every column identifies a row, so no row is changed. */
    boolean isKeyed() {
        return !key.isEmpty();
    }

    int[] keyPositions() {
        return key.stream().mapToInt(columns::fieldIndex).toArray();
    }

    int[] otherPositions() {
        return IntStream.range(0, columns.length())
                .filter(i -> !key.contains(columns.fieldNames()[i]))
                .toArray();
    }
}
