package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.lakeproof.config.DedupConfig;
import io.lakeproof.config.NullKey;
import io.lakeproof.config.OrderColumn;
import io.lakeproof.config.WindowAnchor;
import io.lakeproof.config.WindowConfig;
import io.lakeproof.digest.CanonicalForm;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The windowed table as a function of the clean one: per group (the key without the time), the rows that are not within the
 * window of another. The rule of each anchor is in docs/dedup.md. One shuffle by group, one sort, one pass.
 */
final class Windows {
    private static final String STORED = "_lakeproof_stored";
    private static final String GROUP = WindowChanges.GROUP;
    private static final String INSTANT = "_lakeproof_instant";

    private final StructType table;
    private final DedupConfig dedup;
    private final WindowConfig window;
    private final ZoneId zone;
    private final List<String> group;

    /**
     * Of a table's rows.
     *
     * @param table the columns of the clean table, {@code event_date} among them
     * @param dedup with a window
     * @param zone of the event dates
     */
    Windows(StructType table, DedupConfig dedup, ZoneId zone) {
        this.table = table;
        this.dedup = dedup;
        this.window = dedup.window().orElseThrow();
        this.zone = zone;
        this.group = dedup.key().stream()
                .filter(column -> !column.equals(dedup.eventTime()))
                .toList();
    }

    /** The windowed table of a whole clean table. */
    Dataset<Row> of(Dataset<Row> clean) {
        return pass(tagged(clean, false), Stretches.ALL).select(columns());
    }

    /**
     * What the windowed table of an older clean table must gain and lose to be that of this one. Runs Spark jobs.
     *
     * @param windowed the rows of the windowed table
     * @param changed the dates on which the clean tables differ
     * @param existing every date that one of the three tables has
     * @param reads is told the dates of either table before they are read
     */
    WindowChanges changes(
            Dataset<Row> clean,
            Dataset<Row> windowed,
            Collection<String> changed,
            Collection<String> existing,
            Consumer<Collection<String>> reads) {
        DateSpans dates = new DateSpans(existing, zone);
        Dataset<Row> rows = tagged(clean, false).unionByName(tagged(windowed, true));
        Stretches stretches = Stretches.around(changed, dates, window, zone);
        WindowChanges changes = new WindowChanges(table, dedup);
        reads.accept(stretches.dates(dates));
        changes.add(pass(rows.where(stretches.filter(dedup.eventTime(), dates)), stretches));
        // Of `kept`, a chain of rows may go on beyond the stretch; those groups alone are walked again, further each
        // time.
        for (int more = 1; changes.isOpen(); more *= 2) {
            stretches = stretches.extended(changes.open(), more, dates);
            reads.accept(stretches.dates(dates));
            Dataset<Row> open = rows.where(stretches.filter(dedup.eventTime(), dates))
                    .join(changes.openGroups(), GROUP, "left_semi");
            changes.add(pass(open, stretches));
        }
        return changes;
    }

    private Dataset<Row> tagged(Dataset<Row> rows, boolean stored) {
        Column[] columns = Stream.concat(
                        Arrays.stream(columns()),
                        Stream.of(
                                lit(stored).as(STORED),
                                groupHash().as(GROUP),
                                instant().as(INSTANT)))
                .toArray(Column[]::new);
        return rows.select(columns);
    }

    private Dataset<Row> pass(Dataset<Row> rows, Stretches stretches) {
        WindowPass pass = new WindowPass(
                table,
                positions(group),
                positions(dedup.order().stream().map(OrderColumn::column).toList()),
                window.anchor(),
                window.micros(),
                dedup.nullKey() == NullKey.KEEP,
                stretches);
        Column[] canonical = Stream.concat(
                        Arrays.stream(CanonicalForm.into(table)),
                        Stream.of(quoted(STORED), quoted(GROUP), quoted(INSTANT)))
                .toArray(Column[]::new);
        Column[] back = Stream.concat(Arrays.stream(CanonicalForm.back(table)), Arrays.stream(WindowChanges.tags()))
                .toArray(Column[]::new);
        return rows.repartition(quoted(GROUP))
                .sortWithinPartitions(sortOrder())
                .select(canonical)
                .mapPartitions(pass, Encoders.row(WindowChanges.tagged(CanonicalForm.schema(table))))
                .select(back);
    }

    private Column[] columns() {
        return Arrays.stream(table.fieldNames()).map(CanonicalForm::quoted).toArray(Column[]::new);
    }

    /** Rows with a null in the group are not compared with each other, and need not meet in one task. */
    private Column groupHash() {
        Column[] columns = comparableGroup();
        Column[] withTime = Stream.concat(Arrays.stream(columns), Stream.of(quoted(dedup.eventTime())))
                .toArray(Column[]::new);
        return when(isApart(), xxhash64(withTime)).otherwise(xxhash64(columns));
    }

    /** Microseconds of the event, or of the start of its bucket. */
    private Column instant() {
        Column micros = unix_micros(quoted(dedup.eventTime()));
        return window.anchor() == WindowAnchor.BUCKET
                ? when(isApart(), micros).otherwise(micros.minus(pmod(micros, lit(window.micros()))))
                : micros;
    }

    private Column isApart() {
        if (dedup.nullKey() != NullKey.KEEP) {
            return lit(false);
        }
        return group.stream()
                .map(column -> quoted(column).isNull())
                .reduce(Column::or)
                .orElseThrow();
    }

    private Column[] sortOrder() {
        List<Column> order = new ArrayList<>();
        order.add(quoted(GROUP).asc());
        Arrays.stream(comparableGroup()).forEach(column -> order.add(column.asc()));
        order.add(quoted(INSTANT).asc());
        if (window.anchor() == WindowAnchor.BUCKET) {
            order.addAll(Survivors.order(dedup));
        }
        return order.toArray(Column[]::new);
    }

    private Column[] comparableGroup() {
        return group.stream().map(name -> Keys.comparable(name, table)).toArray(Column[]::new);
    }

    private List<Integer> positions(List<String> names) {
        return names.stream().map(table::fieldIndex).toList();
    }
}
