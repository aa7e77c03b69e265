package io.lakeproof.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the raw rows are and how they become columns.
 *
 * @param paths files, folders or globs; {@code {date}} stands for a date, {@code yyyy-MM-dd}
 * @param schema DDL of the fields of a text format, null for formats that carry their own
 * @param columns the table's columns, each an SQL expression over the fields, in order; empty: the fields themselves
 * @param options of the csv reader
 * @param shape how records of a text format may differ from the schema
 */
public record SourceConfig(
        List<String> paths,
        SourceFormat format,
        @Nullable String schema,
        Map<String, String> columns,
        Map<String, String> options,
        RecordShape shape) {
    /** What stands for a date in a path. */
    public static final String DATE = "{date}";

    public SourceConfig {
        paths = List.copyOf(paths);
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        options = Collections.unmodifiableMap(new TreeMap<>(options));
    }

    /** With the default for how records may differ from the schema. */
    public SourceConfig(
            List<String> paths,
            SourceFormat format,
            @Nullable String schema,
            Map<String, String> columns,
            Map<String, String> options) {
        this(paths, format, schema, columns, options, RecordShape.DEFAULT);
    }

    /** {@link #columns}, and behind them the column of extra fields, unless one of that name is among them. */
    public Map<String, String> tableColumns() {
        if (columns.isEmpty() || !shape.keepsExtra() || columns.containsKey(shape.extraColumn())) {
            return columns;
        }
        Map<String, String> all = new LinkedHashMap<>(columns);
        all.put(shape.extraColumn(), shape.extraColumn());
        return all;
    }
}
