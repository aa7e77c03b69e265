package io.lakeproof.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One column of the order in which rows with the same key compete; nulls come last in either direction.
 *
 * @param descending the greatest value wins
 */
public record OrderColumn(String column, boolean descending) {
    private static final Pattern GRAMMAR = Pattern.compile("\\s*(\\S+?)(?:\\s+(asc|desc|ASC|DESC))?\\s*");

    /** Parses {@code ingest_time desc}; ascending without a direction. */
    public static OrderColumn parse(String text) {
        Matcher matcher = GRAMMAR.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("write a column and asc or desc, for example \"ingest_time desc\"");
        }
        String direction = matcher.group(2);
        return new OrderColumn(matcher.group(1), direction != null && direction.equalsIgnoreCase("desc"));
    }

    @Override
    public String toString() {
        return column + (descending ? " desc" : " asc");
    }
}
