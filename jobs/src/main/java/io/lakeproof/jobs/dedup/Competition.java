package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.config.DedupConfig;
import io.lakeproof.config.NullKey;
import io.lakeproof.config.OnConflict;
import io.lakeproof.delta.Change;
import io.lakeproof.delta.DeltaStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What a step makes of the stored table: the rows to write, and how. Dates that are built anew are replaced as a whole. Other
 * dates change by the difference: new rows are appended, and where a stored row loses, the files that hold such rows are
 * written again.
 */
final class Competition implements AutoCloseable {
    private static final long FEW_WHOLE_ROWS = 20_000;

    private final DedupConfig dedup;
    private final StructType table;
    private final DedupStep step;
    private final Optional<Dataset<Row>> stored;
    private final List<Tally> tallies = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private final List<Dataset<Row>> told = new ArrayList<>();
    private final Change change;

    /**
     * Lets the rows compete.
     *
     * @param version of the table that the step works on
     */
    Competition(SparkSession spark, DedupConfig dedup, DedupStep step, DeltaStore store, long version) {
        this.dedup = dedup;
        this.table = step.batch().tableSchema();
        this.step = step;
        SortedMap<String, Long> dates = version == DeltaStore.NO_VERSION ? new TreeMap<>() : step.storedByDate();
        this.stored = dates.isEmpty()
                ? Optional.empty()
                : Optional.of(store.read(version)
                        .where(quoted(EVENT_DATE).isInCollection(dates.keySet()))
                        .select(tableColumns()));
        this.change = version == DeltaStore.NO_VERSION || !step.plan().stale().isEmpty()
                ? replace(spark, dates)
                : difference(spark);
    }

    /** The rows to write. */
    Dataset<Row> rows() {
        Column rows = change instanceof Change.Replace ? Fate.survives() : Fate.enters();
        return all().where(rows).select(tableColumns());
    }

    /** How to write them. */
    Change change() {
        return change;
    }

    /** The rows that share only the key with the survivor, with {@link Fate#COLUMN}, if the configuration wants to see them. */
    Optional<Dataset<Row>> losers() {
        return dedup.onConflict() == OnConflict.KEEP ? Optional.empty() : Optional.of(all().where(Fate.loses()));
    }

    /** How many of the losers are new. */
    long conflicts() {
        return losers().map(rows -> rows.where(Fate.CONFLICT.isIt()).count()).orElse(0L);
    }

    /** Where the offered rows went; complete once {@link #rows} or {@link #losers} were read. */
    Tally.Rows total() {
        return tallies.stream().map(Tally::total).reduce(Tally.Rows.ZERO, Tally.Rows::plus);
    }

    private Change replace(SparkSession spark, SortedMap<String, Long> storedByDate) {
        Dataset<Row> rows = offered(step.batch());
        if (!step.plan().others().isEmpty()) {
            rows = rows.unionByName(offered(step.others()));
        }
        SortedMap<String, Long> rowsByDate = new TreeMap<>(step.offeredByDate());
        if (stored.isPresent()) {
            rows = rows.unionByName(asStored(stored.get()), true);
            storedByDate.forEach((date, count) -> rowsByDate.merge(date, count, Long::sum));
        }
        compete(spark, rows, rowsByDate, EnumSet.of(Fate.STORED, Fate.KEPT, Fate.REPLACES), losersAreWanted());
        return new Change.Replace(in(EVENT_DATE, step.dates()));
    }

