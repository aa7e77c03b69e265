package io.lakeproof.jobs.diff;

import static org.apache.spark.sql.functions.expr;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.Pins;
import io.lakeproof.lineage.Seal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One side of the comparison: a table at a version.
 *
 * @param table as it is now
 * @param rows of the version, none of them read yet
 * @param seal of the version, or of the nearest sealed version before it whose columns are the same
 */
record Side(DeltaStore store, Snapshot table, long version, Dataset<Row> rows, Optional<Seal> seal) {
    /**
     * Looks the version up.
     *
     * @throws Failure.InputMissing if there is no table, or if the version is gone
     * @throws Failure.Usage if there is no such version or pin
     */
    static Side of(DeltaStore store, Optional<String> at, Ledger ledger, Pins pins) {
        Snapshot table = store.current()
                .orElseThrow(
                        () -> new Failure.InputMissing(
                                store.path() + " is not a Delta table",
                                "Mend --left, --right or the target in the configuration, or run the job that makes the table first."));
        long version = at.map(text -> version(store.path(), table, text, pins)).orElse(table.version());
        if (version < 0 || version > table.version()) {
            throw new Failure.Usage(
                    "there is no version " + version + " of " + store.path(),
                    "Versions go from 0 to " + table.version() + "; name one with TABLE@VERSION.");
        }
        Dataset<Row> rows = read(store, version);
        String schema = TableDigest.schemaDigest(rows.schema());
        Optional<Seal> seal = ledger.atOrBefore(table.tableId(), version)
                .filter(found -> found.digest().schemaDigest().equals(schema));
        return new Side(store, table, version, rows, seal);
    }

    private static long version(String path, Snapshot table, String text, Pins pins) {
        if (text.matches("\\d{1,18}")) {
            return Long.parseLong(text);
        }
        List<Pin> all = pins.of(table.tableId());
        return all.stream()
                .filter(pin -> pin.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new Failure.Usage(
                        path + "@" + text + ": no version has this number, and no pin of the table this name",
                        all.isEmpty()
                                ? "The table has no pins; name a version by its number."
                                : "Its pins: " + all.stream().map(Pin::name).collect(Collectors.joining(", ")) + "."))
                .version();
    }

    private static Dataset<Row> read(DeltaStore store, long version) {
        try {
            return store.read(version);
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw new Failure.InputMissing(
                    "version " + version + " of " + store.path() + " cannot be read: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    "Versions older than the retention are gone; take a newer one, or restore _delta_log from a backup.",
                    e);
        }
    }

    /** True if the seal is of this very version. */
    boolean isSealed() {
        return seal.filter(found -> found.version() == version).isPresent();
    }

    /**
     * Looks whether all data files of the version can be read.
     *
     * @throws Failure.Archived if some lie in an archive of object storage
     */
    void requireReadable() {
        store.requireReadable(version, file -> true);
    }

    /** The same of some partitions, as {@link #rows(List, Collection)} takes them. */
    void requireReadable(List<String> partitionColumns, Collection<String> partitions) {
        if (partitionColumns.isEmpty()) {
            requireReadable();
        } else if (!partitions.isEmpty()) {
            store.requireReadable(version, file -> partitions.contains(file.partitionPath(partitionColumns)));
        }
    }

    /** The rows of some partitions; no file of another is opened. */
    Dataset<Row> rows(List<String> partitionColumns, Collection<String> partitions) {
        return partitionColumns.isEmpty()
                ? rows
                : rows.where(expr(PartitionPredicate.of(partitionColumns, partitions)));
    }

    @Override
    public String toString() {
        return store.path() + "@" + version;
    }
}
