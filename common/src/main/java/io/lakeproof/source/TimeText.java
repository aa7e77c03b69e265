package io.lakeproof.source;

import io.lakeproof.source.MalformedRecord.Reason;
import io.lakeproof.source.TimestampForm.Written;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Dates and times from text, within the years 0001 to 9999 and to the microsecond; what would change is refused. */
final class TimeText {

    private static final Instant MIN = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private TimeText() {}

    /** {@code yyyy-MM-dd}, and nothing else. */
    static LocalDate date(RecordField field, String text) throws MalformedRecord {
        return IsoTime.date(field, text);
    }

    /** The instant that is written; without a zone in the text it is local time in {@code zone}. */
    static Instant instant(RecordField field, String text, TimestampForm form, ZoneId zone) throws MalformedRecord {
        Written written = form.read(field, text);
        ZoneId where = written.zone() == null ? zone : written.zone();
        Instant instant = requireMicros(field, text, written.local()).toInstant(offset(field, text, written, where));
        if (instant.isBefore(MIN) || !instant.isBefore(END)) {
            throw outOfYears(field, text);
        }
        return instant;
    }

    /** The local time that is written; a zone in the text is refused, for the column could not keep it. */
    static LocalDateTime local(RecordField field, String text, TimestampForm form) throws MalformedRecord {
        Written written = form.read(field, text);
        if (written.zone() != null) {
            throw field.refuse(Reason.TYPE_MISMATCH, Excerpt.of(text), "this type has no zone");
        }
        LocalDateTime local = requireMicros(field, text, written.local());
        if (local.getYear() < 1 || local.getYear() > 9999) {
            throw outOfYears(field, text);
        }
        return local;
    }

    static MalformedRecord outOfYears(RecordField field, String text) {
        return field.refuse(Reason.INVALID_TIME, Excerpt.of(text), "the years are 0001 to 9999 (UTC)");
    }

    private static ZoneOffset offset(RecordField field, String text, Written written, ZoneId zone)
            throws MalformedRecord {
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(written.local());
        if (offsets.size() == 1) {
            return offsets.get(0);
        }
        if (offsets.isEmpty()) {
            throw field.refuse(Reason.NONEXISTENT_TIME, Excerpt.of(text), zone + " skips this local time");
        }
        throw field.refuse(Reason.AMBIGUOUS_TIME, Excerpt.of(text), zone + " has this local time twice");
    }

    private static LocalDateTime requireMicros(RecordField field, String text, LocalDateTime local)
            throws MalformedRecord {
        if (!local.equals(local.truncatedTo(ChronoUnit.MICROS))) {
            throw field.refuse(Reason.INVALID_TIME, Excerpt.of(text), "it has digits below the microsecond");
        }
        return local;
    }
}
