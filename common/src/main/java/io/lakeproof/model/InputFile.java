package io.lakeproof.model;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One input of a run, and what tells its content from another's without reading it.
 *
 * @param path the fully qualified path of a file, or of a Delta table
 * @param length bytes; for a Delta table, its version
 * @param modifiedMillis modification time in milliseconds since 1970-01-01T00:00Z; 0 for a Delta table
 * @param etag the object store's entity tag, or the id of the Delta table; null where the store has none
 */
public record InputFile(
        String path,
        long length,
        long modifiedMillis,
        @Nullable String etag) implements Comparable<InputFile> {
    private static final Comparator<InputFile> ORDER = Comparator.comparing(InputFile::path)
            .thenComparingLong(InputFile::length)
            .thenComparingLong(InputFile::modifiedMillis)
            .thenComparing(file -> file.etag, Comparator.nullsFirst(Comparator.naturalOrder()));

    /** True for a Delta table, false for a file. */
    public boolean isTable() {
        return modifiedMillis == 0 && etag != null;
    }

    @Override
    public int compareTo(InputFile other) {
        return ORDER.compare(this, other);
    }
}
