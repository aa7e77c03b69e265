package io.lakeproof.compare;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Walks the rows of both sides by key and digest, and gives those that differ. */
final class KeyWalk implements Iterator<KeyWalk.Difference> {
    static final boolean LEFT = false;
    static final boolean RIGHT = true;

    private static final int KEY = 0;
    private static final int DIGEST = 1;
    private static final int SIDE = 2;
    private static final int ROW = 3;

    /** So many rows, equal in every column, of which one side has the one or both have one each. */
    record Difference(
            long rows,
            Row keyed,
            @Nullable Row left,
            @Nullable Row right) {
        Change change() {
            if (left == null) {
                return Change.ADDED;
            }
            return right == null ? Change.REMOVED : Change.CHANGED;
        }

        byte[] key() {
            return keyed.getAs(KEY);
        }
    }

    /** Rows of one side that have no partner on the other yet. */
    private record Surplus(Row tagged, long rows) {
        boolean side() {
            return tagged.getBoolean(SIDE);
        }

        Difference alone() {
            Row row = tagged.getStruct(ROW);
            return side() == LEFT ? new Difference(rows, tagged, row, null) : new Difference(rows, tagged, null, row);
        }

        Difference with(Surplus other, long pairs) {
            Row own = tagged.getStruct(ROW);
            Row others = other.tagged.getStruct(ROW);
            return side() == LEFT
                    ? new Difference(pairs, tagged, own, others)
                    : new Difference(pairs, tagged, others, own);
        }
    }

    private final Iterator<Row> rows;
    private final boolean isKeyed;
    private final Deque<Surplus> waiting = new ArrayDeque<>();
    private final Deque<Difference> ready = new ArrayDeque<>();
    private @Nullable Row next;
    private long left;
    private long right;
    private long same;

    KeyWalk(Iterator<Row> rows, ComparisonSpec spec) {
        this.rows = rows;
        this.isKeyed = spec.isKeyed();
        this.next = rows.hasNext() ? rows.next() : null;
    }

    /** Rows of the left side so far. */
    long left() {
        return left;
    }

    /** Rows of the right side so far. */
    long right() {
        return right;
    }

    /** Rows so far that both sides have. */
    long same() {
        return same;
    }

    @Override
    public boolean hasNext() {
        Row first = next;
        while (ready.isEmpty() && first != null) {
            walkEqualRows(first);
            first = next;
        }
        return !ready.isEmpty();
    }

    @Override
    public Difference next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    /** Takes the rows that equal the first in every column, and cancels those that both sides have. */
    private void walkEqualRows(Row first) {
        Row ofLeft = null;
        Row ofRight = null;
        long surplus = 0;
        for (Row row = first; row != null && isAlike(row, first, KEY) && isAlike(row, first, DIGEST); row = next) {
            if (row.getBoolean(SIDE) == LEFT) {
                ofLeft = row;
                left++;
                surplus++;
            } else {
                ofRight = row;
                right++;
                // The left rows of these come first.
                same += surplus > 0 ? 1 : 0;
                surplus--;
            }
            next = rows.hasNext() ? rows.next() : null;
        }
        if (surplus > 0 && ofLeft != null) {
            settle(new Surplus(ofLeft, surplus));
        } else if (surplus < 0 && ofRight != null) {
            settle(new Surplus(ofRight, -surplus));
        }
        if (next == null || !isAlike(next, first, KEY)) {
            waiting.forEach(alone -> ready.add(alone.alone()));
            waiting.clear();
        }
    }

    /** Pairs rows with those of the other side that wait; what finds no partner waits, until the key ends. */
    private void settle(Surplus surplus) {
        if (!isKeyed) {
            ready.add(surplus.alone());
            return;
        }
        long open = surplus.rows();
        while (open > 0 && !waiting.isEmpty() && waiting.element().side() != surplus.side()) {
            Surplus partner = waiting.remove();
            long pairs = Math.min(open, partner.rows());
            ready.add(surplus.with(partner, pairs));
            if (partner.rows() > pairs) {
                waiting.addFirst(new Surplus(partner.tagged(), partner.rows() - pairs));
            }
            open -= pairs;
        }
        if (open > 0) {
            waiting.add(new Surplus(surplus.tagged(), open));
        }
    }

    private static boolean isAlike(Row a, Row b, int column) {
        return Arrays.equals(a.<byte[]>getAs(column), b.<byte[]>getAs(column));
    }
}
