package io.lakeproof.telemetry;

/**
 * What a run knows of its windowed table. Rows are those of the whole tables, so that a replay and a retry say the same.
 *
 * @param versionBefore the version that the run found; -1 if there was no table
 * @param versionAfter the version that the run committed, or found up to date
 * @param digest the table digest of {@code versionAfter}, 64 hexadecimal digits
 * @param read rows of the clean table
 * @param kept rows of the windowed table
 */
public record Windowed(String target, long versionBefore, long versionAfter, String digest, long read, long kept) {
    /** Rows of the clean table that are too close to another. */
    public long dropped() {
        return read - kept;
    }
}
