package io.lakeproof.delta;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.error.Causes;
import io.lakeproof.error.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The versions of a table, rebuilt from checkpoints and commits as Delta's protocol defines them (delta-io/delta, PROTOCOL.md,
 * "Checkpoints", "Action Reconciliation"). It sees the log as it was when it was made.
 */
public final class LogReplay {
    private static final List<String> ACTIONS = List.of("metaData", "protocol", "txn", "add", "sidecar");

    private final SparkSession spark;
    private final String table;
    private final Path folder;
    private final Configuration hadoop;
    private final LogFiles files;

    LogReplay(SparkSession spark, String table) {
        this.spark = spark;
        this.table = table;
        this.folder = new Path(table, "_delta_log");
        this.hadoop = SessionHadoop.of(spark);
        this.files = LogFiles.of(folder, hadoop);
    }

    LogFiles logFiles() {
        return files;
    }

    /** Whether the files of the log agree with each other. */
    public List<LogFinding> audit() {
        return LogAudit.of(this, folder, hadoop);
    }

    /** The Parquet files of the checkpoints that are complete, those of sidecars not included. */
    public List<Path> checkpointFiles() {
        return files.checkpoints().values().stream()
                .flatMap(List::stream)
                .filter(part -> part.getName().endsWith(".parquet"))
                .toList();
    }

    /** The versions that the log still tells of, from the oldest to the newest. */
    public NavigableSet<Long> versions() {
        return files.readable();
    }

    /**
     * When a version was committed, as Delta tells it of a table that keeps no time in its log: the modification time of the
     * commit, but later than that of the version before.
     *
     * @return milliseconds since 1970 by version
     */
    public Map<Long, Long> commitTimes() {
        Map<Long, Long> times = new TreeMap<>();
        long last = Long.MIN_VALUE;
        for (Map.Entry<Long, FileStatus> commit : files.commits().entrySet()) {
            last = Math.max(last + 1, commit.getValue().getModificationTime());
            times.put(commit.getKey(), last);
        }
        return times;
    }

    /**
     * Since when the log has all that a version is rebuilt from: the modification time of the oldest file among these.
     *
     * @param version one of {@link #versions}
     * @return milliseconds since 1970
     */
    public long oldestFileOf(long version) {
        Optional<Long> base = files.base(version);
        long oldest = base.map(v -> files.checkpoints().getOrDefault(v, List.of())).orElse(List.of()).stream()
                .mapToLong(part -> modified(part))
                .min()
                .orElse(Long.MAX_VALUE);
        return files.commits().subMap(base.orElse(0L), true, version, true).values().stream()
                .mapToLong(FileStatus::getModificationTime)
                .reduce(oldest, Math::min);
    }

