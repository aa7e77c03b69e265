package io.lakeproof.jobs.features;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Dates in blocks, each of dates that follow on each other in a table. */
final class Blocks {
    private Blocks() {}

    /**
     * Splits dates where the table has rows in between; if that gives too many blocks, those with the fewest rows in between
     * are joined, with the dates in between.
     *
     * @param wanted dates of the table
     * @param rowsByDate all dates of the table, with their rows
     * @return in order; all wanted dates and perhaps more
     */
    static List<SortedSet<String>> of(SortedSet<String> wanted, SortedMap<String, Long> rowsByDate, int atMost) {
        List<SortedSet<String>> blocks = new ArrayList<>();
        SortedSet<String> open = new TreeSet<>();
        for (String date : rowsByDate.keySet()) {
            if (wanted.contains(date)) {
                open.add(date);
            } else if (!open.isEmpty()) {
                blocks.add(open);
                open = new TreeSet<>();
            }
        }
        if (!open.isEmpty()) {
            blocks.add(open);
        }
        while (blocks.size() > atMost) {
            joinNearest(blocks, rowsByDate);
        }
        return blocks;
    }

    private static void joinNearest(List<SortedSet<String>> blocks, SortedMap<String, Long> rowsByDate) {
        int nearest = java.util.stream.IntStream.range(0, blocks.size() - 1)
                .boxed()
                .min(Comparator.comparingLong(i -> between(blocks, i, rowsByDate).values().stream()
                        .mapToLong(Long::longValue)
                        .sum()))
                .orElseThrow();
        blocks.get(nearest).addAll(between(blocks, nearest, rowsByDate).keySet());
        blocks.get(nearest).addAll(blocks.remove(nearest + 1));
    }

    /** The dates between a block and the next. */
    private static SortedMap<String, Long> between(
            List<SortedSet<String>> blocks, int block, SortedMap<String, Long> rowsByDate) {
        String after = blocks.get(block).last() + "\0";
        return rowsByDate.subMap(after, blocks.get(block + 1).first());
    }
}
