package io.lakeproof.jobs.features;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.lineage.DatedRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * Which entities have rows at which dates, and how many of them the windows of rows count: for each condition ({@code where})
 * that such a window has, the rows that meet it.
 */
final class EntityRows {
    /** STRING: an event date of an entity, {@code yyyy-MM-dd}. */
    static final String DATE = "_lakeproof_date";

    private static final String IS_SHORT = "_lakeproof_is_short";
    private static final String ENTITY = "_lakeproof_entity_";
    private static final String COUNT = "_lakeproof_rows_";

    private final List<String> entity;
    private final DatedRows source;
    private final FiniteInputs finite;

    private final List<Reach.Rows> longest;

    EntityRows(FeaturesConfig config, Reach reach, DatedRows source, FiniteInputs finite) {
        this.entity = config.entity();
        this.longest = reach.rows();
        this.source = source;
        this.finite = finite;
    }

    /** True if no feature has a window of rows. */
    boolean isEmpty() {
        return longest.isEmpty();
    }

    /** The entities of some rows: {@link #entityColumns}, distinct, each with no rows counted yet. */
    Dataset<Row> startingWith(Dataset<Row> rows, Column... further) {
        List<Column> columns = new ArrayList<>(List.of(further));
        columns.addAll(named());
        return withCounts(rows.select(columns.toArray(Column[]::new)).distinct());
    }

    /** Adds a count of zero for each condition. */
    private Dataset<Row> withCounts(Dataset<Row> entities) {
        Dataset<Row> counted = entities;
        for (String count : counts()) {
            counted = counted.withColumn(count, lit(0L));
        }
        return counted;
    }

    /**
     * One row for each entity that is looked for and date that has accepted rows of it: entity, date, count for each condition.
     * Nothing but these columns and the inputs that may be NaN is read.
     *
     * @param within true for the rows that can be of such an entity, {@link #within}
     */
    Dataset<Row> byDate(Dataset<Row> looking, Column within, Collection<String> dates) {
        List<Column> columns = new ArrayList<>(named());
        columns.add(quoted(EVENT_DATE));
        int i = 0;
        for (Reach.Rows rows : longest) {
            columns.add(when(coalesce(expr(rows.where().orElse("true")), lit(false)), lit(1L))
                    .otherwise(lit(0L))
                    .as(COUNT + i++));
        }
        Dataset<Row> found = finite.accepted(source.read(dates).where(within)).select(columns.toArray(Column[]::new));
        List<Column> keys = new ArrayList<>(entityColumns());
        keys.add(quoted(EVENT_DATE));
        return summed(found.join(looking, sameEntity(found, looking), "left_semi"), keys);
    }

    /**
     * Goes back through dates, from the last to the first, and counts for each entity until it is short of no rows.
     *
     * @param looking entities with the counts so far
     * @return with the entity's columns and {@link #DATE}: a row for each date at which the entity was still short of rows and has
     *     some; and a row without a date, with the counts, if the entity is short of rows even after all dates
     */
    Dataset<Row> countedBack(Dataset<Row> looking, Column within, Collection<String> dates) {
        Dataset<Row> all = looking.withColumn(DATE, lit(null).cast("string"))
                .unionByName(byDate(looking, within, dates).withColumnRenamed(EVENT_DATE, DATE));
        WindowSpec own = Window.partitionBy(entityColumns().toArray(Column[]::new));
        WindowSpec later = own.orderBy(col(DATE).desc_nulls_first()).rowsBetween(Window.unboundedPreceding(), -1);
        List<Column> columns = new ArrayList<>(entityColumns());
        columns.add(col(DATE));
        List<Column> before = new ArrayList<>();
        List<Column> after = new ArrayList<>();
        for (String count : counts()) {
            before.add(sum(col(count)).over(later));
            after.add(sum(col(count)).over(own));
            columns.add(after.get(after.size() - 1).as(count));
        }
        columns.add(when(col(DATE).isNull(), isShort(after))
                .otherwise(isShort(before))
                .as(IS_SHORT));
        return all.select(columns.toArray(Column[]::new)).where(IS_SHORT).drop(IS_SHORT);
    }

    /** Least and greatest value of the entity's first column, for {@link #within}. */
    List<Column> bounds() {
        return List.of(min(col(ENTITY + 0)), max(col(ENTITY + 0)));
    }

    /** A condition on the source's rows by which files are left unopened that have no entity between such bounds. */
    Column within(@Nullable Object least, @Nullable Object greatest) {
        Column first = quoted(entity.get(0));
        if (least == null || greatest == null) {
            return first.isNull();
        }
        boolean hasFileBounds = least instanceof String || least instanceof Long || least instanceof Integer;
        return hasFileBounds ? first.between(lit(least), lit(greatest)).or(first.isNull()) : lit(true);
    }

    /** Sums of the counts by some columns. */
    Dataset<Row> summed(Dataset<Row> rows, List<Column> by) {
        List<Column> sums =
                counts().stream().map(count -> sum(col(count)).as(count)).toList();
        return rows.groupBy(by.toArray(Column[]::new))
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
    }

    /** True for entities that a window of rows can still reach beyond the rows counted so far. */
    Column isShort() {
        return isShort(counts().stream().map(functions::col).toList());
    }

    /**
     * As {@link #isShort()}, of other columns.
     *
     * @param counted one for each of {@link #counts}
     */
    Column isShort(List<Column> counted) {
        Column isShort = lit(false);
        int i = 0;
        for (Reach.Rows rows : longest) {
            isShort = isShort.or(counted.get(i++).lt(rows.rows()));
        }
        return isShort;
    }

    /** Names of the columns that count. */
    List<String> counts() {
        List<String> counts = new ArrayList<>();
        for (int i = 0; i < longest.size(); i++) {
            counts.add(COUNT + i);
        }
        return counts;
    }

    /** The entity's columns as {@link #startingWith} and {@link #byDate} name them. */
    List<Column> entityColumns() {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < entity.size(); i++) {
            columns.add(col(ENTITY + i));
        }
        return columns;
    }

    /**
     * Rows of the source of an entity and a date that are wanted together.
     *
     * @param wanted entities with a {@link #DATE}
     */
    Dataset<Row> at(Dataset<Row> rows, Dataset<Row> wanted) {
        Column same = rows.col(EVENT_DATE).equalTo(wanted.col(DATE));
        for (int i = 0; i < entity.size(); i++) {
            same = same.and(
                    rows.col("`" + entity.get(i).replace("`", "``") + "`").eqNullSafe(wanted.col(ENTITY + i)));
        }
        return rows.join(wanted, same, "left_semi");
    }

    /** The condition that two of these tables speak of the same entity; a null is an entity like any other. */
    Column sameEntity(Dataset<Row> left, Dataset<Row> right) {
        Column same = lit(true);
        for (int i = 0; i < entity.size(); i++) {
            same = same.and(left.col(ENTITY + i).eqNullSafe(right.col(ENTITY + i)));
        }
        return same;
    }

    private List<Column> named() {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < entity.size(); i++) {
            columns.add(quoted(entity.get(i)).as(ENTITY + i));
        }
        return columns;
    }
}
