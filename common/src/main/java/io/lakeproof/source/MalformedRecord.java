package io.lakeproof.source;

import java.util.Locale;

/**
 * One line of a source file is not a record of the schema, for a reason that a quarantine can count by.
 *
 * <p>It carries no stack trace: it describes data, and a file may hold millions of bad lines.
 */
public final class MalformedRecord extends Exception {

    /** Why a line is refused. The codes are stable: quarantine tables and alerts refer to them. */
    public enum Reason {
        /** The line is not one value of the format: cut off, followed by more, not an object, an open quote. */
        MALFORMED,
        /** A value is of another type than its column, or not written in a form of that type. */
        TYPE_MISMATCH,
        /** A number is of the right kind, but its column cannot hold it without a change. */
        NUMBER_OUT_OF_RANGE,
        /** A field that the schema lacks, where that is refused. */
        EXTRA_FIELD,
        /** A field of the schema is not there, where that is refused. */
        MISSING_FIELD,
        /** The line has more bytes than a line may have; it was not looked into. */
        LINE_TOO_LONG,
        /** An object names a field twice. */
        DUPLICATE_FIELD,
        /** The bytes, or an escape of a lone surrogate, stand for no Unicode text. */
        INVALID_UTF8,
        /** A NOT NULL column, element or map value is null or missing. */
        NULL_VALUE,
        /** A CSV line has more or fewer values than the schema has columns. */
        WRONG_COLUMN_COUNT,
        /** The header of a CSV file does not name the schema's columns in order. */
        HEADER_MISMATCH,
        /** The zone has this local time twice. */
        AMBIGUOUS_TIME,
        /** The zone skips this local time. */
        NONEXISTENT_TIME,
        /** A date or time has the right form, but no calendar has it, or microseconds cannot hold it. */
        INVALID_TIME;

        /** The snake_case code of this reason, as {@link MalformedRecord#reason()} gives it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Reason reason;
    private final String detail;

    MalformedRecord(Reason reason, String detail) {
        super(null, null, false, false);
        this.reason = reason;
        this.detail = Excerpt.oneLine(detail);
    }

    /** The stable code, for example {@code type_mismatch}. */
    public String reason() {
        return reason.code();
    }

    /** One line that names the field, the expected type and the found value, which is cut to 80 characters. */
    public String detail() {
        return detail;
    }

    @Override
    public String getMessage() {
        return reason() + ": " + detail;
    }
}
