package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.RawColumns.FILE;
import static io.lakeproof.source.RawColumns.LATE;
import static io.lakeproof.source.RawColumns.REASON;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.lineage.SealedInput;
import io.lakeproof.model.InputFile;
import io.lakeproof.source.InputFailures;
import io.lakeproof.source.InputListing;
import io.lakeproof.source.RawColumns;
import io.lakeproof.source.Validation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/** The validated rows of some inputs, counted by input, event date and reason. */
final class Batch implements AutoCloseable {
    private record Group(
            String file,
            @Nullable String date,
            @Nullable String reason,
            boolean late,
            long rows,
            @Nullable Instant newest) {}

    /** A batch of no inputs; it has no columns either. */
    static final Batch NONE = new Batch(null, List.of());

    private final @Nullable Dataset<Row> rows;
    private final List<Group> groups;

    private Batch(@Nullable Dataset<Row> rows, List<Group> groups) {
        this.rows = rows;
        this.groups = groups;
    }

    /**
     * Counts the rows in one job.
     *
     * @param keep keep the rows for later use: cheaper than to read them again where reading means parsing
     */
    static Batch count(Dataset<Row> validated, StorageLevel keep) {
        return count(validated, keep, lit(null).cast("timestamp"));
    }

    /**
     * The same, and finds the newest accepted row.
     *
     * @param time when an event happened; null if it does not count
     */
    static Batch count(Dataset<Row> validated, StorageLevel keep, Column time) {
        Dataset<Row> rows = keep.equals(StorageLevel.NONE()) ? validated : validated.persist(keep);
        Column late = Arrays.asList(rows.columns()).contains(LATE) ? quoted(LATE) : lit(false);
        List<Group> groups = counted(rows, late, time).stream()
                .map(row -> new Group(
                        row.getString(0),
                        row.getString(1),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getLong(4),
                        row.getAs(5)))
                .toList();
        return new Batch(rows, groups);
    }

    /** There are few groups, whatever the rows. */
    private static List<Row> counted(Dataset<Row> rows, Column late, Column time) {
        return Spread.over(
                rows.sparkSession(),
                0,
                () -> InputFailures.reading(() -> rows.groupBy(quoted(FILE), quoted(EVENT_DATE), quoted(REASON), late)
                        .agg(functions.count(lit(1)), functions.max(time))
                        .collectAsList()));
    }

    StructType tableSchema() {
        return Validation.tableSchema(rows().schema());
    }

    /** The accepted rows, with the table's columns. */
    Dataset<Row> accepted() {
        return accepted(Stream.empty());
    }

    /** The accepted rows, with the table's columns, and where and how each stood in its input. */
    Dataset<Row> acceptedWithLines() {
        return accepted(Stream.of(RawColumns.RAW, FILE));
    }

    private Dataset<Row> accepted(Stream<String> more) {
        Column[] columns = Stream.concat(Arrays.stream(tableSchema().fieldNames()), more)
                .map(column -> quoted(column))
                .toArray(Column[]::new);
        return rows().where(RawColumns.accepted()).select(columns);
    }

    Dataset<Row> refused() {
        return rows().where(RawColumns.reason().isNotNull());
    }

    long read() {
        return groups.stream().mapToLong(Group::rows).sum();
    }

    /** Accepted rows that are late. */
    long late() {
        return groups.stream()
                .filter(group -> group.late && group.reason == null)
                .mapToLong(Group::rows)
                .sum();
    }

    /** The time of the newest accepted row that counts. */
    Optional<Instant> newest() {
        return groups.stream()
                .filter(group -> group.reason == null)
                .flatMap(group -> Stream.ofNullable(group.newest))
                .max(Comparator.naturalOrder());
    }

    /** All rows, refused ones among them. */
    Dataset<Row> all() {
        return rows();
    }

    SortedMap<String, Long> quarantined() {
        SortedMap<String, Long> byReason = new TreeMap<>();
        for (Group group : groups) {
            if (group.reason != null) {
                byReason.merge(group.reason, group.rows, Long::sum);
            }
        }
        return byReason;
    }

    SortedMap<String, Long> acceptedByDate() {
        SortedMap<String, Long> byDate = new TreeMap<>();
        for (Group group : groups) {
            if (group.reason == null && group.date != null) {
                byDate.merge(group.date, group.rows, Long::sum);
            }
        }
        return byDate;
    }

    /** The inputs, each with the dates of its accepted rows. */
    List<SealedInput> inputs(List<InputFile> files) {
        Map<String, TreeSet<String>> dates = new TreeMap<>();
        for (Group group : groups) {
            if (group.reason == null && group.date != null) {
                dates.computeIfAbsent(InputListing.ofUri(group.file), f -> new TreeSet<>())
                        .add(group.date);
            }
        }
        List<SealedInput> inputs = new ArrayList<>();
        for (InputFile file : files) {
            TreeSet<String> own = dates.remove(file.path());
            inputs.add(new SealedInput(file, own == null ? List.of() : List.copyOf(own)));
        }
        if (!dates.isEmpty()) {
            throw new IllegalStateException("rows came from inputs that are not in the manifest: " + dates.keySet());
        }
        return inputs;
    }

    private Dataset<Row> rows() {
        return Objects.requireNonNull(rows, "a batch of no inputs has no rows");
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.unpersist();
        }
    }
}
