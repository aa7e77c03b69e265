package io.lakeproof.delta;

import java.util.Map;

/** The Delta properties of the tables that Lakeproof creates. */
public final class TableProperties {
    private TableProperties() {}

    /**
     * Old versions and their files live at least this long, and every reader of plain Delta can read the table.
     *
     * @param days for the log as for the removed files: time travel needs both
     */
    public static Map<String, String> keeping(int days) {
        return Map.of(
                "delta.logRetentionDuration",
                "interval " + days + " days",
                "delta.deletedFileRetentionDuration",
                "interval " + days + " days",
                "delta.enableDeletionVectors",
                "false",
                "delta.columnMapping.mode",
                "none");
    }
}