    private long modified(Path file) {
        try {
            return file.getFileSystem(hadoop).getFileStatus(file).getModificationTime();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One version.
     *
     * @throws Failure.Integrity naming the file of the log that is missing or damaged
     */
    public LoggedVersion at(long version) {
        List<LoggedVersion> found = new ArrayList<>();
        each(version, version, found::add);
        return found.get(0);
    }

    /**
     * Hands over every version from one to another, both included, oldest first, as {@link #each(SortedSet, Consumer,
     * BiConsumer)} does.
     *
     * @throws Failure.Integrity naming the file of the log that is missing or damaged
     */
    public void each(long from, long to, Consumer<LoggedVersion> consumer) {
        SortedSet<Long> versions =
                LongStream.rangeClosed(from, to).boxed().collect(Collectors.toCollection(TreeSet::new));
        each(versions, consumer, (damaged, failure) -> {
            throw failure;
        });
    }

    /**
     * Hands over versions, oldest first. The files of each are a view that lives until the next.
     *
     * @param broken gets each version that cannot be rebuilt, with what names the file of the log that is missing or damaged
     */
    public void each(
            SortedSet<Long> versions, Consumer<LoggedVersion> consumer, BiConsumer<Long, Failure.Integrity> broken) {
        LogState state = new LogState();
        Map<Long, Failure.Integrity> damaged = new HashMap<>();
        long at = Long.MIN_VALUE;
        for (long version : versions) {
            LoggedVersion logged;
            try {
                if (at == version - 1) {
                    commit(version, state);
                } else {
                    state = rebuilt(version, damaged);
                }
                at = version;
                logged = version(version, state);
            } catch (Failure.Integrity e) {
                at = Long.MIN_VALUE;
                broken.accept(version, e);
                continue;
            }
            consumer.accept(logged);
        }
    }

    /** @param damaged checkpoints that could not be read, which are not read again */
    private LogState rebuilt(long version, Map<Long, Failure.Integrity> damaged) {
        LogState state = new LogState();
        Optional<Long> base = files.base(version);
        if (base.isPresent()) {
            Failure.Integrity known = damaged.get(base.get());
            if (known != null) {
                throw known;
            }
            try {
                checkpoint(base.get(), state);
            } catch (Failure.Integrity e) {
                damaged.put(base.get(), e);
                throw e;
            }
        }
        // The commit of a checkpoint's version changes nothing more, but says who made it.
        long first = base.map(checkpoint -> files.commits().containsKey(checkpoint) ? checkpoint : checkpoint + 1)
                .orElse(0L);
        for (long commit = first; commit <= version; commit++) {
            commit(commit, state);
        }
        return state;
    }

    LoggedVersion version(long version, LogState state) {
        if (!state.isTable()) {
            throw damaged("the log of " + table + " does not say what version " + version
                    + " is: there is no metaData or protocol");
        }
        try {
            return state.version(version);
        } catch (Exception e) { // Spark says no more of a schema that it cannot parse
            throw damaged(
                    "version " + version + " of " + table + " has a schema that cannot be parsed: " + e.getMessage());
        }
    }

    /** Brings the state of the version before to this one. */
    void commit(long version, LogState state) {
        state.nextCommit();
        FileStatus file = files.commits().get(version);
        if (file == null || !LogLines.each(file.getPath(), hadoop, state::accept)) {
            throw damaged("commit " + version + " of " + table + " is missing from its log");
        }
    }

    /** Sets a state to what a checkpoint says. */
    void checkpoint(long version, LogState state) {
        List<Path> parts = files.checkpoints().getOrDefault(version, List.of());
        List<String> sidecars = new ArrayList<>();
        Consumer<JsonNode> consumer = line -> {
            state.accept(line);
            if (line.has("sidecar")) {
                sidecars.add(line.path("sidecar").path("path").asText());
            }
        };
        for (Path part : parts) {
            if (part.getName().endsWith(".json")) {
                LogLines.each(part, hadoop, consumer);
            } else {
                parquet(part, consumer);
            }
        }
        sidecars.forEach(sidecar -> parquet(new Path(new Path(folder, "_sidecars"), new Path(sidecar)), state::accept));
    }

    private void parquet(Path part, Consumer<JsonNode> consumer) {
        List<Row> rows;
        try {
            rows = actions(spark.read().parquet(literal(part))).collectAsList();
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw damaged(part + " cannot be read: " + Causes.root(e));
        }
        for (Row row : rows) {
            try {
                consumer.accept(LogLines.parse(row.getString(0)));
            } catch (JsonProcessingException | IllegalArgumentException e) {
                throw damaged(part + " holds what is no action: " + e.getMessage());
            }
        }
    }

    /** The actions in the form that commits have. */
    private static Dataset<Row> actions(Dataset<Row> checkpoint) {
        StructType schema = checkpoint.schema();
        Column[] present = ACTIONS.stream()
                .filter(name -> Arrays.asList(schema.fieldNames()).contains(name))
                .map(name -> lean(name, schema))
                .toArray(Column[]::new);
        Column any =
                Arrays.stream(present).map(Column::isNotNull).reduce(Column::or).orElseThrow();
        return checkpoint.where(any).select(to_json(struct(present), Map.of("ignoreNullFields", "true")));
    }

    /** Without the fields that say once more, and at length, what others say. */
    private static Column lean(String name, StructType schema) {
        if (!name.equals("add") || !(schema.apply(name).dataType() instanceof StructType add)) {
            return col(name);
        }
        List<String> fields = Arrays.asList(add.fieldNames());
        Column[] needed = fields.stream()
                .filter(field -> !field.equals("partitionValues_parsed"))
                .filter(field -> !field.equals("stats_parsed") || !fields.contains("stats"))
                .map(field -> col(name).getField(field).as(field))
                .toArray(Column[]::new);
        return when(col(name).isNotNull(), struct(needed)).as(name);
    }

    private Failure.Integrity damaged(String problem) {
        return new Failure.Integrity(
                problem,
                "Restore the missing files of _delta_log from a backup; a version older than the retention is gone.");
    }

    /** A path that Spark does not take for a pattern. */
    static String literal(Path path) {
        return path.toString().replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
    }
}
