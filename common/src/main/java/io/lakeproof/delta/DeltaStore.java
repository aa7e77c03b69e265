package io.lakeproof.delta;

import io.delta.tables.DeltaTable;
import io.lakeproof.aws.ArchivedObjects;
import io.lakeproof.aws.S3Path;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.DataFrameReader;
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

    private final SparkSession spark;
    private final String path;
    private final Configuration hadoop;
    private @Nullable TableDetail detail;

    public DeltaStore(SparkSession spark, String path) {
        this.spark = spark;
        this.path = path;
        this.hadoop = SessionHadoop.of(spark);
    }

    public String path() {
        return path;
    }

    /** True if there is a table now, even if this JVM has seen that there was none. */
    public boolean exists() {
        return version() != NO_VERSION;
    }

    /** The number of the newest version; {@link #NO_VERSION} if there is no table. */
    public long version() {
        return log().newestVersion();
    }

    /** The newest version with its commit; empty if there is no table. */
    public Optional<Snapshot> current() {
        return current(Long.MAX_VALUE);
    }

    /** The newest version with its commit, and with all commits after {@code since} that the log still has. */
    public Optional<Snapshot> current(long since) {
        long version = version();
        return version == NO_VERSION
                ? Optional.empty()
                : Optional.of(new Snapshot(
                        detail(version).id(), version, log().commits(Math.min(since, version - 1) + 1, version)));
    }

    /** The same version with all its commits after {@code since} that the log still has. */
    public Snapshot reachingBack(Snapshot snapshot, long since) {
        return new Snapshot(snapshot.tableId(), snapshot.version(), log().commits(since + 1, snapshot.version()));
    }

    /** The rows of one version. */
    public Dataset<Row> read(long version) {
        return spark.read().format("delta").option("versionAsOf", version).load(path);
    }

    /** The rows of the newest version. */
    public Dataset<Row> read() {
        return spark.read().format("delta").load(path);
    }

    /**
     * The data files that a commit added and removed; empty if the log no longer has the commit, or if they cannot be read by
     * themselves.
     */
    public Optional<FileChanges> changes(Commit commit) {
        return log().changes(commit.version()).filter(changes -> changes.areReadable(partitionColumns()));
    }

    /**
     * Every data file that a version refers to, from the files of the log.
     *
     * @throws Failure.Integrity naming the file of the log that is missing or damaged
     */
    public List<DataFile> files(long version) {
        return List.copyOf(replay().at(version).files());
    }

    /**
     * Fails if files of a version that a run is going to read lie in an archive of object storage.
     *
     * @throws Failure.Archived with the list, and the call that restores them
     */
    public void requireReadable(long version, Predicate<DataFile> read) {
        if (S3Path.of(path).isPresent()) {
            requireReadable(files(version).stream().filter(read).toList());
        }
    }

    /** The same, of files that are known already. */
    public void requireReadable(Collection<DataFile> files) {
        if (S3Path.of(path).isPresent()) {
            ArchivedObjects.requireReadable(
                    files.stream().map(file -> file.at(path).toString()).toList(), hadoop);
        }
    }

    /**
     * The rows that the last step of a sequence of commits appended (see {@link ScopeWrite#sequence}), without a look at the
     * rest of the table; empty if the newest commits do not tell.
     *
     * @param schema of the table, which has no partitions
     */
    public Optional<Dataset<Row>> lastOf(String sequence, StructType schema) {
        return log().lastOf(sequence, version()).map(files -> read(files, schema));
    }

    /** The versions as the log has them now. */
    public LogReplay replay() {
        return new LogReplay(spark, path);
    }

    /**
     * The rows of data files, whether or not the newest version has them still.
     *
     * @param files of this table
     * @param schema of the table, partition columns included
     */
    public Dataset<Row> read(Collection<DataFile> files, StructType schema) {
        String[] paths =
                files.stream().map(file -> LogReplay.literal(file.at(path))).toArray(String[]::new);
        DataFrameReader reader = spark.read().schema(schema);
        boolean hasPartitions =
                files.stream().anyMatch(file -> !file.partition().isEmpty());
        return (hasPartitions ? reader.option("basePath", path) : reader).parquet(paths);
    }

    /** Replaces or appends as {@code write} says, and returns the commit. */
    public Commit commit(ScopeWrite write) {
        long before = write.onVersion();
        try {
            write(write);
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

    /** Writes small files together; no row changes. */
    public void optimize() {
        DeltaTable.forPath(spark, path).optimize().executeCompaction();
    }

    private void write(ScopeWrite write) {
        if (write.change() instanceof Change.Merge merge && write.onVersion() != NO_VERSION) {
            merge(write, merge);
        } else {
            writer(write).save(path);
        }
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
        if (write.change() instanceof Change.Rewrite rewrite) {
            return writer.mode(SaveMode.Overwrite)
                    .option("replaceWhere", rewrite.where())
                    .option("dataChange", "false");
        }
        // Also if there was no table: another run may have made it since.
        return write.change() instanceof Change.Replace replace
                ? writer.mode(SaveMode.Overwrite).option("replaceWhere", replace.where())
                : writer.mode(SaveMode.Append);
    }

    /** MERGE takes what it notes with the commit from the session, which for this moment is nobody else's. */
    private void merge(ScopeWrite write, Change.Merge merge) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("spark.databricks.delta.commitInfo.userMetadata", write.metadata());
        String sequence = write.sequence();
        if (sequence != null) {
            settings.put("spark.databricks.delta.write.txnAppId", sequence);
            settings.put("spark.databricks.delta.write.txnVersion", String.valueOf(write.sequenceNumber()));
        }
        try {
            settings.forEach(spark.conf()::set);
            DeltaTable.forPath(spark, path)
                    .as(Change.STORED)
                    .merge(write.rows().as(Change.NEW), merge.on())
                    .whenMatched()
                    .updateAll()
                    .whenNotMatched()
                    .insertAll()
                    .execute();
        } finally {
            settings.keySet().forEach(spark.conf()::unset);
        }
    }

    private Optional<Commit> find(long since, String metadata) {
        return log().commits(since + 1, version()).stream()
                .filter(commit -> metadata.equals(commit.metadata()))
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
        return detail(version()).partitionColumns();
    }

    private TableDetail detail(long version) {
        TableDetail known = detail;
        if (known == null) {
            known = log().detail(version).orElseGet(this::described);
            detail = known;
        }
        return known;
    }

    private TableDetail described() {
        Row row = DeltaTable.forPath(spark, path)
                .detail()
                .select("id", "partitionColumns")
                .first();
        return new TableDetail(row.getString(0), row.getList(1));
    }

    private CommitLog log() {
        return new CommitLog(path, hadoop);
    }
}
