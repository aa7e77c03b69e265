package io.lakeproof.jobs.dedup;

import io.lakeproof.config.WindowAnchor;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.RowEncoding;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.dedup.Stretches.Stretch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Walks the rows of the clean and of the windowed table, sorted by group and time, and returns the rows that the windowed table
 * must gain or lose. Needs the table's columns in canonical form, then whether the row is of the windowed table, the hash of its
 * group and its instant (of the bucket anchor: the start of its bucket). Returns the table's columns, then {@link #ADDED},
 * {@link #REMOVED} or {@link #OPEN}, the hash of the group, and the place of the stretch. Holds the rows of one instant.
 *
 * @param table the table's schema
 * @param group positions of the key columns but the time
 * @param order positions of the order columns
 * @param window in microseconds
 * @param apart rows with a null in the group are each a group of its own
 */
record WindowPass(
        StructType table,
        List<Integer> group,
        List<Integer> order,
        WindowAnchor anchor,
        long window,
        boolean apart,
        Stretches stretches)
        implements MapPartitionsFunction<Row, Row> {
    static final int ADDED = 1;
    static final int REMOVED = -1;

    /** Not a row: at the end of the stretch, the group's new sequence has not met the stored one. */
    static final int OPEN = 0;

    WindowPass {
        group = List.copyOf(group);
        order = List.copyOf(order);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Walk(rows);
    }

    private boolean isStored(Row row) {
        return row.getBoolean(table.length());
    }

    private long hash(Row row) {
        return row.getLong(table.length() + 1);
    }

    private long instant(Row row) {
        return row.getLong(table.length() + 2);
    }

    private boolean isApart(Row row) {
        return apart && group.stream().anyMatch(row::isNullAt);
    }

    private final class Walk implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final RowEncoding encoding = new RowEncoding(table);
        private final int[] groupAt = group.stream().mapToInt(i -> i).toArray();
        private final int[] orderAt = order.stream().mapToInt(i -> i).toArray();
        private final Deque<Row> out = new ArrayDeque<>();
        private @Nullable Row ahead;
        private byte[] aheadGroup = {};
        private @Nullable Sequence sequence;

        Walk(Iterator<Row> rows) {
            this.rows = rows;
            advance();
        }

        @Override
        public boolean hasNext() {
            while (out.isEmpty() && ahead != null) {
                next(ahead);
            }
            return !out.isEmpty();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return out.remove();
        }

        private void advance() {
            ahead = rows.hasNext() ? rows.next() : null;
            aheadGroup = ahead == null ? new byte[0] : encoding.encode(ahead, groupAt);
        }

        /** Decides the rows of one group and instant. */
        private void next(Row first) {
            byte[] own = aheadGroup;
            long instant = instant(first);
            int place = stretches.placeOf(instant);
            Moment moment = isApart(first) ? new ApartMoment() : new Contest();
            while (ahead != null && instant(ahead) == instant && Arrays.equals(aheadGroup, own)) {
                if (place >= 0) {
                    moment.enter(ahead);
                }
                advance();
            }
            if (place >= 0) {
                if (sequence == null || sequence.place != place) {
                    close();
                    sequence = new Sequence(place, hash(first));
                }
                moment.decide(instant, sequence);
            }
            if (ahead == null || !Arrays.equals(aheadGroup, own)) {
                close();
            }
        }

        private void close() {
            if (sequence != null && sequence.isOpen()) {
                Object[] marker = new Object[table.length() + 3];
                out.add(tagged(marker, OPEN, sequence));
            }
            sequence = null;
        }

        private void put(Row row, int change, Sequence of) {
            Object[] values = new Object[table.length() + 3];
            for (int i = 0; i < table.length(); i++) {
                values[i] = row.get(i);
            }
            out.add(tagged(values, change, of));
        }

        private Row tagged(Object[] values, int change, Sequence of) {
            values[table.length()] = change;
            values[table.length() + 1] = of.hash;
            values[table.length() + 2] = of.place;
            return RowFactory.create(values);
        }

        /** The rows of one group and instant (or bucket). */
        private interface Moment {
            void enter(Row row);

            void decide(long instant, Sequence sequence);
        }

        /** Rows that stay as they are in the clean table, all of them. */
        private final class ApartMoment implements Moment {
            private final List<Row> clean = new ArrayList<>();
            private final List<Row> stored = new ArrayList<>();

            @Override
            public void enter(Row row) {
                (isStored(row) ? stored : clean).add(row);
            }

            @Override
            public void decide(long instant, Sequence sequence) {
                if (instant >= sequence.stretch.from() && !digest(clean).equals(digest(stored))) {
                    stored.forEach(row -> put(row, REMOVED, sequence));
                    clean.forEach(row -> put(row, ADDED, sequence));
                }
            }

            private MultisetDigest digest(List<Row> some) {
                return some.stream()
                        .map(row -> MultisetDigest.ofRow(encoding.digest(row)))
                        .reduce(MultisetDigest.EMPTY, MultisetDigest::plus);
            }
        }

        /** Rows of which one survives, if any: the first in the order, and among those that tie the smallest by digest. */
        private final class Contest implements Moment {
            private @Nullable Row best;
            private @Nullable Row stored;
            private boolean tied = true;

            @Override
            public void enter(Row row) {
                if (isStored(row)) {
                    requireFirst(stored, "windowed");
                    stored = row;
                } else if (best == null) {
                    best = row;
                } else if (anchor != WindowAnchor.BUCKET) {
                    requireFirst(best, "clean");
                } else if (tied) {
                    tied = Arrays.equals(encoding.encode(best, orderAt), encoding.encode(row, orderAt));
                    if (tied && Arrays.compareUnsigned(encoding.digest(row), encoding.digest(best)) < 0) {
                        best = row;
                    }
                }
            }

            @Override
            public void decide(long instant, Sequence sequence) {
                boolean kept = sequence.keeps(instant, best != null, stored != null);
                if (instant < sequence.stretch.from()) {
                    return;
                }
                Row survivor = kept ? best : null;
                if (survivor != null
                        && stored != null
                        && Arrays.equals(encoding.digest(survivor), encoding.digest(stored))) {
                    return;
                }
                if (stored != null) {
                    put(stored, REMOVED, sequence);
                }
                if (survivor != null) {
                    put(survivor, ADDED, sequence);
                }
            }

            private static void requireFirst(@Nullable Row other, String which) {
                if (other != null) {
                    throw new Failure.Integrity(
                            "the " + which + " table holds two rows with one key",
                            "The table was changed by somebody else; `lakeproof verify` shows where.");
                }
            }
        }
    }

    /** What the decisions of one group hang on, as far as the walk through a stretch has come. */
    private final class Sequence {
        private final int place;
        private final Stretch stretch;
        private final long hash;
        private boolean any;
        private long last;
        private boolean anyStored;
        private long lastStored;

        Sequence(int place, long hash) {
            this.place = place;
            this.stretch = stretches.at(place);
            this.hash = hash;
        }

        /** Whether the clean row of this instant, if there is one, is kept. */
        boolean keeps(long instant, boolean clean, boolean stored) {
            return switch (anchor) {
                case BUCKET -> clean;
                case PREVIOUS -> clean && follows(instant);
                case KEPT -> keepsAfterKept(instant, clean, stored);
            };
        }

        private boolean follows(long instant) {
            boolean far = !any || instant - last >= window;
            any = true;
            last = instant;
            return far;
        }

        /** Before the stretch, the stored rows are the kept ones; in it, both sequences run side by side. */
        private boolean keepsAfterKept(long instant, boolean clean, boolean stored) {
            boolean kept = instant < stretch.from() ? stored : clean && (!any || instant - last >= window);
            if (kept) {
                any = true;
                last = instant;
            }
            if (stored) {
                anyStored = true;
                lastStored = instant;
            }
            return kept;
        }

        /** Whether the last kept rows differ, and one of them still reaches beyond the stretch. */
        boolean isOpen() {
            if (anchor != WindowAnchor.KEPT || (any == anyStored && last == lastStored)) {
                return false;
            }
            long reach = stretch.horizon() - window;
            return (any && last > reach) || (anyStored && lastStored > reach);
        }
    }
}
