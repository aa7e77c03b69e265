package io.lakeproof.jobs.dedup;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The event dates that a table has, in order, each with the time that its rows can have in the zone of the pipeline. */
final class DateSpans {
    /**
     * A date, and the instants that it may have: no instant of it lies outside, and where clocks change some of a neighbour
     * may lie inside.
     *
     * @param from microseconds since 1970-01-01T00:00Z, inclusive
     * @param to exclusive
     */
    record Span(String date, long from, long to) {}

    private final List<Span> spans;

    DateSpans(Collection<String> dates, ZoneId zone) {
        this.spans = new TreeSet<>(dates).stream().map(date -> of(date, zone)).toList();
    }

    static Span of(String date, ZoneId zone) {
        LocalDateTime start = LocalDate.parse(date).atStartOfDay();
        LocalDateTime end = start.plusDays(1);
        Set<ZoneOffset> offsets = new TreeSet<>(); // the greatest offset first
        Instant after = end.plusDays(1).toInstant(ZoneOffset.UTC);
        Instant before = start.minusDays(1).toInstant(ZoneOffset.UTC);
        ZoneRules rules = zone.getRules();
        offsets.add(rules.getOffset(before));
        for (ZoneOffsetTransition next = rules.nextTransition(before);
                next != null && next.getInstant().isBefore(after);
                next = rules.nextTransition(next.getInstant())) {
            offsets.add(next.getOffsetAfter());
        }
        long from = offsets.stream().mapToLong(start::toEpochSecond).min().orElseThrow();
        long to = offsets.stream().mapToLong(end::toEpochSecond).max().orElseThrow();
        return new Span(date, from * 1_000_000, to * 1_000_000);
    }

    List<Span> all() {
        return spans;
    }

    /** The spans that end after an instant, in their order. */
    List<Span> endingAfter(long micros) {
        return spans.stream().filter(span -> span.to() > micros).toList();
    }
}
