package io.lakeproof.jobs.recover;

import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.TableState;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a rollback is going to do. The version that it goes to was read back and is what its seal says.
 *
 * @param state the table as it is now
 * @param target the seal of the version to go to
 * @param scope the partitions that were asked for, of now and then
 * @param written those of them that are written
 * @param expected the digests of the written partitions, of those that will have rows
 * @param rows of the written partitions, with the columns that the table has now
 */
record RollbackPlan(
        TableState state,
        Seal target,
        SortedSet<String> scope,
        SortedSet<String> written,
        SortedMap<String, MultisetDigest> expected,
        Dataset<Row> rows) {
    RollbackPlan {
        scope = Collections.unmodifiableSortedSet(new TreeSet<>(scope));
        written = Collections.unmodifiableSortedSet(new TreeSet<>(written));
        expected = Collections.unmodifiableSortedMap(new TreeMap<>(expected));
    }

    /** How many rows the written partitions will have. */
    long rowCount() {
        return expected.values().stream().mapToLong(MultisetDigest::count).sum();
    }

    /** How many rows these partitions have now, as the newest seal says. */
    long rowsNow() {
        return written.stream()
                .mapToLong(path -> state.newest()
                        .orElseThrow()
                        .digest()
                        .partitions()
                        .getOrDefault(path, MultisetDigest.EMPTY)
                        .count())
                .sum();
    }

    /** The digests of the written partitions in words. */
    SortedMap<String, String> expectedHex() {
        SortedMap<String, String> hex = new TreeMap<>();
        expected.forEach((path, rows) -> hex.put(path, TableDigest.partitionDigest(rows)));
        return hex;
    }
}
