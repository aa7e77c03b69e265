package io.lakeproof.jobs.features;

import io.lakeproof.config.Window;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a window of time begins: a function of the instant at which it ends that never goes back.
 *
 * <p>A window of n calendar days that ends at t begins at the first instant at which the wall clock of the zone shows what it
 * shows at t, or later, n days before. While the wall clock repeats an hour, it counts as standing at that hour's end, so a
 * window never begins earlier than that of a row before. A time that the zone skips stands for the end of the gap.
 */
abstract class WindowStart {
    private static final long MICROS = Window.MICROS_PER_SECOND;
    private static final long DAY = 86_400 * MICROS;

    /** The start of a window that ends at the instant. */
    abstract long of(long micros);

    /** The last instant whose window begins at this instant or before. */
    long lastFrom(long micros) {
        long length = micros - of(micros);
        long low = micros;
        long high = micros + length + 2 * DAY;
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (of(middle) <= micros) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    static WindowStart of(Window window, ZoneId zone) {
        if (window instanceof Window.Elapsed elapsed) {
            return new Fixed(elapsed.micros());
        }
        if (window instanceof Window.Days days) {
            return zone.getRules().isFixedOffset() ? new Fixed(days.count() * DAY) : new Calendar(days.count(), zone);
        }
        throw new IllegalArgumentException(window + " is a number of rows");
    }

    private static final class Fixed extends WindowStart {
        private final long length;

        Fixed(long length) {
            this.length = length;
        }

        @Override
        long of(long micros) {
            return micros - length;
        }
    }

    /** Calendar days of a zone whose clocks are changed. Not thread-safe: it remembers stretches without a change. */
    private static final class Calendar extends WindowStart {

        /** From an instant to before another, the start lies this much earlier. */
        private record Stretch(long from, long to, long length) {}

        private final int days;
        private final ZoneId zone;
        private final TreeMap<Long, Stretch> stretches = new TreeMap<>();
        private Stretch recent = new Stretch(0, 0, 0);

        Calendar(int days, ZoneId zone) {
            this.days = days;
            this.zone = zone;
        }

        @Override
        long of(long micros) {
            if (micros < recent.from || micros >= recent.to) {
                Map.Entry<Long, Stretch> near = stretches.floorEntry(micros);
                if (near == null || micros >= near.getValue().to) {
                    return uncached(micros);
                }
                recent = near.getValue();
            }
            return micros - recent.length;
        }

        private long uncached(long micros) {
            ZoneRules rules = zone.getRules();
            Instant instant = instant(micros);
            LocalDateTime shown = LocalDateTime.ofInstant(instant, rules.getOffset(instant));
            ZoneOffsetTransition repeated = rules.getTransition(shown);
            boolean stands = repeated != null && repeated.isOverlap() && !instant.isBefore(repeated.getInstant());
            LocalDateTime wanted = (stands ? repeated.getDateTimeBefore() : shown).minusDays(days);
            ZoneOffsetTransition there = rules.getTransition(wanted);
            if (there != null && there.isGap()) {
                return micros(there.getInstant());
            }
            ZoneOffset offset = there == null ? rules.getOffset(wanted) : there.getOffsetBefore();
            long start = micros(wanted.toInstant(offset));
            if (!stands) {
                remember(rules, micros, start);
            }
            return start;
        }

        /** Both ends of the window move alike until the next change of the clocks at either. */
        private void remember(ZoneRules rules, long micros, long start) {
            long to = Math.min(next(rules, micros), next(rules, start) + (micros - start));
            stretches.put(micros, new Stretch(micros, to, micros - start));
            if (stretches.size() > 4_096) {
                stretches.clear();
            }
        }

        private static long next(ZoneRules rules, long micros) {
            ZoneOffsetTransition next = rules.nextTransition(instant(micros));
            return next == null ? Long.MAX_VALUE / 2 : micros(next.getInstant());
        }

        private static Instant instant(long micros) {
            return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000L);
        }

        private static long micros(Instant instant) {
            return instant.getEpochSecond() * MICROS + instant.getNano() / 1_000;
        }
    }
}
