package io.lakeproof.jobs.features;

/**
 * The least or the greatest value of a window that only moves forward: a queue of positions whose values rise or fall strictly
 * (the ascending minima of R. Harter, 2001), 4 bytes each. Among equal values it keeps the last.
 */
final class Extreme {
    /** There is no such position. */
    static final int NONE = -1;

    private static final int SMALLEST = 16;
    private static final int KEPT = 1 << 12;

    private final Series series;
    private final boolean greatest;
    private int[] queue = new int[SMALLEST];
    private int head;
    private int size;

    Extreme(Series series, boolean greatest) {
        this.series = series;
        this.greatest = greatest;
    }

    void clear() {
        head = 0;
        size = 0;
        if (queue.length > KEPT) {
            queue = new int[SMALLEST];
        }
    }

    /** A value enters, behind the others. */
    void push(int position) {
        int mask = queue.length - 1;
        while (size > 0 && !isBetter(queue[(head + size - 1) & mask], position)) {
            size--;
        }
        if (size == queue.length) {
            grow();
            mask = queue.length - 1;
        }
        queue[(head + size++) & mask] = position;
    }

    /** The first value leaves. */
    void evict(int position) {
        if (size > 0 && queue[head] == position) {
            head = (head + 1) & (queue.length - 1);
            size--;
        }
    }

    /** The position of the extreme value, or {@link #NONE}. */
    int best() {
        return size == 0 ? NONE : queue[head];
    }

    /** The better of two positions, either of which may be {@link #NONE}. */
    int better(int position, int other) {
        if (position == NONE || other == NONE) {
            return position == NONE ? other : position;
        }
        return isBetter(position, other) ? position : other;
    }

    private boolean isBetter(int position, int other) {
        int order = series.compare(position, other);
        return greatest ? order > 0 : order < 0;
    }

    private void grow() {
        int[] larger = new int[queue.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = queue[(head + i) & (queue.length - 1)];
        }
        queue = larger;
        head = 0;
    }
}
