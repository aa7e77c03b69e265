package io.lakeproof.jobs.dedup;

import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.RowEncoding;
import io.lakeproof.error.Failure;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Walks rows that are sorted by key and order, and lets one row of each key through: the first in the order, and among those
 * that tie, the one with the smallest row digest. Needs the table's columns in canonical form, then whether the row is stored
 * already. Holds one row, and the digests of the distinct rows that tie, never a whole key.
 *
 * @param table the table's schema
 * @param key positions of the key columns
 * @param order positions of the order columns
 */
record SurvivorPass(StructType table, List<Integer> key, List<Integer> order, Tally tally)
        implements MapPartitionsFunction<Row, Row> {
    SurvivorPass {
        key = List.copyOf(key);
        order = List.copyOf(order);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Survivors(rows);
    }

    private boolean isStored(Row row) {
        return row.getBoolean(table.length());
    }

    private static boolean agree(Row a, Row b, List<Integer> positions) {
        for (int i : positions) {
            if (!isSame(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Equality of values, as keys compare: bytes by content, -0.0 as 0.0, one NaN, decimals by number. */
    private static boolean isSame(@Nullable Object a, @Nullable Object b) {
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.equals(x, y);
        }
        if (a instanceof BigDecimal x && b instanceof BigDecimal y) {
            return x.compareTo(y) == 0;
        }
        if (a instanceof Double || a instanceof Float) {
            return b != null && compare(((Number) a).doubleValue(), ((Number) b).doubleValue()) == 0;
        }
        return Objects.equals(a, b);
    }

    private static int compare(double a, double b) {
        return Double.compare(a == 0.0 ? 0.0 : a, b == 0.0 ? 0.0 : b);
    }

    private final class Survivors implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final RowEncoding encoding = new RowEncoding(table);
        private @Nullable Row ahead;
        private @Nullable Row survivor;
        private Tally.Rows counts = Tally.Rows.ZERO;

        Survivors(Iterator<Row> rows) {
            this.rows = rows;
            this.ahead = rows.hasNext() ? rows.next() : null;
        }

        @Override
        public boolean hasNext() {
            if (survivor == null && ahead != null) {
                survivor = nextKey(ahead);
                if (ahead == null) {
                    tally.add(counts);
                }
            }
            return survivor != null;
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Row row = Objects.requireNonNull(survivor);
            survivor = null;
            return row;
        }

        private Row nextKey(Row first) {
            advance();
            if (ahead == null || !agree(first, ahead, key)) {
                counts = counts.plus(isStored(first) ? Tally.Rows.ZERO : new Tally.Rows(1, 1, 0, 0, 0));
                return first;
            }
            Contest contest = new Contest(first);
            while (ahead != null && agree(first, ahead, key)) {
                contest.enter(ahead);
                advance();
            }
            counts = counts.plus(contest.result());
            return contest.winner();
        }

        private void advance() {
            ahead = rows.hasNext() ? rows.next() : null;
        }

        /** The rows of one key, in their order. */
        private final class Contest {
            private final Map<MultisetDigest, Copies> tied = new HashMap<>();
            private Row best;
            private byte[] bestDigest;
            private Row last;
            private boolean firstTie = true;
            private int stored;
            private long offered;
            private long exact;
            private long distinct;

            Contest(Row first) {
                best = first;
                last = first;
                bestDigest = count(first);
            }

            void enter(Row row) {
                if (!agree(last, row, order)) {
                    settle();
                    firstTie = false;
                }
                last = row;
                byte[] digest = count(row);
                // The stored copy stands for its equals, so that what survives is known to be stored.
                int versus = Arrays.compareUnsigned(digest, bestDigest);
                if (firstTie && (versus < 0 || (versus == 0 && isStored(row)))) {
                    best = row;
                    bestDigest = digest;
                }
            }

            Row winner() {
                return best;
            }

            Tally.Rows result() {
                settle();
                if (stored > 1) {
                    throw new Failure.Integrity(
                            "the stored table holds " + stored + " rows with one key",
                            "The table was changed by somebody else; `lakeproof verify` shows where.");
                }
                if (isStored(best)) {
                    return new Tally.Rows(offered, 0, 0, exact, distinct);
                }
                return new Tally.Rows(offered, 1 - stored, stored, exact, distinct - 1);
            }

            private byte[] count(Row row) {
                byte[] digest = encoding.digest(row);
                Copies copies = tied.computeIfAbsent(MultisetDigest.ofRow(digest), d -> new Copies());
                if (isStored(row)) {
                    stored++;
                    copies.stored = true;
                } else {
                    offered++;
                    copies.offered++;
                }
                return digest;
            }

            /** Rows that are equal in every column also tie, so their copies can be counted tie by tie. */
            private void settle() {
                for (Copies copies : tied.values()) {
                    exact += copies.stored ? copies.offered : copies.offered - 1;
                    distinct += copies.stored ? 0 : 1;
                }
                tied.clear();
            }
        }
    }

    private static final class Copies {
        boolean stored;
        long offered;
    }
}
