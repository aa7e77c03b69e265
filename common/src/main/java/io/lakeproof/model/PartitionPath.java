package io.lakeproof.model;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Hive-style path of a partition, {@code year=2024/month=11}; empty for a table without partitions. */
public final class PartitionPath {
    private static final String NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";
    private static final String ESCAPED = "\"#%'*/:=?\\{[]^\u007f";

    private static final DateTimeFormatter INSTANT = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true)
            .toFormatter(Locale.ROOT);

    private PartitionPath() {}

    /**
     * The text of an instant: in UTC, with as many digits of the second's fraction as it has.
     *
     * @param micros microseconds since 1970-01-01T00:00Z
     */
    public static String instant(long micros) {
        int nanos = (int) Math.floorMod(micros, 1_000_000L) * 1_000;
        return INSTANT.format(LocalDateTime.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), nanos, ZoneOffset.UTC));
    }

    /**
     * Makes the path.
     *
     * @param values in the order of the columns; null and the empty string are the same partition, as in Delta
     */
    public static String of(List<String> columns, List<@Nullable String> values) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            String value = values.get(i);
            path.append(i == 0 ? "" : "/")
                    .append(escape(columns.get(i)))
                    .append('=')
                    .append(value == null || value.isEmpty() ? NULL_VALUE : escape(value));
        }
        return path.toString();
    }

    /**
     * Takes a path apart.
     *
     * @param path as {@link #of} makes it
     * @return the values by column, in the path's order; null where the path says that there is none
     * @throws IllegalArgumentException if it is no such path
     */
    public static Map<String, @Nullable String> parse(String path) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        if (path.isEmpty()) {
            return values;
        }
        for (String part : path.split("/", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("\"" + path + "\" is no path of a partition");
            }
            String value = part.substring(equals + 1);
            values.put(unescape(part.substring(0, equals)), value.equals(NULL_VALUE) ? null : unescape(value));
        }
        return values;
    }

    private static String unescape(String name) {
        StringBuilder text = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '%') {
                text.append((char) Integer.parseInt(name, i + 1, i + 3, 16));
                i += 2;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static String escape(String name) {
        StringBuilder escaped = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c > 0 && c < ' ') || ESCAPED.indexOf(c) >= 0) {
                escaped.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
