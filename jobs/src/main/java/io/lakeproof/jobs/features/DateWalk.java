package io.lakeproof.jobs.features;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Goes through dates in growing chunks: the first has so many dates that they hold a million rows, which cost less to read than a
 * job costs to start, and each further one eight times as many. A chunk never mixes dates that a predicate tells apart.
 */
final class DateWalk {
    /** How many rows the first chunk of a walk has, at least. */
    static final long FIRST_ROWS = 1_000_000;

    /** New entities come every day, and are looked for in all dates: few large steps cost less than many. */
    private static final int GROWTH = 8;

    private final List<String> dates;
    private final Map<String, Long> rowsByDate;
    private final Predicate<String> kind;
    private long rows;
    private int next;

    /**
     * Through dates in the order of the list.
     *
     * @param rows of the first chunk
     */
    DateWalk(List<String> dates, Map<String, Long> rowsByDate, Predicate<String> kind, long rows) {
        this.dates = List.copyOf(dates);
        this.rowsByDate = rowsByDate;
        this.kind = kind;
        this.rows = rows;
    }

    boolean hasNext() {
        return next < dates.size();
    }

    List<String> next() {
        List<String> chunk = new ArrayList<>();
        boolean first = kind.test(dates.get(next));
        for (long left = rows; left > 0 && next < dates.size() && kind.test(dates.get(next)) == first; next++) {
            chunk.add(dates.get(next));
            left -= rowsByDate.getOrDefault(dates.get(next), 0L);
        }
        rows = Math.min(rows, Long.MAX_VALUE / GROWTH) * GROWTH;
        return chunk;
    }
}
