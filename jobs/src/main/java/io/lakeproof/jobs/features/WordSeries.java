package io.lakeproof.jobs.features;

import org.apache.spark.sql.Row;

/**
 * Values that fit 64 bits, 8 bytes a row: integers, dates, timestamps, booleans and doubles; of doubles the bits, in the order
 * of the numbers: NaN, of which there is one, is the greatest, and there is one zero.
 */
final class WordSeries extends Series {
    private static final long NAN = Double.doubleToLongBits(Double.NaN);

    private final ValueKind kind;
    private long[] words = new long[0];

    WordSeries(int input, ValueKind kind) {
        super(input);
        this.kind = kind;
    }

    @Override
    void resizeValues(int capacity, int head, int end) {
        long[] larger = new long[capacity];
        for (int p = head; p < end; p++) {
            larger[p & (capacity - 1)] = words[p & mask];
        }
        words = larger;
    }

    @Override
    void setValue(int position, Row row, int input) {
        Object value = row.get(input);
        words[position & mask] = switch (kind) {
            case DOUBLE -> sortable(((Number) value).doubleValue());
            case BOOLEAN -> (Boolean) value ? 1 : 0;
            default -> ((Number) value).longValue();
        };
    }

    @Override
    int compare(int position, int other) {
        return Long.compare(words[position & mask], words[other & mask]);
    }

    @Override
    Object value(int position) {
        long word = words[position & mask];
        return kind == ValueKind.DOUBLE ? (Object) Double.longBitsToDouble(turned(word)) : (Object) word;
    }

    @Override
    void addTo(Moments moments, int position, long sign) {
        long word = words[position & mask];
        if (kind == ValueKind.DOUBLE) {
            moments.add(turned(word), sign);
        } else {
            moments.addInteger(word, sign);
        }
    }

    @Override
    Distinct distinct() {
        LongCounts counts = new LongCounts();
        return new Distinct() {
            @Override
            public void add(int position) {
                counts.add(words[position & mask]);
            }

            @Override
            public void remove(int position) {
                counts.remove(words[position & mask]);
            }

            @Override
            public int size() {
                return counts.distinct();
            }

            @Override
            public void clear() {
                counts.clear();
            }
        };
    }

    private static long sortable(double value) {
        if (Double.isNaN(value)) {
            return NAN;
        }
        return turned(Double.doubleToRawLongBits(value + 0.0));
    }

    /** Bits to a word that sorts as the number does, and back. */
    private static long turned(long bits) {
        return bits ^ ((bits >> 63) & Long.MAX_VALUE);
    }
}
