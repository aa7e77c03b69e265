package io.lakeproof.jobs.features;

import io.lakeproof.config.Aggregate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the features of one frame need to know of one series, kept up to date while the frame moves.
 *
 * <p>Where rows of one instant are not a matter of order, one row's window may differ from the frame by that row: then it is
 * {@link #with} the row, or {@link #without} it, while results are read.
 */
final class Slide {
    private static final int NONE = Extreme.NONE;

    private final Series series;
    private final @Nullable Moments moments;
    private final @Nullable Extreme least;
    private final @Nullable Extreme greatest;
    private final Series.@Nullable Distinct distinct;
    private final @Nullable Others leastOthers;
    private final @Nullable Others greatestOthers;
    private int low;
    private int high;
    private int count;
    private int first;
    private int last = NONE;
    private int lastBefore = NONE;
    private int groupStart;
    private int added = NONE;
    private int removed = NONE;

    Slide(Series series, Set<Aggregate> aggregates) {
        this.series = series;
        boolean squares = aggregates.stream().anyMatch(Slide::needsSquares);
        this.moments = squares || aggregates.contains(Aggregate.SUM) || aggregates.contains(Aggregate.MEAN)
                ? new Moments(squares)
                : null;
        this.least = aggregates.contains(Aggregate.MIN) ? new Extreme(series, false) : null;
        this.greatest = aggregates.contains(Aggregate.MAX) ? new Extreme(series, true) : null;
        this.distinct = aggregates.contains(Aggregate.DISTINCT) ? series.distinct() : null;
        this.leastOthers = least == null ? null : new Others(least);
        this.greatestOthers = greatest == null ? null : new Others(greatest);
    }

    private static boolean needsSquares(Aggregate aggregate) {
        return switch (aggregate) {
            case VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP -> true;
            default -> false;
        };
    }

    /** Begins another entity. */
    void reset() {
        clear();
        low = 0;
        high = 0;
        first = 0;
        last = NONE;
    }

    /** Moves both ends of the window forward: it holds the positions from {@code newLow} to before {@code newHigh}. */
    void moveTo(int newLow, int newHigh) {
        if (newLow >= high) {
            clear();
            high = newLow;
        } else {
            for (int p = low; p < newLow; p++) {
                evict(p);
            }
        }
        low = newLow;
        for (int p = high; p < newHigh; p++) {
            push(p);
        }
        high = newHigh;
    }

    private void clear() {
        count = 0;
        if (moments != null) {
            moments.clear();
        }
        if (least != null) {
            least.clear();
        }
        if (greatest != null) {
            greatest.clear();
        }
        if (distinct != null) {
            distinct.clear();
        }
    }

    private void push(int position) {
        if (series.isNull(position)) {
            return;
        }
        enter(position);
        last = position;
        if (least != null) {
            least.push(position);
        }
        if (greatest != null) {
            greatest.push(position);
        }
    }

    private void evict(int position) {
        if (series.isNull(position)) {
            return;
        }
        leave(position);
        if (least != null) {
            least.evict(position);
        }
        if (greatest != null) {
            greatest.evict(position);
        }
    }

    private void enter(int position) {
        count++;
        if (moments != null) {
            series.addTo(moments, position, 0);
        }
        if (distinct != null) {
            distinct.add(position);
        }
    }

    private void leave(int position) {
        count--;
        if (moments != null) {
            series.addTo(moments, position, -1);
        }
        if (distinct != null) {
            distinct.remove(position);
        }
    }

    /** From now until {@link #asItIs}, the window holds this row too, which comes after all others. */
    void with(int position) {
        if (!series.isNull(position)) {
            added = position;
            enter(position);
        }
    }

    /** What is pushed from now on is one group, of which {@link #without} can leave out a row. */
    void beginGroup() {
        groupStart = high;
        lastBefore = last;
        if (leastOthers != null) {
            leastOthers.begin();
        }
        if (greatestOthers != null) {
            greatestOthers.begin();
        }
    }

    /** The group has been pushed. */
    void endGroup() {
        for (int p = groupStart; p < high; p++) {
            if (!series.isNull(p)) {
                if (leastOthers != null) {
                    leastOthers.add(p);
                }
                if (greatestOthers != null) {
                    greatestOthers.add(p);
                }
            }
        }
    }

    /** From now until {@link #asItIs}, the window lacks this row of the group. */
    void without(int position) {
        if (!series.isNull(position)) {
            removed = position;
            leave(position);
        }
    }

    void asItIs() {
        if (added != NONE) {
            leave(added);
            added = NONE;
        }
        if (removed != NONE) {
            enter(removed);
            removed = NONE;
        }
    }

    /** Values in the window that are not null. */
    int count() {
        return count;
    }

    int distinctValues() {
        return distinct == null ? 0 : distinct.size();
    }

    @Nullable
    Moments moments() {
        return moments;
    }

    /** The position of the least value, or none. */
    int least() {
        return extreme(least, leastOthers);
    }

    int greatest() {
        return extreme(greatest, greatestOthers);
    }

    private int extreme(@Nullable Extreme extreme, @Nullable Others others) {
        if (extreme == null || others == null) {
            return NONE;
        }
        return removed == NONE ? extreme.better(extreme.best(), added) : others.without(removed);
    }

    /** The position of the first value that is not null, or none. */
    int first() {
        first = Math.max(first, low);
        while (first < high && series.isNull(first)) {
            first++;
        }
        int from = first;
        if (from == removed) {
            from++;
            while (from < high && series.isNull(from)) {
                from++;
            }
        }
        return from < high ? from : added;
    }

    /** The position of the last value that is not null, or none. */
    int last() {
        if (added != NONE) {
            return added;
        }
        int at = last;
        if (at != NONE && at == removed) {
            at--;
            while (at >= groupStart && series.isNull(at)) {
                at--;
            }
            at = at >= groupStart ? at : lastBefore;
        }
        return at >= low ? at : NONE;
    }

    /** The position before the whole window's rows, if it has as many. */
    int nth(int rows) {
        return high - low == rows && !series.isNull(low) ? low : NONE;
    }

    Object value(int position) {
        return series.value(position);
    }
}
