package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.agree;

import io.lakeproof.config.NullKey;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.RowEncoding;
import io.lakeproof.error.Failure;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Walks rows that are sorted by key and order, and tells the fate of each: of each key one row survives, the first in the
 * order, and among those that tie, the one with the smallest row digest. Needs the table's columns in canonical form, then
 * whether the row is stored already, then any columns that are carried along; gives the same columns with the fate in place
 * of the second. Of rows that are equal in every column one is told of. Holds the distinct rows that tie, never a whole key.
 *
 * @param table the table's schema
 * @param key positions of the key columns
 * @param order positions of the order columns
 * @param nullKey what a null in a key column means; such rows come only if it is not {@link NullKey#QUARANTINE}
 * @param told the fates whose rows are wanted
 */
record SurvivorPass(
        StructType table, List<Integer> key, List<Integer> order, NullKey nullKey, Set<Fate> told, Tally tally)
        implements MapPartitionsFunction<Row, Row> {
    SurvivorPass {
        key = List.copyOf(key);
        order = List.copyOf(order);
        told = Set.copyOf(told);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Fates(rows);
    }

    private boolean isStored(Row row) {
        return row.getBoolean(table.length());
    }

    /** Rows that all survive: a null makes each its own key. */
    private boolean isKeyless(Row row) {
        return nullKey == NullKey.KEEP && key.stream().anyMatch(row::isNullAt);
    }

    private Row withFate(Row row, Fate fate) {
        @Nullable Object[] values = new Object[row.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        values[table.length()] = fate.code;
        return RowFactory.create(values);
    }

    private final class Fates implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final RowEncoding encoding = new RowEncoding(table);
        private final Queue<Row> out = new ArrayDeque<>();
        private @Nullable Row ahead;
        private @Nullable Contest contest;
        private Tally.Rows counts = Tally.Rows.ZERO;
        private boolean counted;

        Fates(Iterator<Row> rows) {
            this.rows = rows;
            advance();
        }

        @Override
        public boolean hasNext() {
            while (out.isEmpty() && (ahead != null || contest != null)) {
                step();
            }
            if (out.isEmpty() && !counted) {
                counted = true;
                tally.add(counts);
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

        private void step() {
            Contest running = contest;
            if (running != null) {
                if (ahead != null && agree(running.first, ahead, key)) {
                    running.enter(ahead);
                    advance();
                } else {
                    running.end();
                    contest = null;
                }
                return;
            }
            Row first = Objects.requireNonNull(ahead);
            advance();
            if (ahead != null && agree(first, ahead, key)) {
                contest = new Contest(first);
            } else if (isStored(first)) {
                tell(first, Fate.STORED);
            } else {
                counts = counts.plus(new Tally.Rows(1, 1, 0, 0, 0));
                tell(first, Fate.KEPT);
            }
        }

        private void advance() {
            ahead = rows.hasNext() ? rows.next() : null;
        }

        private void tell(Row row, Fate fate) {
            if (told.contains(fate)) {
                out.add(withFate(row, fate));
            }
        }

        /** The rows of one key, in their order. */
        private final class Contest {
            private final Map<MultisetDigest, Copies> tied = new LinkedHashMap<>();
            private final Row first;
            private final boolean keyless;
            private Row last;
            private boolean firstTie = true;
            private @Nullable Copies winner;
            private long stored;
            private long offered;
            private long kept;
            private long exact;
            private long conflict;

            Contest(Row first) {
                this.first = first;
                this.keyless = isKeyless(first);
                this.last = first;
                count(first);
            }

            void enter(Row row) {
                if (!agree(last, row, order)) {
                    settle();
                }
                last = row;
                count(row);
            }

            void end() {
                settle();
                if (keyless) {
                    counts = counts.plus(new Tally.Rows(offered, kept, 0, exact, 0));
                    return;
                }
                if (stored > 1) {
                    throw new Failure.Integrity(
                            "the stored table holds " + stored + " rows with one key",
                            "The table was changed by somebody else; `lakeproof verify` shows where.");
                }
                Copies best = Objects.requireNonNull(winner);
                Fate fate = best.stored ? Fate.STORED : stored > 0 ? Fate.REPLACES : Fate.KEPT;
                tell(best.row, fate);
                counts = counts.plus(new Tally.Rows(
                        offered, fate == Fate.KEPT ? 1 : 0, fate == Fate.REPLACES ? 1 : 0, exact, conflict));
            }

            private void count(Row row) {
                byte[] digest = encoding.digest(row);
                Copies copies = tied.computeIfAbsent(MultisetDigest.ofRow(digest), d -> new Copies(row, digest));
                if (isStored(row)) {
                    stored++;
                    copies.stored = true;
                } else {
                    offered++;
                    copies.offered++;
                }
            }

            /** Rows that are equal in every column also tie, so they can be told apart tie by tie. */
            private void settle() {
                for (Copies copies : tied.values()) {
                    exact += copies.stored ? copies.offered : copies.offered - 1;
                }
                if (keyless) {
                    tied.values().forEach(this::survives);
                } else {
                    if (firstTie) {
                        winner = tied.values().stream()
                                .min((a, b) -> Arrays.compareUnsigned(a.digest, b.digest))
                                .orElseThrow();
                    }
                    tied.values().stream().filter(copies -> copies != winner).forEach(this::loses);
                }
                firstTie = false;
                tied.clear();
            }

            private void survives(Copies copies) {
                kept += copies.stored ? 0 : 1;
                tell(copies.row, copies.stored ? Fate.STORED : Fate.KEPT);
            }

            private void loses(Copies copies) {
                conflict += copies.stored ? 0 : 1;
                tell(copies.row, copies.stored ? Fate.DISPLACED : Fate.CONFLICT);
            }
        }
    }

    /** Rows of one key that are equal in every column. */
    private static final class Copies {
        final Row row;
        final byte[] digest;
        boolean stored;
        long offered;

        Copies(Row row, byte[] digest) {
            this.row = row;
            this.digest = digest;
        }
    }
}
