package io.lakeproof.delta;

import io.lakeproof.model.PartitionPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * SQL that is true for the rows of some partitions, and false or null for all others. It names partition columns only, so that
 * Delta leaves out the files of other partitions without opening them. The columns are strings.
 */
public final class PartitionPredicate {
    private static final String NONE = "false";
    private static final String ALL = "true";

    private PartitionPredicate() {}

    /**
     * Makes the predicate.
     *
     * @param columns the partition columns of the table, in its order
     * @param paths Hive-style paths of partitions of these columns
     */
    public static String of(List<String> columns, Collection<String> paths) {
        if (paths.isEmpty()) {
            return NONE;
        }
        Set<List<@Nullable String>> partitions = new HashSet<>();
        paths.forEach(path -> partitions.add(values(columns, path)));
        return under(columns, partitions, 0);
    }

    private static List<@Nullable String> values(List<String> columns, String path) {
        Map<String, @Nullable String> parsed = PartitionPath.parse(path);
        if (!List.copyOf(parsed.keySet()).equals(columns)) {
            throw new IllegalArgumentException("\"" + path + "\" is no partition of a table by " + columns);
        }
        return new ArrayList<>(parsed.values());
    }

    /** What the columns from {@code depth} on say; values under which the rest is the same share one term. */
    private static String under(List<String> columns, Set<List<@Nullable String>> partitions, int depth) {
        if (depth == columns.size()) {
            return ALL;
        }
        String column = "`" + columns.get(depth).replace("`", "``") + "`";
        Map<String, Set<List<@Nullable String>>> byTerm = new TreeMap<>();
        Set<List<@Nullable String>> withoutValue = new HashSet<>();
        for (List<@Nullable String> partition : partitions) {
            String value = partition.get(depth);
            (value == null ? withoutValue : byTerm.computeIfAbsent(literal(value), v -> new HashSet<>()))
                    .add(partition);
        }
        Map<String, TreeSet<String>> valuesByRest = new LinkedHashMap<>();
        byTerm.forEach((value, own) -> valuesByRest
                .computeIfAbsent(under(columns, own, depth + 1), rest -> new TreeSet<>())
                .add(value));
        List<String> terms = new ArrayList<>();
        valuesByRest.forEach((rest, values) ->
                terms.add(and(values.stream().collect(Collectors.joining(", ", column + " IN (", ")")), rest)));
        if (!withoutValue.isEmpty()) {
            terms.add(and(column + " IS NULL", under(columns, withoutValue, depth + 1)));
        }
        return terms.size() == 1 ? terms.get(0) : terms.stream().collect(Collectors.joining(") OR (", "(", ")"));
    }

    private static String and(String term, String rest) {
        return rest.equals(ALL) ? term : term + " AND (" + rest + ")";
    }

    private static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
