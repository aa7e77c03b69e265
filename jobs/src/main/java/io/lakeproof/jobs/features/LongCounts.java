package io.lakeproof.jobs.features;

import java.util.Arrays;

/**
 * How often each number occurs: an open-addressing table that probes the next place and closes the gap behind a number that
 * leaves (Knuth, The Art of Computer Programming 3, algorithm 6.4 R). 12 bytes a place, at most two thirds of them used.
 */
final class LongCounts {
    private static final int SMALLEST = 16;
    private static final int KEPT = 1 << 12;

    private long[] numbers = new long[SMALLEST];
    private int[] counts = new int[SMALLEST];
    private int distinct;

    int distinct() {
        return distinct;
    }

    void clear() {
        if (numbers.length > KEPT) {
            numbers = new long[SMALLEST];
            counts = new int[SMALLEST];
        } else if (distinct > 0) {
            Arrays.fill(counts, 0);
        }
        distinct = 0;
    }

    void add(long number) {
        int at = place(number);
        if (counts[at]++ == 0) {
            numbers[at] = number;
            distinct++;
            if (distinct > numbers.length / 3 * 2) {
                grow();
            }
        }
    }

    /** Takes away one that is there. */
    void remove(long number) {
        int at = place(number);
        if (--counts[at] == 0) {
            distinct--;
            closeGap(at);
        }
    }

    private void closeGap(int gap) {
        int mask = numbers.length - 1;
        int hole = gap;
        for (int at = (gap + 1) & mask; counts[at] != 0; at = (at + 1) & mask) {
            int home = home(numbers[at]);
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                numbers[hole] = numbers[at];
                counts[hole] = counts[at];
                counts[at] = 0;
                hole = at;
            }
        }
    }

    private int place(long number) {
        int mask = numbers.length - 1;
        int at = home(number);
        while (counts[at] != 0 && numbers[at] != number) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private int home(long number) {
        long hash = number * 0x9e37_79b9_7f4a_7c15L; // Fibonacci hashing
        return (int) (hash ^ (hash >>> 32)) & (numbers.length - 1);
    }

    private void grow() {
        long[] oldNumbers = numbers;
        int[] oldCounts = counts;
        numbers = new long[oldNumbers.length * 2];
        counts = new int[oldNumbers.length * 2];
        for (int i = 0; i < oldNumbers.length; i++) {
            if (oldCounts[i] != 0) {
                int at = place(oldNumbers[i]);
                numbers[at] = oldNumbers[i];
                counts[at] = oldCounts[i];
            }
        }
    }
}
