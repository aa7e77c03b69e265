package io.lakeproof.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The median of some numbers, and how far they lie apart. */
record Spread(double median, double min, double max) {
    /**
     * Of at least one number.
     *
     * @param numbers an odd number of them, so that the median is one of them
     */
    static Spread of(List<Double> numbers) {
        List<Double> sorted = numbers.stream().sorted().toList();
        return new Spread(sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1));
    }

    /** Of the ratios round by round: what slows the machine down for a round slows both sides. */
    static Spread ofRatios(List<Double> numbers, List<Double> baseline) {
        return of(IntStream.range(0, numbers.size())
                .mapToObj(i -> numbers.get(i) / baseline.get(i))
                .toList());
    }

    /** {@code 2.51 (2.40 to 2.63)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", median, min, max);
    }
}
