package io.lakeproof.jobs.recover;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Seal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Some partitions at a sealed version, with the columns that the table has now. */
final class OldVersion {
    private final DeltaStore store;
    private final Seal seal;
    private final StructType schema;
    private final Dataset<Row> all;

    /**
     * Of a version.
     *
     * @param schema that the table has now
     * @throws Failure.Integrity if the version is gone
     */
    OldVersion(DeltaStore store, Seal seal, StructType schema) {
        this.store = store;
        this.seal = seal;
        this.schema = schema;
        try {
            this.all = store.read(seal.version());
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw unreadable(e);
        }
    }

    /** True if the table has the same columns now. */
    boolean hasPresentColumns() {
        return TableDigest.schemaDigest(schema).equals(seal.digest().schemaDigest());
    }

    /** The rows of partitions, as they are to be written; columns that the table did not have then are null. */
    Dataset<Row> rows(Collection<String> partitions) {
        return fitted(of(partitions));
    }

    /**
     * The digests of {@link #rows}, of partitions that have any.
     *
     * @throws Failure.Archived if files of them lie in an archive
     * @throws Failure.Integrity if what is read is not what was sealed
     * @throws Failure.Configuration if the rows do not fit the table any more
     */
    SortedMap<String, MultisetDigest> proven(Collection<String> partitions) {
        store.requireReadable(
                seal.version(), file -> partitions.contains(file.partitionPath(store.partitionColumns())));
        Dataset<Row> rows = of(partitions);
        SortedMap<String, MultisetDigest> found = digests(rows);
        SortedMap<String, MultisetDigest> sealed = new TreeMap<>(seal.digest().partitions());
        sealed.keySet().retainAll(partitions);
        TreeSet<String> wrong = new TreeSet<>(sealed.keySet());
        wrong.addAll(found.keySet());
        wrong.removeIf(path -> rowsOf(found, path).equals(rowsOf(sealed, path)));
        boolean sameColumns =
                TableDigest.schemaDigest(all.schema()).equals(seal.digest().schemaDigest());
        if (!wrong.isEmpty() || !sameColumns) {
            throw new Failure.Integrity(
                    "version " + seal.version() + " of " + store.path() + " is not what was sealed"
                            + (sameColumns ? " in " + String.join(", ", wrong) : ": its columns differ")
                            + "; nothing was written",
                    "`lakeproof verify` finds a version that is; go back to that one, or restore the files from a backup.");
        }
        return hasPresentColumns() ? found : digests(fitted(rows));
    }

    static MultisetDigest rowsOf(SortedMap<String, MultisetDigest> partitions, String path) {
        return partitions.getOrDefault(path, MultisetDigest.EMPTY);
    }

    private Dataset<Row> of(Collection<String> partitions) {
        return all.where(expr(PartitionPredicate.of(store.partitionColumns(), partitions)));
    }

    private SortedMap<String, MultisetDigest> digests(Dataset<Row> rows) {
        try {
            return new TreeMap<>(ContentDigest.of(rows, store.partitionColumns()));
        } catch (Exception e) {
            throw unreadable(e);
        }
    }

    private Dataset<Row> fitted(Dataset<Row> rows) {
        List<String> present = Arrays.asList(schema.fieldNames());
        List<String> then = Arrays.asList(rows.schema().fieldNames());
        List<String> problems = new ArrayList<>();
        then.stream()
                .filter(name -> !present.contains(name))
                .forEach(name -> problems.add("the table has no column " + name + " any more"));
        List<Column> columns = new ArrayList<>();
        for (StructField field : schema.fields()) {
            if (!then.contains(field.name())) {
                columns.add(lit(null).cast(field.dataType()).as(field.name()));
                continue;
            }
            StructField was = rows.schema().apply(field.name());
            if (!was.dataType().equals(field.dataType())) {
                problems.add(field.name() + " was " + was.dataType().catalogString() + " and is "
                        + field.dataType().catalogString());
            }
            columns.add(quoted(field.name()));
        }
        if (!problems.isEmpty()) {
            throw new Failure.Configuration(
                    "the rows of version " + seal.version() + " do not fit " + store.path() + ": "
                            + String.join("; ", problems),
                    "Go back to a version with the present columns, or restore that one under a new path.");
        }
        return rows.select(columns.toArray(Column[]::new));
    }

    private Failure unreadable(Exception e) {
        return e instanceof Failure failure
                ? failure
                : new Failure.Integrity(
                        "version " + seal.version() + " of " + store.path() + " cannot be read: "
                                + String.valueOf(e.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse("")
                                + "; nothing was written",
                        "Its files may be past the retention or damaged. Go back to another version, or restore them from a"
                                + " backup.",
                        e);
    }
}
