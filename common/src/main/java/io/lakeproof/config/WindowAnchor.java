package io.lakeproof.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a window hangs on, among the rows that are equal in the key without the time. */
public enum WindowAnchor {
    /** The multiples of the window since 1970-01-01T00:00Z: one row of each survives, the first in the dedup order. */
    BUCKET,
    /** The last row that was kept: a row survives if it is at least the window later. */
    KEPT,
    /** The row before, kept or not: a row survives if it is at least the window later, that is if it opens a session. */
    PREVIOUS;

    public static WindowAnchor parse(String name) {
        for (WindowAnchor anchor : values()) {
            if (anchor.key().equals(name)) {
                return anchor;
            }
        }
        String known = Arrays.stream(values()).map(WindowAnchor::key).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("not an anchor; known: " + known);
    }

    /** The name in a configuration, in lower case. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
