package io.lakeproof.source;

import io.lakeproof.source.MalformedRecord.Reason;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;

/**
 * Reads timestamps by a {@link DateTimeFormatter} pattern, in strict style: 30 February and hour 24 are refused.
 *
 * <p>Strict style alone cannot resolve {@code yyyy}, a year of an unnamed era; the era defaults to the current one
 * here, so {@code yyyy} and {@code uuuu} mean the same. Names of months and days are English.
 */
final class PatternTime implements TimestampForm {

    private static final ZonedDateTime PROBE = ZonedDateTime.of(2001, 2, 3, 16, 5, 6, 0, ZoneOffset.UTC);

    private final String pattern;
    private final DateTimeFormatter formatter;

    /**
     * Compiles the pattern.
     *
     * @throws IllegalArgumentException if the pattern is not one, or does not say a date and a time
     */
    PatternTime(String pattern) {
        this.pattern = pattern;
        try {
            formatter = new DateTimeFormatterBuilder()
                    .appendPattern(pattern)
                    .parseDefaulting(ChronoField.ERA, 1)
                    .toFormatter(Locale.ENGLISH)
                    .withResolverStyle(ResolverStyle.STRICT);
            LocalDateTime.from(formatter.parse(formatter.format(PROBE)));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException(
                    "the timestamp format " + pattern + " cannot be read back to a date and a time; write a pattern of"
                            + " java.time.format.DateTimeFormatter, for example dd/MM/yyyy HH:mm:ss",
                    e);
        }
    }

    @Override
    public Written read(RecordField field, String text) throws MalformedRecord {
        try {
            TemporalAccessor parsed = formatter.parse(text);
            ZoneId offset = parsed.query(TemporalQueries.offset());
            ZoneId zone = offset == null ? parsed.query(TemporalQueries.zoneId()) : offset;
            return new Written(LocalDateTime.from(parsed), zone);
        } catch (DateTimeParseException e) {
            // Java puts a cause under a text of the right form whose fields make no date or time.
            Reason reason = e.getCause() == null ? Reason.TYPE_MISMATCH : Reason.INVALID_TIME;
            throw field.refuse(reason, Excerpt.of(text), "the timestamp format is " + pattern);
        } catch (DateTimeException e) {
            throw field.refuse(Reason.INVALID_TIME, Excerpt.of(text), "the timestamp format is " + pattern);
        }
    }
}
