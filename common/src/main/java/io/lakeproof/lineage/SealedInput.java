package io.lakeproof.lineage;

import io.lakeproof.model.InputFile;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One input of a sealed run.
 *
 * @param dates the event dates of the rows that it gave to the table, in order
 * @param partitions of a sealed table: the digest of each of its partitions that was read, by Hive-style path, as
 *     {@link io.lakeproof.digest.TableDigest#partitionDigest} makes it; empty for files
 */
public record SealedInput(InputFile file, List<String> dates, SortedMap<String, String> partitions) {
    private static final long GONE = -1;

    public SealedInput {
        dates = List.copyOf(dates);
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }

    /** An input that is no sealed table. */
    public SealedInput(InputFile file, List<String> dates) {
        this(file, dates, Collections.emptySortedMap());
    }

    /** The note that an input which earlier runs had read was no longer there, and that its rows were taken out. */
    public static SealedInput gone(String path) {
        return new SealedInput(new InputFile(path, GONE, 0, null), List.of());
    }

    public boolean isGone() {
        return file.length() == GONE;
    }
}
