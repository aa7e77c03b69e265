package io.lakeproof.compare;

import java.util.Locale;

/** What became of a row from the left side to the right. */
public enum Change {
    /** Only the right side has it. */
    ADDED,
    /** Only the left side has it. */
    REMOVED,
    /** Both sides have a row with its key, and another column differs. */
    CHANGED;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
