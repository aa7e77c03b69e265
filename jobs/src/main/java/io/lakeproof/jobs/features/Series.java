package io.lakeproof.jobs.features;

import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The values of one expression for the rows of a {@link Track}, by position, in a ring that the track makes large enough. */
abstract class Series {
    private final int input;
    private boolean @Nullable [] nulls;
    int mask;

    /**
     * Of a column of the input rows.
     *
     * @param input its position
     */
    Series(int input) {
        this.input = input;
    }

    /** Makes room for as many rows, a power of two, and keeps those of the positions from {@code head} to before {@code end}. */
    final void resize(int capacity, int head, int end) {
        boolean[] old = nulls;
        if (old != null) {
            boolean[] larger = new boolean[capacity];
            for (int p = head; p < end; p++) {
                larger[p & (capacity - 1)] = old[p & mask];
            }
            nulls = larger;
        }
        resizeValues(capacity, head, end);
        mask = capacity - 1;
    }

    final void set(int position, Row row) {
        boolean isNull = row.isNullAt(input);
        if (isNull && nulls == null) {
            nulls = new boolean[mask + 1];
        }
        if (nulls != null) {
            nulls[position & mask] = isNull;
        }
        if (!isNull) {
            setValue(position, row, input);
        }
    }

    final boolean isNull(int position) {
        return nulls != null && nulls[position & mask];
    }

    abstract void resizeValues(int capacity, int head, int end);

    abstract void setValue(int position, Row row, int input);

    /** Compares two values that are not null. */
    abstract int compare(int position, int other);

    /** A value that is not null, as the output has it. */
    abstract Object value(int position);

    /** Adds a value that is not null to the moments, or takes it away. */
    abstract void addTo(Moments moments, int position, long sign);

    /** Counts of distinct values, for a slide of its own. */
    abstract Distinct distinct();

    /** How many distinct values a window holds. */
    interface Distinct {
        void add(int position);

        void remove(int position);

        int size();

        void clear();
    }
}
