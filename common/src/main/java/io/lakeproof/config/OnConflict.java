package io.lakeproof.config;

import java.util.Locale;

/** What a run makes of rows that share only the key with the survivor. */
public enum OnConflict {
    /** The survivor is kept; the others are counted and dropped. */
    KEEP,
    /** The survivor is kept; the others go to the quarantine. */
    QUARANTINE,
    /** The run fails before anything is published. */
    FAIL;

    static OnConflict parse(String text) {
        return Choice.parse(OnConflict.class, text);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
