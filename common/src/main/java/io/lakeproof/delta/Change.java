package io.lakeproof.delta;

/** What a commit does to the rows that are stored. */
public sealed interface Change {
    /** The name of the stored rows in {@link Merge#on}. */
    String STORED = "stored";

    /** The name of the new rows in {@link Merge#on}. */
    String NEW = "new";

    /** They stay. */
    record Append() implements Change {}

    /**
     * Those of a scope give way to the new ones.
     *
     * @param where SQL over partition columns; every new row satisfies it
     */
    record Replace(String where) implements Change {}

    /**
     * The same rows, in other files: readers of the table's changes see none.
     *
     * @param where as of {@link Replace}
     */
    record Rewrite(String where) implements Change {}

    /**
     * Those that match a new row give way to it; only the files that hold such a row are written again.
     *
     * @param on SQL over {@link #STORED} and {@link #NEW}; with literal partition values, so that only these partitions are
     *     looked at, and such that a stored row matches one new row at most
     */
    record Merge(String on) implements Change {}
}
