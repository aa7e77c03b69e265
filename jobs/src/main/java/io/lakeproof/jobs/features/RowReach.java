package io.lakeproof.jobs.features;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.SourceDates;
import io.lakeproof.run.ChangedDates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which dates a changed date can reach through windows of rows. Its entities at hand are those whose rows of that date are not
 * those of the version of the source that the features were made from. Such an entity's rows at a later date are reached as long
 * as it has, at the dates between, fewer rows than its longest window holds: then a window can still hold the changed row. That
 * a window held it before, while more rows lie between now, needs a change at a date between, which is asked about by itself.
 */
final class RowReach implements ChangedDates.Further {
    private static final Logger LOG = LoggerFactory.getLogger(RowReach.class);
    private static final String VERSION = "_lakeproof_version";
    private static final String CHANGED = "_lakeproof_changed";

    private final EntityRows entities;
    private final SourceDates source;
    private final long firstRows;

    /** By version of the source and date that changed since: the later dates that were made from that version. */
    private final TreeMap<Long, TreeMap<String, TreeSet<String>>> questions = new TreeMap<>();

    /**
     * Of a source.
     *
     * @param firstRows how many rows the first step forward has, at least
     */
    RowReach(EntityRows entities, SourceDates source, long firstRows) {
        this.entities = entities;
        this.source = source;
        this.firstRows = firstRows;
    }

    @Override
    public void ask(String date, SealedInput made) {
        if (entities.isEmpty()) {
            return;
        }
        for (String earlier : source.everKnown(made.partitions().keySet()).headSet(date)) {
            if (!source.isAsSeen(earlier, made.partitions())) {
                questions
                        .computeIfAbsent(made.file().length(), version -> new TreeMap<>())
                        .computeIfAbsent(earlier, changed -> new TreeSet<>())
                        .add(date);
            }
        }
    }

    @Override
    public SortedSet<String> answer() {
        SortedSet<String> reached = new TreeSet<>();
        List<Dataset<Row>> kept = new ArrayList<>();
        List<Dataset<Row>> changes = new ArrayList<>();
        try {
            questions.forEach((version, asked) -> {
                requireReadable(source.source().version(), asked.keySet());
                try {
                    Dataset<Row> changed = keep(changedEntities(version, asked.keySet()), kept);
                    if (changed.count() > 0) {
                        changes.add(changed);
                    }
                } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
                    LOG.warn(
                            "version {} of {} cannot be read any more, so every later date counts as reached: {}",
                            version,
                            source.path(),
                            e.toString());
                    asked.values().forEach(reached::addAll);
                }
            });
            if (!changes.isEmpty()) {
                walk(changes.stream().reduce(Dataset::unionByName).orElseThrow(), reached, kept);
            }
        } finally {
            kept.forEach(Dataset::unpersist);
        }
        return reached;
    }

    /** Walks forward through the stored dates in growing chunks ({@link DateWalk}), as long as an entity is short of rows. */
    private void walk(Dataset<Row> changes, SortedSet<String> reached, List<Dataset<Row>> kept) {
        List<String> later = new ArrayList<>(source.all().tailSet(firstChanged() + "\0"));
        Dataset<Row> looking = changes;
        DateWalk walk = new DateWalk(later, source.rowsByDate(), date -> true, firstRows);
        while (walk.hasNext() && !looking.isEmpty()) {
            List<String> next = walk.next();
            requireReadable(source.source().version(), next);
            Dataset<Row> found = keep(after(looking, entities.byDate(looking, lit(true), next)), kept);
            addReached(looking, found, reached);
            if (walk.hasNext()) {
                Dataset<Row> counted = entities.summed(looking.unionByName(found.drop(EVENT_DATE)), keys());
                looking = keep(counted.where(entities.isShort()), kept);
            }
        }
    }

    private void requireReadable(long version, Collection<String> dates) {
        List<String> columns = source.partitionColumns();
        Set<String> paths = Set.copyOf(source.paths(dates));
        source.source().store().requireReadable(version, file -> paths.contains(file.partitionPath(columns)));
    }

    private String firstChanged() {
        return questions.values().stream()
                .map(TreeMap::firstKey)
                .min(String::compareTo)
                .orElseThrow();
    }

    /** VERSION, CHANGED, entity, no rows counted yet: the entities whose rows at a date are not those of the version. */
    private Dataset<Row> changedEntities(long version, Collection<String> dates) {
        requireReadable(version, dates);
        Dataset<Row> now = source.read(dates);
        Dataset<Row> then = source.read(version, dates);
        boolean comparable = now.schema().catalogString().equals(then.schema().catalogString())
                && Arrays.stream(now.schema().fields()).noneMatch(field -> field.dataType() instanceof MapType);
        Column[] further = {quoted(EVENT_DATE).as(CHANGED), lit(version).as(VERSION)};
        return comparable
                ? entities.startingWith(now.exceptAll(then).unionByName(then.exceptAll(now)), further)
                : entities.startingWith(now, further)
                        .unionByName(entities.startingWith(then, further))
                        .distinct();
    }

    /** The rows of the entities looked for, at dates after the changed one: keys, date, counts. */
    private Dataset<Row> after(Dataset<Row> looking, Dataset<Row> found) {
        List<Column> columns = new ArrayList<>(List.of(looking.col(VERSION), looking.col(CHANGED)));
        Arrays.stream(found.columns()).forEach(column -> columns.add(found.col(column)));
        return looking.join(
                        found,
                        entities.sameEntity(looking, found)
                                .and(found.col(EVENT_DATE).gt(looking.col(CHANGED))))
                .select(columns.toArray(Column[]::new));
    }

    /** Adds the dates that asked, and at which an entity has rows while it was short of rows before. */
    private void addReached(Dataset<Row> looking, Dataset<Row> found, SortedSet<String> reached) {
        // What was counted before stands as a row before all dates.
        Dataset<Row> inOrder = looking.withColumn(EVENT_DATE, lit("")).unionByName(found);
        WindowSpec before = Window.partitionBy(keys().toArray(Column[]::new))
                .orderBy(col(EVENT_DATE))
                .rowsBetween(Window.unboundedPreceding(), -1);
        List<Column> counted = entities.counts().stream()
                .map(count -> coalesce(sum(col(count)).over(before), lit(0L)))
                .toList();
        inOrder.select(
                        col(VERSION),
                        col(CHANGED),
                        col(EVENT_DATE),
                        entities.isShort(counted).as("is_short"))
                .where("is_short")
                .select(VERSION, CHANGED, EVENT_DATE)
                .distinct()
                .collectAsList()
                .forEach(row -> {
                    if (asked(row.getLong(0), row.getString(1)).contains(row.getString(2))) {
                        reached.add(row.getString(2));
                    }
                });
    }

    private SortedSet<String> asked(long version, String changed) {
        return questions.getOrDefault(version, new TreeMap<>()).getOrDefault(changed, new TreeSet<>());
    }

    private List<Column> keys() {
        List<Column> keys = new ArrayList<>(List.of(col(VERSION), col(CHANGED)));
        keys.addAll(entities.entityColumns());
        return keys;
    }

    private static Dataset<Row> keep(Dataset<Row> rows, List<Dataset<Row>> kept) {
        Dataset<Row> persisted = rows.persist(StorageLevel.MEMORY_AND_DISK());
        kept.add(persisted);
        return persisted;
    }
}
