package io.lakeproof.source;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a CSV file is written; {@link #DEFAULT} is RFC 4180 with a header.
 *
 * @param separator between two values
 * @param quote around a value that holds a separator; doubled inside such a value, it stands for itself
 * @param escape before a character that stands for itself, null for none; before {@code n r t b f} it makes the control
 *     character, before any other character it is an ordinary one
 * @param nullValue an unquoted value that equals it is null
 * @param header whether the first line of every file names the columns, see {@link CsvRecordParser#requireHeader}
 * @param timestampFormat a {@link java.time.format.DateTimeFormatter} pattern, read strictly with English names, where
 *     {@code yyyy} means the same as {@code uuuu}; null for ISO-8601
 */
public record CsvOptions(
        char separator,
        char quote,
        @Nullable Character escape,
        String nullValue,
        boolean header,
        @Nullable String timestampFormat)
        implements Serializable {

    /** Comma, double quote, no escape, the empty string for null, a header, ISO-8601. */
    public static final CsvOptions DEFAULT = new CsvOptions(',', '"', null, "", true, null);

    /**
     * Checks that the options can be told apart.
     *
     * @throws IllegalArgumentException if two of the characters are equal, one is a line break, or the pattern is bad
     */
    public CsvOptions {
        boolean clash = separator == quote || (escape != null && (escape == separator || escape == quote));
        boolean lineBreak = isLineBreak(separator) || isLineBreak(quote) || (escape != null && isLineBreak(escape));
        if (clash || lineBreak) {
            throw new IllegalArgumentException(
                    "separator, quote and escape of a CSV file must be three characters that differ and are no line"
                            + " breaks: found " + separator + ' ' + quote + ' ' + escape);
        }
        if (timestampFormat != null) {
            new PatternTime(timestampFormat);
        }
    }

    TimestampForm timestampForm() {
        return timestampFormat == null ? IsoTime::timestamp : new PatternTime(timestampFormat);
    }

    private static boolean isLineBreak(char c) {
        return c == '\n' || c == '\r';
    }
}
