package io.lakeproof.lineage;

import io.lakeproof.digest.TableDigest;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A ledger with seals for many versions at once, for tests of what reads them. */
public final class SealedVersions {
    private SealedVersions() {}

    /** Seals each version with its digest, oldest first, in one commit. */
    public static void write(
            SparkSession spark, String ledger, String tableId, String table, SortedMap<Long, TableDigest> digests) {
        List<Row> rows = new ArrayList<>();
        Optional<Seal> last = Optional.empty();
        for (Map.Entry<Long, TableDigest> version : digests.entrySet()) {
            Seal seal =
                    seal(tableId, table, version.getKey(), version.getValue()).after(last);
            rows.add(SealRows.sealed(seal));
            last = Optional.of(seal);
        }
        spark.createDataFrame(rows, SealRows.SCHEMA)
                .coalesce(1)
                .write()
                .format("delta")
                .mode("append")
                .save(ledger);
    }

    private static Seal seal(String tableId, String table, long version, TableDigest digest) {
        return new Seal(
                0,
                tableId,
                table,
                version,
                version - 1,
                "test",
                "dedup",
                Outcome.COMMITTED,
                "%064x".formatted(version),
                "run-" + version,
                Instant.parse("2024-11-08T00:00:00Z"),
                DateScope.ALL,
                Optional.empty(),
                List.of(),
                List.of(),
                digest,
                "%064x".formatted(1),
                List.of(),
                List.of(),
                new Counts(0, 0, 0, 0, 0, new TreeMap<>()),
                "test",
                "");
    }
}
