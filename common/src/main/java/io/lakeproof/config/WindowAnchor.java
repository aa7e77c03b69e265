package io.lakeproof.config;

import java.util.Locale;

/** What a window hangs on, among the rows that are equal in the key without the time. */
public enum WindowAnchor {
    /** The multiples of the window since 1970-01-01T00:00Z: one row of each survives, the first in the dedup order. */
    BUCKET,
    /** The last row that was kept: a row survives if it is at least the window later. */
    KEPT,
    /** The row before, kept or not: a row survives if it is at least the window later, that is if it opens a session. */
    PREVIOUS;

    static WindowAnchor parse(String text) {
        return Choice.parse(WindowAnchor.class, text);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
