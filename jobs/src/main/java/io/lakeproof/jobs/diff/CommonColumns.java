package io.lakeproof.jobs.diff;

import io.lakeproof.digest.RowEncoding;
import io.lakeproof.error.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that both sides have with the same type.
 *
 * @param columns in the order of the left side
 * @param differences of the schemas in words, one a column, in the order of the names; empty if they are the same
 */
record CommonColumns(StructType columns, List<String> differences) {
    CommonColumns {
        differences = List.copyOf(differences);
    }

    /**
     * Compares names and types.
     *
     * @throws Failure.Configuration naming a common column whose type has no equality
     */
    static CommonColumns of(StructType left, StructType right) {
        Map<String, String> ofLeft = types(left);
        Map<String, String> ofRight = types(right);
        List<String> differences = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(ofLeft.keySet());
        names.addAll(ofRight.keySet());
        for (String name : names) {
            String one = ofLeft.get(name);
            String other = ofRight.get(name);
            if (one == null) {
                differences.add(name + " " + other + ": only on the right");
            } else if (other == null) {
                differences.add(name + " " + one + ": only on the left");
            } else if (!one.equals(other)) {
                differences.add(name + ": " + one + " on the left, " + other + " on the right");
            }
        }
        StructField[] common = Arrays.stream(left.fields())
                .filter(field -> field.dataType().catalogString().equals(ofRight.get(field.name())))
                .toArray(StructField[]::new);
        return new CommonColumns(encodable(new StructType(common)), differences);
    }

    private static StructType encodable(StructType columns) {
        try {
            new RowEncoding(columns);
            return columns;
        } catch (IllegalArgumentException e) {
            throw new Failure.Configuration(
                    "the rows cannot be compared: " + e.getMessage(),
                    "Compare copies without that column, or with the column cast to another type.",
                    e);
        }
    }

    boolean isEverything() {
        return differences.isEmpty();
    }

    boolean has(List<String> names) {
        return List.of(columns.fieldNames()).containsAll(names);
    }

    private static Map<String, String> types(StructType schema) {
        Map<String, String> types = new TreeMap<>();
        for (StructField field : schema.fields()) {
            types.put(field.name(), field.dataType().catalogString());
        }
        return types;
    }
}
