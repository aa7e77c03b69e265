package io.lakeproof.source;

import io.lakeproof.source.MalformedRecord.Reason;
import io.lakeproof.source.TimestampForm.Written;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the extended format of ISO-8601: {@code yyyy-MM-dd}, then {@code T} or a space and {@code HH:mm[:ss[.f]]} with
 * 1 to 9 fraction digits, then {@code Z}, {@code ±hh:mm}, {@code ±hhmm}, {@code ±hh} or nothing.
 *
 * <p>By hand, because a DateTimeFormatter takes about ten times as long, and every event has a time.
 */
final class IsoTime {

    private static final Pattern LONG_YEAR = Pattern.compile("[+-]?\\d{5,}-\\d\\d-\\d\\d.*|-\\d{4}-\\d\\d-\\d\\d.*");
    private static final int DATE_LENGTH = 10;
    private static final int NO_NUMBER = -1;
    private static final int[] POWERS_OF_TEN = {1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};

    private IsoTime() {}

    static LocalDate date(RecordField field, String text) throws MalformedRecord {
        if (text.length() != DATE_LENGTH || !hasDate(text)) {
            throw otherForm(field, text);
        }
        return readDate(field, text);
    }

    static Written timestamp(RecordField field, String text) throws MalformedRecord {
        if (!hasDate(text) || !hasMinutes(text)) {
            throw otherForm(field, text);
        }
        int second = 0;
        int at = 16;
        int nano = 0;
        if (charAt(text, at) == ':') {
            second = digits(text, 17, 2);
            int fraction = charAt(text, 19) == '.' ? fractionLength(text) : 0;
            if (second == NO_NUMBER || fraction == NO_NUMBER) {
                throw otherForm(field, text);
            }
            at = fraction == 0 ? 19 : 20 + fraction;
            nano = fraction == 0 ? 0 : digits(text, 20, fraction) * POWERS_OF_TEN[9 - fraction];
        }
        ZoneOffset offset = offset(field, text, at);
        return new Written(LocalDateTime.of(readDate(field, text), readTime(field, text, second, nano)), offset);
    }

    private static boolean hasDate(String text) {
        return digits(text, 0, 4) != NO_NUMBER
                && charAt(text, 4) == '-'
                && digits(text, 5, 2) != NO_NUMBER
                && charAt(text, 7) == '-'
                && digits(text, 8, 2) != NO_NUMBER;
    }

    private static boolean hasMinutes(String text) {
        return (charAt(text, 10) == 'T' || charAt(text, 10) == ' ')
                && digits(text, 11, 2) != NO_NUMBER
                && charAt(text, 13) == ':'
                && digits(text, 14, 2) != NO_NUMBER;
    }

    /** The number of fraction digits after the point at 19, between 1 and 9. */
    private static int fractionLength(String text) {
        int length = 0;
        while (digits(text, 20 + length, 1) != NO_NUMBER) {
            length++;
        }
        return length >= 1 && length <= 9 ? length : NO_NUMBER;
    }

    private static LocalDate readDate(RecordField field, String text) throws MalformedRecord {
        int year = digits(text, 0, 4);
        if (year == 0) {
            throw TimeText.outOfYears(field, text);
        }
        try {
            return LocalDate.of(year, digits(text, 5, 2), digits(text, 8, 2));
        } catch (DateTimeException e) {
            throw field.refuse(Reason.INVALID_TIME, Excerpt.of(text), "no calendar has this date");
        }
    }

    private static LocalTime readTime(RecordField field, String text, int second, int nano) throws MalformedRecord {
        try {
            return LocalTime.of(digits(text, 11, 2), digits(text, 14, 2), second, nano);
        } catch (DateTimeException e) {
            throw field.refuse(Reason.INVALID_TIME, Excerpt.of(text), "no clock has this time");
        }
    }

    private static @Nullable ZoneOffset offset(RecordField field, String text, int at) throws MalformedRecord {
        int length = text.length() - at;
        if (length == 0) {
            return null;
        }
        char sign = text.charAt(at);
        if (length == 1 && sign == 'Z') {
            return ZoneOffset.UTC;
        }
        boolean colon = length == 6 && text.charAt(at + 3) == ':';
        int hours = digits(text, at + 1, 2);
        int minutes = length == 3 ? 0 : digits(text, at + (colon ? 4 : 3), 2);
        boolean rightLength = length == 3 || length == 5 || colon;
        if ((sign != '+' && sign != '-') || !rightLength || hours == NO_NUMBER || minutes == NO_NUMBER) {
            throw otherForm(field, text);
        }
        try {
            return sign == '-'
                    ? ZoneOffset.ofHoursMinutes(-hours, -minutes)
                    : ZoneOffset.ofHoursMinutes(hours, minutes);
        } catch (DateTimeException e) {
            throw field.refuse(Reason.INVALID_TIME, Excerpt.of(text), "offsets go from -18:00 to +18:00");
        }
    }

    private static MalformedRecord otherForm(RecordField field, String text) {
        return LONG_YEAR.matcher(text).matches()
                ? TimeText.outOfYears(field, text)
                : field.refuse(Reason.TYPE_MISMATCH, Excerpt.of(text));
    }

    /** The value of {@code count} ASCII digits, or NO_NUMBER if they are not all there. */
    private static int digits(String text, int from, int count) {
        if (from + count > text.length()) {
            return NO_NUMBER;
        }
        int value = 0;
        for (int i = from; i < from + count; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return NO_NUMBER;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static char charAt(String text, int at) {
        return at < text.length() ? text.charAt(at) : '\0';
    }
}
