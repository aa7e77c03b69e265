package io.lakeproof.jobs.features;

import io.lakeproof.error.Failure;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The rows of one entity that meet one condition, in the total order of rows: their times, 8 bytes a row, and the values that
 * features need of them, each in a {@link Series}. A row's position counts from the entity's first. Rows that no window can
 * reach any more make room for later ones.
 */
final class Track {
    /** In place of the position of a row that does not meet the condition. */
    static final int NOT_TAKEN = -1;

    private static final int SMALLEST = 64;

    /** Rings larger than this are given back when an entity ends. */
    private static final int KEPT = 1 << 14;

    private final int condition;
    private final List<Series> series = new ArrayList<>();
    private long[] times = new long[SMALLEST];
    private int mask = SMALLEST - 1;
    private int head;
    private int end;
    private int groupStart;
    private int[] positions = new int[1];

    /**
     * Of the rows that meet a condition.
     *
     * @param condition the position in the pass's rows of a boolean that is never null, -1 for all rows
     */
    Track(int condition) {
        this.condition = condition;
    }

    void add(Series values) {
        values.resize(mask + 1, 0, 0);
        series.add(values);
    }

    /** The position of the next row. */
    int end() {
        return end;
    }

    long time(int position) {
        return times[position & mask];
    }

    /** Takes the rows of one instant, in their order, if they meet the condition. */
    void take(long time, List<Row> rows) {
        groupStart = end;
        if (positions.length < rows.size()) {
            positions = new int[rows.size() * 2];
        }
        for (int i = 0; i < rows.size(); i++) {
            positions[i] = take(time, rows.get(i));
        }
    }

    /** As {@link #take(long, List)}, of one row. */
    void takeOne(long time, Row row) {
        groupStart = end;
        positions[0] = take(time, row);
    }

    private int take(long time, Row row) {
        if (condition >= 0 && !row.getBoolean(condition)) {
            return NOT_TAKEN;
        }
        if (end - head > mask) {
            resize(Math.multiplyExact(mask + 1, 2));
        }
        times[end & mask] = time;
        for (int i = 0; i < series.size(); i++) {
            series.get(i).set(end, row);
        }
        if (end == Integer.MAX_VALUE) {
            throw new Failure.DataGate(
                    "an entity has more than " + Integer.MAX_VALUE + " rows in one run",
                    "Run fewer dates at once, or add a column to features.entity.");
        }
        return end++;
    }

    /** The position of the instant's first row that was taken; the end, if none was. */
    int groupStart() {
        return groupStart;
    }

    /** The position of a row of the instant, or {@link #NOT_TAKEN}. */
    int position(int member) {
        return positions[member];
    }

    /** Rows before this position are not needed any more. */
    void release(int position) {
        head = position;
    }

    /** Begins another entity. */
    void reset() {
        head = 0;
        end = 0;
        if (mask >= KEPT) {
            resize(SMALLEST);
        }
    }

    private void resize(int capacity) {
        long[] other = new long[capacity];
        for (int p = head; p < end; p++) {
            other[p & (capacity - 1)] = times[p & mask];
        }
        times = other;
        for (Series values : series) {
            values.resize(capacity, head, end);
        }
        mask = capacity - 1;
    }
}
