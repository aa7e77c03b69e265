package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.config.DedupConfig;
import io.lakeproof.digest.CanonicalForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/** The rows that a windowed table must gain and lose; kept until closed, since they are few and looked at more than once. */
final class WindowChanges implements AutoCloseable {
    /** BIGINT: the hash of the group; groups that share it are walked together. */
    static final String GROUP = "_lakeproof_group";

    private static final String CHANGE = "_lakeproof_change";
    private static final String PLACE = "_lakeproof_place";

    /**
     * How much changes.
     *
     * @param dates on which the table gains or loses rows
     */
    record Summary(long added, long removed, SortedSet<String> dates) {
        @Override
        public String toString() {
            return added + " rows gained and " + removed + " lost on " + dates.size() + " dates";
        }
    }

    private final StructType table;
    private final DedupConfig dedup;
    private final List<Dataset<Row>> walks = new ArrayList<>();
    private final List<Dataset<Row>> settled = new ArrayList<>();
    private Set<Integer> open = Set.of();
    private @Nullable Dataset<Row> openGroups;

    WindowChanges(StructType table, DedupConfig dedup) {
        this.table = table;
        this.dedup = dedup;
    }

    /** A schema and what {@link WindowPass} adds to it. */
    static StructType tagged(StructType columns) {
        return columns.add(CHANGE, DataTypes.IntegerType, false)
                .add(GROUP, DataTypes.LongType, false)
                .add(PLACE, DataTypes.IntegerType, false);
    }

    static Column[] tags() {
        return new Column[] {quoted(CHANGE), quoted(GROUP), quoted(PLACE)};
    }

    /** Takes the result of a walk. What it says of a group is final, unless the group is open at the end of a stretch. */
    void add(Dataset<Row> walked) {
        Dataset<Row> walk = walked.persist(StorageLevel.MEMORY_AND_DISK());
        walks.add(walk);
        Dataset<Row> ends = walk.where(is(WindowPass.OPEN));
        open = new TreeSet<>(ends.select(quoted(PLACE)).distinct().collectAsList().stream()
                .map(row -> row.getInt(0))
                .toList());
        Dataset<Row> changed = walk.where(quoted(CHANGE).notEqual(WindowPass.OPEN));
        if (open.isEmpty()) {
            settled.add(changed);
            return;
        }
        // As an RDD, so that the plan of a walk does not hold the plans of all walks before it.
        Dataset<Row> groups = ends.select(quoted(GROUP)).distinct();
        openGroups = walk.sparkSession().createDataFrame(groups.toJavaRDD(), groups.schema());
        settled.add(changed.join(openGroups, GROUP, "left_anti"));
    }

    boolean isOpen() {
        return !open.isEmpty();
    }

    /** The places of the stretches that must be longer. */
    Set<Integer> open() {
        return open;
    }

    /** The hashes of the groups that must be walked again, in longer stretches. */
    Dataset<Row> openGroups() {
        return Objects.requireNonNull(openGroups, "no group is open");
    }

    /** The rows that the table gains. */
    Dataset<Row> added() {
        return changed(WindowPass.ADDED);
    }

    /** The rows that the table loses. */
    Dataset<Row> removed() {
        return changed(WindowPass.REMOVED);
    }

    /** Counts the changes in one job. */
    Summary summary() {
        SortedSet<String> dates = new TreeSet<>();
        long added = 0;
        long removed = 0;
        for (Row row : settled.stream()
                .map(rows -> rows.select(quoted(EVENT_DATE), quoted(CHANGE)))
                .reduce(Dataset::unionByName)
                .orElseThrow()
                .groupBy(quoted(EVENT_DATE), quoted(CHANGE))
                .count()
                .collectAsList()) {
            dates.add(row.getString(0));
            added += row.getInt(1) == WindowPass.ADDED ? row.getLong(2) : 0;
            removed += row.getInt(1) == WindowPass.REMOVED ? row.getLong(2) : 0;
        }
        return new Summary(added, removed, dates);
    }

    /** Rows of the table, without those that it loses, and with those that it gains. */
    Dataset<Row> appliedTo(Dataset<Row> windowed) {
        List<Column> lost = new ArrayList<>();
        Column same = lit(true);
        for (String name : dedup.key()) {
            String other = "_lakeproof_lost_" + lost.size();
            lost.add(comparable(name).as(other));
            same = same.and(comparable(name).eqNullSafe(quoted(other)));
        }
        Dataset<Row> left =
                windowed.select(columns()).join(removed().select(lost.toArray(Column[]::new)), same, "left_anti");
        return left.unionByName(added());
    }

    private Column comparable(String name) {
        return Keys.comparable(name, table);
    }

    private Dataset<Row> changed(int change) {
        return settled.stream()
                .map(rows -> rows.where(is(change)).select(columns()))
                .reduce(Dataset::unionByName)
                .orElseThrow();
    }

    private Column[] columns() {
        return Arrays.stream(table.fieldNames()).map(CanonicalForm::quoted).toArray(Column[]::new);
    }

    private static Column is(int change) {
        return quoted(CHANGE).equalTo(change);
    }

    @Override
    public void close() {
        walks.forEach(Dataset::unpersist);
    }
}
