package io.lakeproof.jobs.verify;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.delta.LoggedVersion;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.error.Causes;
import io.lakeproof.error.Failure;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Whether two tables hold the same rows: the columns by name and type, and the rows as a multiset, whatever the layout. */
final class Against {
    /**
     * Both sides.
     *
     * @param bad what differs, in words, by partition or by another name in brackets; empty if nothing does
     * @param rows of the other table
     */
    record Result(long version, Map<String, String> bad, long rows) {}

    private final SparkSession spark;

    Against(SparkSession spark) {
        this.spark = spark;
    }

    /**
     * Reads both and compares.
     *
     */
    Result compare(DeltaStore store, long mine, VerifyRequest.Other other) {
        DeltaStore theirs = new DeltaStore(spark, other.path());
        TableKind.requireDelta(spark, other.path());
        LogReplay replay = theirs.replay();
        long version = VersionChoice.one(
                        other.version().orElseGet(() -> replay.versions().last()))
                .of(replay, other.path())
                .first();
        LoggedVersion left = store.replay().at(mine);
        LoggedVersion right = replay.at(version);
        store.requireReadable(left.files());
        theirs.requireReadable(right.files());
        Map<String, String> bad = new TreeMap<>(schemas(left.schema(), right.schema()));
        Map<String, MultisetDigest> is = digest(store, left);
        Map<String, MultisetDigest> was = digest(theirs, right);
        MultisetDigest all = total(was);
        if (bad.isEmpty() && !total(is).equals(all)) {
            if (left.partitionColumns().equals(right.partitionColumns())) {
                partitions(is, was, bad);
            } else {
                bad.put("(rows)", words(total(is), all));
            }
        }
        return new Result(version, bad, all.count());
    }

    private static Map<String, MultisetDigest> digest(DeltaStore store, LoggedVersion version) {
        Dataset<Row> rows = store.read(version.version());
        try {
            return ContentDigest.of(rows, version.partitionColumns());
        } catch (IllegalArgumentException e) {
            throw new Failure.Configuration(
                    store.path() + ": " + e.getMessage(),
                    "Compare tables whose columns have an encoding (docs/digest.md).",
                    e);
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw new Failure.Integrity(
                    "version " + version.version() + " of " + store.path() + " cannot be read: " + Causes.root(e),
                    "`lakeproof verify --level bytes --table " + store.path() + "` names the files.",
                    e);
        }
    }

    private static void partitions(
            Map<String, MultisetDigest> mine, Map<String, MultisetDigest> theirs, Map<String, String> bad) {
        TreeSet<String> paths = new TreeSet<>(mine.keySet());
        paths.addAll(theirs.keySet());
        for (String path : paths) {
            MultisetDigest is = mine.getOrDefault(path, MultisetDigest.EMPTY);
            MultisetDigest was = theirs.getOrDefault(path, MultisetDigest.EMPTY);
            if (!is.equals(was)) {
                bad.put(path, words(is, was));
            }
        }
    }

    private static String words(MultisetDigest is, MultisetDigest was) {
        return is.count() == was.count()
                ? is.count() + " rows on both sides, but their content differs"
                : is.count() + " rows, the other table has " + was.count();
    }

    private static MultisetDigest total(Map<String, MultisetDigest> partitions) {
        return partitions.values().stream().reduce(MultisetDigest.EMPTY, MultisetDigest::plus);
    }

    private static Map<String, String> schemas(StructType mine, StructType theirs) {
        Map<String, String> is = types(mine);
        Map<String, String> was = types(theirs);
        Map<String, String> bad = new TreeMap<>();
        TreeSet<String> names = new TreeSet<>(is.keySet());
        names.addAll(was.keySet());
        for (String name : names) {
            String left = Optional.ofNullable(is.get(name)).orElse("not there");
            String right = Optional.ofNullable(was.get(name)).orElse("not there");
            if (!left.equals(right)) {
                bad.put("(column " + name + ")", "is " + left + ", in the other table " + right);
            }
        }
        return bad;
    }

    private static Map<String, String> types(StructType schema) {
        Map<String, String> types = new TreeMap<>();
        for (StructField field : schema.fields()) {
            types.put(field.name(), field.dataType().catalogString());
        }
        return types;
    }
}
