package io.lakeproof.jobs.features;

import io.lakeproof.digest.RowEncoding;
import io.lakeproof.error.Failure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Walks rows that are sorted by their prefix, and gives out the carried columns and the features of every row of the scope. All
 * rows of an entity are in one partition. Holds the rows of one prefix, and what the windows of one entity reach.
 */
record WindowPass(WindowPlan plan) implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Features(plan, rows);
    }

    private static final class Features implements Iterator<Row> {
        private final WindowPlan plan;
        private final Iterator<Row> rows;
        private final Entities entities;
        private final int prefixAt;
        private final int timeAt;
        private final ArrayDeque<Row> ready = new ArrayDeque<>();
        private final List<Row> batch = new ArrayList<>();
        private @Nullable RowEncoding encoding;
        private long hash;
        private @Nullable Row ahead;

        Features(WindowPlan plan, Iterator<Row> rows) {
            this.plan = plan;
            this.rows = rows;
            this.entities = new Entities(plan);
            this.prefixAt = plan.prefix();
            this.timeAt = plan.time();
            advance();
        }

        @Override
        public boolean hasNext() {
            while (ready.isEmpty() && ahead != null) {
                takeBatch(ahead);
            }
            return !ready.isEmpty();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.remove();
        }

        private void advance() {
            ahead = rows.hasNext() ? rows.next() : null;
        }

        /** Takes the rows of one prefix: of one stretch of time, and of the entities of one hash. */
        private void takeBatch(Row first) {
            if (first.isNullAt(prefixAt)) { // these come first
                throw new Failure.DataGate(
                        "a row has no time, at " + entities.place(first),
                        "Give every row of the source a time, or name another column in features.time.");
            }
            long prefix = first.getLong(prefixAt);
            if (SortPrefix.hash(prefix) != hash) {
                hash = SortPrefix.hash(prefix);
                entities.clear();
            }
            advance();
            if (ahead == null || ahead.getLong(prefixAt) != prefix) {
                takeAlone(first);
                return;
            }
            batch.clear();
            batch.add(first);
            while (ahead != null && ahead.getLong(prefixAt) == prefix) {
                batch.add(ahead);
                advance();
            }
            batch.sort(Comparator.comparingLong(row -> row.getLong(timeAt)));
            int from = 0;
            while (from < batch.size()) {
                int to = from + 1;
                while (to < batch.size()
                        && batch.get(to).getLong(timeAt) == batch.get(from).getLong(timeAt)) {
                    to++;
                }
                takeInstant(batch.subList(from, to));
                from = to;
            }
        }

        /** The rows of one instant, which may be of several entities. */
        private void takeInstant(List<Row> instant) {
            List<Row> rest = instant;
            while (!rest.isEmpty()) {
                Row first = rest.get(0);
                List<Row> own = new ArrayList<>();
                List<Row> others = new ArrayList<>();
                rest.forEach(row -> (entities.isSame(first, row) ? own : others).add(row));
                if (own.size() == 1) {
                    takeAlone(first);
                } else {
                    takeGroup(own);
                }
                rest = others;
            }
        }

        private void takeAlone(Row row) {
            @Nullable Object[] output = output(row);
            try {
                entities.of(row).take(row.getLong(timeAt), row, output);
            } catch (FeatureProblem problem) {
                throw entities.located(problem, row);
            }
            give(output);
        }

        private void takeGroup(List<Row> rows) {
            List<Row> group = inOrder(rows);
            List<@Nullable Object @Nullable []> outputs = new ArrayList<>(group.size());
            group.forEach(row -> outputs.add(output(row)));
            Row first = group.get(0);
            try {
                entities.of(first).take(first.getLong(timeAt), group, outputs);
            } catch (FeatureProblem problem) {
                throw entities.located(problem, first);
            }
            outputs.forEach(this::give);
        }

        private List<Row> inOrder(List<Row> rows) {
            return switch (plan.order()) {
                case UNIQUE ->
                    throw new Failure.Integrity(
                            "the source holds " + rows.size() + " rows with one key, at " + entities.place(rows.get(0)),
                            "The table was changed by somebody else; `lakeproof verify` shows where.");
                case NONE -> rows;
                case DIGEST -> byDigest(rows);
            };
        }

        private List<Row> byDigest(List<Row> rows) {
            if (encoding == null) {
                encoding = new RowEncoding(plan.rows());
            }
            RowEncoding digests = encoding;
            return rows.stream()
                    .map(row -> Map.entry(digests.digest(row), row))
                    .sorted(Map.Entry.comparingByKey(Arrays::compareUnsigned))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        /** The carried columns, with room for the features; null if the row is out of the scope. */
        private @Nullable Object @Nullable [] output(Row row) {
            if (!row.getBoolean(plan.inScope())) {
                return null;
            }
            @Nullable
            Object[] output = new Object[plan.carried() + plan.features().size()];
            for (int i = 0; i < plan.carried(); i++) {
                output[i] = row.get(i);
            }
            return output;
        }

        private void give(@Nullable Object @Nullable [] output) {
            if (output != null) {
                ready.add(RowFactory.create(output));
            }
        }
    }
}
