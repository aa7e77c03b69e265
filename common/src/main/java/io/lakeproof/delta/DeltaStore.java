package io.lakeproof.delta;

import io.delta.tables.DeltaTable;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One Delta table, by path: its versions, its history, and commits that land once or not at all. One instance serves one run,
 * for which the table keeps its identity.
 */
public final class DeltaStore {
    /** The version before the first. */
    public static final long NO_VERSION = -1;

    private static final int RECENT = 20;

    private record Detail(String tableId, List<String> partitionColumns) {}

    private final SparkSession spark;
    private final String path;
    private @Nullable Detail detail;

    public DeltaStore(SparkSession spark, String path) {
        this.spark = spark;
        this.path = path;
    }

    public String path() {
        return path;
    }

    /** True if there is a table now, even if this JVM has seen that there was none. */
    public boolean exists() {
        if (DeltaTable.isDeltaTable(spark, path)) {
            return true;
        }
        if (!hasCommits()) {
            return false;
        }
        // Delta remembers that there was no table, and another process has created one: a read makes it look again.
        spark.read().format("delta").load(path);
        return DeltaTable.isDeltaTable(spark, path);
    }

    private boolean hasCommits() {
        try {
            Path log = new Path(path, "_delta_log");
            FileSystem fs = log.getFileSystem(spark.sparkContext().hadoopConfiguration());
            return Arrays.stream(fs.listStatus(log))
                    .anyMatch(file -> file.getPath().getName().matches("\\d{20}\\.(json|checkpoint.*)"));
        } catch (FileNotFoundException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number of the newest version; {@link #NO_VERSION} if there is no table. */
    public long version() {
        return exists() ? history(1).get(0).version() : NO_VERSION;
    }

    /** The newest version; empty if there is no table. */
    public Optional<Snapshot> current() {
        if (!exists()) {
            return Optional.empty();
        }
        List<Commit> recent = history(RECENT);
        return Optional.of(new Snapshot(detail().tableId, recent.get(0).version(), recent));
    }

    /** The newest version with all its commits after {@code since} that the log still has. */
    public Optional<Snapshot> current(long since) {
        return current().map(snapshot -> reachingBack(snapshot, since));
    }

    /** The same version with all its commits after {@code since} that the log still has. */
    public Snapshot reachingBack(Snapshot snapshot, long since) {
        List<Commit> commits = reachingBack(snapshot.recent(), since).stream()
                .filter(commit -> commit.version() <= snapshot.version())
                .toList();
        return new Snapshot(snapshot.tableId(), snapshot.version(), commits);
    }

    /** At least every commit after {@code since}, also if others commit between the count and the look. */
    private List<Commit> reachingBack(List<Commit> recent, long since) {
        long wanted = recent.get(0).version() - since;
        return wanted <= recent.size() || recent.size() < RECENT ? recent : newestAfter(since, wanted);
    }

    private List<Commit> newestAfter(long since, long count) {
        List<Commit> newest = history(Math.toIntExact(count));
        long now = newest.get(0).version() - since;
        return now <= count ? newest : newestAfter(since, now);
    }

    /** The rows of one version. */
    public Dataset<Row> read(long version) {
        return spark.read().format("delta").option("versionAsOf", version).load(path);
    }

    /** The rows of the newest version. */
    public Dataset<Row> read() {
        return spark.read().format("delta").load(path);
    }

    /** Replaces or appends as {@code write} says, and returns the commit. */
    public Commit commit(ScopeWrite write) {
        long before = write.onVersion();
        try {
            writer(write).save(path);
        } catch (Exception e) {
            // An exception out of a commit means that the outcome is unknown: look for the commit before deciding.
            Optional<Commit> landed = find(before, write.metadata());
            if (landed.isPresent()) {
                return landed.get();
            }
            throw DeltaFailures.of(path, e);
        }
        return find(before, write.metadata())
                .orElseThrow(() -> new Failure.Conflict(
                        Retry.SAFE,
                        path + ": another run committed after this one had read version " + before,
                        "Run again: it reads the new version first.",
                        null));
    }

    private DataFrameWriter<Row> writer(ScopeWrite write) {
        DataFrameWriter<Row> writer = write.rows().write().format("delta").option("userMetadata", write.metadata());
        String sequence = write.sequence();
        if (sequence != null) {
            // Delta drops a commit whose transaction version is not above the last one of its application.
            writer.option("txnAppId", sequence).option("txnVersion", write.sequenceNumber());
        }
        if (write.onVersion() == NO_VERSION) {
            writer.options(write.properties())
                    .partitionBy(write.partitionColumns().toArray(String[]::new));
        }
        if (!write.newColumns().isEmpty()) {
            writer.option("mergeSchema", "true");
        }
        // Also if there was no table: another run may have made it since.
        @Nullable String predicate = write.replaceWhere();
        return predicate == null
                ? writer.mode(SaveMode.Append)
                : writer.mode(SaveMode.Overwrite).option("replaceWhere", predicate);
    }

    private Optional<Commit> find(long since, String metadata) {
        if (!exists()) {
            return Optional.empty();
        }
        return reachingBack(history(RECENT), since).stream()
                .filter(commit -> commit.version() > since && metadata.equals(commit.metadata()))
                .findFirst();
    }

    /**
     * Compares a schema that is about to be written with the stored one.
     *
     * @return what differs, by column, in words; empty if the table can take the rows as they are
     */
    public List<String> schemaConflicts(StructType rows) {
        Map<String, String> stored = types(read().schema());
        Map<String, String> offered = types(rows);
        TreeMap<String, @Nullable String> all = new TreeMap<>(stored);
        all.putAll(offered);
        return all.keySet().stream()
                .filter(column -> !Objects.equals(stored.get(column), offered.get(column)))
                .map(column -> column + ": the table has "
                        + Objects.requireNonNullElse(stored.get(column), "no such column")
                        + ", the configuration makes "
                        + Objects.requireNonNullElse(offered.get(column), "no such column"))
                .toList();
    }

    private static Map<String, String> types(StructType schema) {
        Map<String, String> types = new TreeMap<>();
        for (StructField field : schema.fields()) {
            types.put(field.name(), field.dataType().catalogString());
        }
        return types;
    }

    /** The columns that partition the table, in its order; empty if none does. */
    public List<String> partitionColumns() {
        return detail().partitionColumns;
    }

    private Detail detail() {
        Detail known = detail;
        if (known == null) {
            Row row = DeltaTable.forPath(spark, path)
                    .detail()
                    .select("id", "partitionColumns")
                    .first();
            known = new Detail(row.getString(0), List.copyOf(row.getList(1)));
            detail = known;
        }
        return known;
    }

    private List<Commit> history(int limit) {
        return DeltaTable.forPath(spark, path)
                .history(limit)
                .selectExpr("version", "timestamp", "operation", "userMetadata")
                .collectAsList()
                .stream()
                .map(row -> new Commit(row.getLong(0), row.<Instant>getAs(1), row.getString(2), row.getString(3)))
                .toList();
    }
}