    private Change difference(SparkSession spark) {
        Dataset<Row> offered = offered(step.batch());
        Set<Fate> enters = EnumSet.of(Fate.KEPT, Fate.REPLACES);
        if (stored.isEmpty()) {
            compete(spark, offered, step.offeredByDate(), enters, losersAreWanted());
            return new Change.Append();
        }
        long count = step.batch().read();
        Rivals rivals = Rivals.find(table, dedup, offered, count, stored.get());
        keep(rivals.hits());
        if (rivals.isEmpty()) {
            compete(spark, offered, step.offeredByDate(), enters, losersAreWanted());
            return new Change.Append();
        }
        Dataset<Row> contested = rivals.contested(offered).unionByName(asStored(rivals.rows()), true);
        Dataset<Row> fates = fates(spark, contested, Map.of(), enters);
        // Of each rival's key one row enters at most, unless the losers are asked for too.
        Held result = keep(
                !losersAreWanted() && rivals.count() <= FEW_WHOLE_ROWS
                        ? Held.few(fates, rows -> rows)
                        : Held.many(fates));
        Map<List<@Nullable Object>, Long> counts = result.count(Fate.COLUMN, EVENT_DATE);
        Set<String> replaced = counts.keySet().stream()
                .filter(fateAndDate -> Objects.equals(fateAndDate.get(0), Fate.REPLACES.code))
                .map(fateAndDate -> String.valueOf(fateAndDate.get(1)))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!counts.isEmpty()) {
            told.add(result.rows());
        }
        compete(
                spark,
                rivals.uncontested(offered),
                step.offeredByDate(),
                enters,
                losersAreWanted() || !replaced.isEmpty());
        return replaced.isEmpty() ? new Change.Append() : new Change.Merge(sameKey(replaced));
    }

    /**
     * Adds the fates of some rows to those that are told.
     *
     * @param again because the result is read more than once
     */
    private void compete(
            SparkSession spark, Dataset<Row> rows, Map<String, Long> rowsByDate, Set<Fate> wanted, boolean again) {
        Dataset<Row> fates = fates(spark, rows, rowsByDate, wanted);
        told.add(again ? keep(Held.many(fates)).rows() : fates);
    }

    private Dataset<Row> fates(SparkSession spark, Dataset<Row> rows, Map<String, Long> rowsByDate, Set<Fate> wanted) {
        Set<Fate> fates = EnumSet.copyOf(wanted);
        if (losersAreWanted()) {
            fates.addAll(EnumSet.of(Fate.CONFLICT, Fate.DISPLACED));
        }
        Tally tally = new Tally();
        spark.sparkContext().register(tally, "lakeproof-dedup");
        tallies.add(tally);
        return new Survivors(table, dedup).of(rows, rowsByDate, fates, tally);
    }

    private Held keep(Held rows) {
        held.add(rows);
        return rows;
    }

    private Dataset<Row> all() {
        return told.stream().reduce(Dataset::unionByName).orElseThrow();
    }

    private boolean losersAreWanted() {
        return dedup.onConflict() != OnConflict.KEEP;
    }

    private Dataset<Row> offered(Batch batch) {
        Dataset<Row> rows = dedup.onConflict() == OnConflict.QUARANTINE ? batch.acceptedWithLines() : batch.accepted();
        return rows.withColumn(Survivors.STORED, lit(false));
    }

    private static Dataset<Row> asStored(Dataset<Row> rows) {
        return rows.withColumn(Survivors.STORED, lit(true));
    }

    private String sameKey(Collection<String> dates) {
        String equals = dedup.nullKey() == NullKey.GROUP ? " <=> " : " = ";
        List<String> conditions = new ArrayList<>();
        conditions.add(in(Change.STORED + "." + EVENT_DATE, dates));
        conditions.add(same(EVENT_DATE, " = "));
        dedup.key().forEach(key -> conditions.add(same(key, equals)));
        return String.join(" AND ", conditions);
    }

    private static String same(String column, String equals) {
        String name = ".`" + column.replace("`", "``") + "`";
        return Change.STORED + name + equals + Change.NEW + name;
    }

    private static String in(String column, Collection<String> dates) {
        return dates.stream().map(date -> "'" + date + "'").collect(Collectors.joining(", ", column + " IN (", ")"));
    }

    private Column[] tableColumns() {
        return Arrays.stream(table.fieldNames()).map(column -> quoted(column)).toArray(Column[]::new);
    }

    @Override
    public void close() {
        held.forEach(Held::close);
    }
}
