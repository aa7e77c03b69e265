package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;

import io.lakeproof.config.WindowAnchor;
import io.lakeproof.config.WindowConfig;
import java.io.Serializable;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;

/**
 * The stretches of time in which the windowed table may change, when the clean table has changed on some dates. They are in
 * order and do not overlap, contexts included.
 */
record Stretches(List<Stretch> stretches) implements Serializable {
    /** All of time. */
    static final Stretches ALL =
            new Stretches(List.of(new Stretch(Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE)));

    /** More ranges than this are not worth a comparison for every file; they are joined where they are nearest. */
    private static final int RANGES = 16;

    /**
     * One of them; all in microseconds since 1970-01-01T00:00Z.
     *
     * @param context rows from here on, before {@code from}, are looked at but keep their place
     * @param from rows from here on are decided anew
     * @param to and up to here, exclusive
     * @param horizon the clean table has no row from {@code to} up to here, exclusive
     */
    record Stretch(long context, long from, long to, long horizon) implements Serializable {}

    Stretches {
        stretches = List.copyOf(stretches);
    }

    /**
     * Around the dates that have changed.
     *
     * @param existing every date that the tables have
     */
    static Stretches around(Collection<String> changed, DateSpans existing, WindowConfig window, ZoneId zone) {
        long w = window.micros();
        List<Stretch> stretches = new ArrayList<>();
        for (DateSpans.Span span : new DateSpans(changed, zone).all()) {
            if (window.anchor() == WindowAnchor.BUCKET) {
                long from = Math.floorDiv(span.from(), w) * w;
                stretches.add(new Stretch(from, from, -Math.floorDiv(-span.to(), w) * w, 0));
            } else {
                stretches.add(new Stretch(span.from() - w, span.from(), span.to() + w, 0));
            }
        }
        return merged(stretches, existing);
    }

    /** The same, but those at the given places end some dates later. */
    Stretches extended(Set<Integer> places, int dates, DateSpans existing) {
        List<Stretch> extended = new ArrayList<>();
        for (int i = 0; i < stretches.size(); i++) {
            Stretch stretch = stretches.get(i);
            List<DateSpans.Span> later = existing.endingAfter(stretch.to);
            long to = !places.contains(i) || later.isEmpty()
                    ? stretch.to
                    : later.get(Math.min(dates, later.size()) - 1).to();
            extended.add(new Stretch(stretch.context, stretch.from, to, 0));
        }
        return merged(extended, existing);
    }

    private static Stretches merged(List<Stretch> stretches, DateSpans existing) {
        List<Stretch> merged = new ArrayList<>();
        for (Stretch next : stretches.stream()
                .sorted(Comparator.comparingLong(Stretch::context))
                .toList()) {
            Stretch last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && next.context < last.to) {
                merged.set(merged.size() - 1, new Stretch(last.context, last.from, Math.max(last.to, next.to), 0));
            } else {
                merged.add(next);
            }
        }
        return new Stretches(merged.stream()
                .map(s -> new Stretch(s.context, s.from, s.to, horizon(s.to, existing)))
                .toList());
    }

    private static long horizon(long to, DateSpans existing) {
        List<DateSpans.Span> later = existing.endingAfter(to);
        return later.isEmpty() ? Long.MAX_VALUE : Math.max(to, later.get(0).from());
    }

    /** The place of the stretch that an instant lies in; -1 if in none. */
    int placeOf(long micros) {
        int low = 0;
        int high = stretches.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Stretch stretch = stretches.get(middle);
            if (micros < stretch.context) {
                high = middle - 1;
            } else if (micros >= stretch.to) {
                low = middle + 1;
            } else {
                return middle;
            }
        }
        return -1;
    }

    Stretch at(int place) {
        return stretches.get(place);
    }

    /** Holds for every row of the stretches, and for few others: Delta skips the files that it rules out. */
    Column filter(String time, DateSpans existing) {
        Column inRange = lit(false);
        for (Stretch range : ranges()) {
            inRange = inRange.or(
                    quoted(time).geq(timestamp(range.context)).and(quoted(time).lt(timestamp(range.to))));
        }
        return quoted(EVENT_DATE).isInCollection(dates(existing)).and(inRange);
    }

    /** Those of some dates that have time in common with a stretch, contexts included. */
    List<String> dates(DateSpans existing) {
        return existing.all().stream()
                .filter(span -> stretches.stream().anyMatch(s -> span.from() < s.to && span.to() > s.context))
                .map(DateSpans.Span::date)
                .toList();
    }

    private static Column timestamp(long micros) {
        return timestamp_micros(lit(micros));
    }

    private List<Stretch> ranges() {
        List<Stretch> ranges = new ArrayList<>(stretches);
        while (ranges.size() > RANGES) {
            int nearest = 0;
            for (int i = 1; i < ranges.size() - 1; i++) {
                if (gap(ranges, i) < gap(ranges, nearest)) {
                    nearest = i;
                }
            }
            Stretch next = ranges.remove(nearest + 1);
            ranges.set(nearest, new Stretch(ranges.get(nearest).context, 0, next.to, 0));
        }
        return ranges;
    }

    private static long gap(List<Stretch> ranges, int i) {
        return ranges.get(i + 1).context - ranges.get(i).to;
    }
}
