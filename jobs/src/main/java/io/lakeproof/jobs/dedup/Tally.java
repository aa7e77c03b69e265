package io.lakeproof.jobs.dedup;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.util.AccumulatorV2;

/**
 * Counts what became of the rows, by task partition. A partition that runs again (a retried stage, a speculative copy) puts
 * the same numbers in the same place, so that nothing is counted twice; Spark's own metrics would add them up.
 */
final class Tally extends AccumulatorV2<Tally.Rows, Map<Integer, Tally.Rows>> {
    /**
     * What became of new rows.
     *
     * @param offered new rows that came in
     */
    record Rows(long offered, long kept, long replaced, long exact, long conflict) implements Serializable {
        static final Rows ZERO = new Rows(0, 0, 0, 0, 0);

        Rows plus(Rows other) {
            return new Rows(
                    offered + other.offered,
                    kept + other.kept,
                    replaced + other.replaced,
                    exact + other.exact,
                    conflict + other.conflict);
        }
    }

    private final Map<Integer, Rows> byPartition = new HashMap<>();

    Rows total() {
        return byPartition.values().stream().reduce(Rows.ZERO, Rows::plus);
    }

    @Override
    public boolean isZero() {
        return byPartition.isEmpty();
    }

    @Override
    public Tally copy() {
        Tally copy = new Tally();
        copy.byPartition.putAll(byPartition);
        return copy;
    }

    @Override
    public void reset() {
        byPartition.clear();
    }

    @Override
    public void add(Rows rows) {
        byPartition.put(TaskContext.getPartitionId(), rows);
    }

    @Override
    public void merge(AccumulatorV2<Rows, Map<Integer, Rows>> other) {
        byPartition.putAll(other.value());
    }

    @Override
    public Map<Integer, Rows> value() {
        return byPartition;
    }
}
