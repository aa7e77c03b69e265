package io.lakeproof.config;

import java.io.Serializable;

/**
 * How records of a text format may differ from {@code source.schema}.
 *
 * @param onExtra what becomes of JSON fields that the schema lacks
 * @param extraColumn the STRING column that {@link OnExtra#KEEP_JSON} puts them into
 * @param onMissing what a JSON field that is not there means
 * @param maxLine bytes of the longest line that is parsed; a longer one is refused
 */
public record RecordShape(OnExtra onExtra, String extraColumn, OnMissing onMissing, int maxLine)
        implements Serializable {
    public static final int MAX_LINE = 16 << 20;
    public static final String EXTRA_COLUMN = "_extra";
    public static final RecordShape DEFAULT = new RecordShape(OnExtra.DROP, EXTRA_COLUMN, OnMissing.NULL, MAX_LINE);

    /** Fields that the schema lacks. */
    public enum OnExtra {
        DROP,
        KEEP_JSON,
        QUARANTINE
    }

    /** Fields of the schema that the record lacks. */
    public enum OnMissing {
        NULL,
        QUARANTINE
    }

    /** True if the records have a further column with what the schema lacks. */
    public boolean keepsExtra() {
        return onExtra == OnExtra.KEEP_JSON;
    }
}
