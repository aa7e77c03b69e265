package io.lakeproof.jobs.verify;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Causes;
import io.lakeproof.error.Failure;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Digests one version through Delta's own reader, whatever it makes of deletion vectors or names of columns. */
final class VersionPass {
    private final DeltaStore store;
    private final List<String> columns;

    /** @param columns that partition the version */
    VersionPass(DeltaStore store, List<String> columns) {
        this.store = store;
        this.columns = columns;
    }

    /**
     * The digest of the version, without the partitions that cannot be read.
     *
     * @param known the partitions that the version may have
     * @param bad gets those that cannot be read, and why
     * @throws Failure.Integrity if the version has no reader at all
     */
    TableDigest digest(long version, Collection<String> known, Map<String, String> bad) {
        Dataset<Row> rows = read(version);
        return new TableDigest(TableDigest.schemaDigest(rows.schema()), new TreeMap<>(partitions(rows, known, bad)));
    }

    private Dataset<Row> read(long version) {
        try {
            return store.read(version);
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw new Failure.Integrity(
                    "version " + version + " of " + store.path() + " cannot be read: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    "Restore the missing files of _delta_log from a backup; a version older than the retention is gone.",
                    e);
        }
    }

    /** All partitions in one pass; if that fails, part by part, until the partitions that cannot be read are known. */
    private Map<String, MultisetDigest> partitions(
            Dataset<Row> rows, Collection<String> known, Map<String, String> bad) {
        try {
            return ContentDigest.of(rows, columns);
        } catch (Exception e) {
            if (columns.isEmpty()) {
                bad.put("", "cannot be read: " + Causes.root(e));
                return Map.of();
            }
            if (known.isEmpty()) {
                throw e;
            }
            Map<String, MultisetDigest> found = new TreeMap<>();
            bisect(rows, List.copyOf(known), found, bad);
            Column isKnown = coalesce(expr(PartitionPredicate.of(columns, known)), lit(false));
            try {
                found.putAll(ContentDigest.of(rows.where(not(isKnown)), columns));
            } catch (Exception other) {
                bad.put("(other partitions)", "cannot be read: " + Causes.root(other));
            }
            if (bad.isEmpty()) {
                throw e; // whatever it was, it is not a partition's fault
            }
            return found;
        }
    }

    private void bisect(
            Dataset<Row> rows, List<String> paths, Map<String, MultisetDigest> found, Map<String, String> bad) {
        try {
            found.putAll(ContentDigest.of(rows.where(expr(PartitionPredicate.of(columns, paths))), columns));
        } catch (Exception e) {
            if (paths.size() == 1) {
                bad.put(paths.get(0), "cannot be read: " + Causes.root(e));
                return;
            }
            bisect(rows, paths.subList(0, paths.size() / 2), found, bad);
            bisect(rows, paths.subList(paths.size() / 2, paths.size()), found, bad);
        }
    }
}
