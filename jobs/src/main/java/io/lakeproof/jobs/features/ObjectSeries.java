package io.lakeproof.jobs.features;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Values of any other kind, as objects: decimals, the bytes of strings and binaries, and what only {@code first} may take. */
final class ObjectSeries extends Series {
    private @Nullable Object[] objects = new Object[0];

    ObjectSeries(int input) {
        super(input);
    }

    @Override
    void resizeValues(int capacity, int head, int end) {
        @Nullable Object[] larger = new Object[capacity];
        for (int p = head; p < end; p++) {
            larger[p & (capacity - 1)] = objects[p & mask];
        }
        objects = larger;
    }

    @Override
    void setValue(int position, Row row, int input) {
        objects[position & mask] = row.get(input);
    }

    @Override
    @SuppressWarnings("unchecked") // the values of a column are of one class
    int compare(int position, int other) {
        Object a = value(position);
        Object b = value(other);
        return a instanceof byte[] bytes
                ? Arrays.compareUnsigned(bytes, (byte[]) b)
                : ((Comparable<Object>) a).compareTo(b);
    }

    @Override
    Object value(int position) {
        return Objects.requireNonNull(objects[position & mask]);
    }

    @Override
    void addTo(Moments moments, int position, long sign) {
        moments.addInteger(((BigDecimal) value(position)).unscaledValue(), sign);
    }

    @Override
    Distinct distinct() {
        Map<Object, Integer> counts = new HashMap<>();
        return new Distinct() {
            @Override
            public void add(int position) {
                counts.merge(key(position), 1, Integer::sum);
            }

            @Override
            public void remove(int position) {
                counts.computeIfPresent(key(position), (key, count) -> count == 1 ? null : count - 1);
            }

            @Override
            public int size() {
                return counts.size();
            }

            @Override
            public void clear() {
                counts.clear();
            }
        };
    }

    /** Equal for equal values; decimals of one column have one scale. */
    private Object key(int position) {
        return value(position) instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value(position);
    }
}
