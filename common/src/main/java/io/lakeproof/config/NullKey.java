package io.lakeproof.config;

import java.util.Locale;

/** What becomes of a row whose key has a null; one without an event time is refused in any case. */
public enum NullKey {
    /** It is refused. */
    QUARANTINE,
    /** It is kept: null is equal to nothing, so only a row that is equal in every column is its duplicate. */
    KEEP,
    /** It competes: null is equal to null. */
    GROUP;

    static NullKey parse(String text) {
        return Choice.parse(NullKey.class, text);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
