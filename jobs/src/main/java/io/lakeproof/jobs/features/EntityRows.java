package io.lakeproof.jobs.features;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
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
import org.apache.spark.sql.functions;

/**
 * Which entities have rows at which dates, and how many of them the windows of rows count: for each condition ({@code where})
 * that such a window has, the rows that meet it.
 */
final class EntityRows {
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

    /** One row for each entity and date of these dates that has accepted rows: entity, date, count for each condition. */
    Dataset<Row> byDate(Collection<String> dates) {
        List<Column> keys = new ArrayList<>(entityColumns());
        keys.add(quoted(EVENT_DATE));
        return summed(flagged(dates), keys);
    }

    /** One row for each accepted row of these dates: entity, date, and for each condition 1 if it meets it, otherwise 0. */
    private Dataset<Row> flagged(Collection<String> dates) {
        List<Column> columns = new ArrayList<>(named());
        columns.add(quoted(EVENT_DATE));
        int i = 0;
        for (Reach.Rows rows : longest) {
            columns.add(when(coalesce(expr(rows.where().orElse("true")), lit(false)), lit(1L))
                    .otherwise(lit(0L))
                    .as(COUNT + i++));
        }
        return finite.accepted(source.read(dates)).select(columns.toArray(Column[]::new));
    }

    /**
     * Counts further rows of entities.
     *
     * @param entities with what was counted so far
     */
    Dataset<Row> counted(Dataset<Row> entities, Collection<String> dates) {
        Dataset<Row> found = flagged(dates).drop(EVENT_DATE);
        Dataset<Row> theirs = found.join(entities, sameEntity(found, entities), "left_semi");
        return summed(entities.unionByName(theirs), entityColumns());
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

    /** Rows of the source whose entity is among some entities. */
    Dataset<Row> of(Dataset<Row> rows, Dataset<Row> entities) {
        Dataset<Row> wanted =
                entities.select(entityColumns().toArray(Column[]::new)).distinct();
        Column same = lit(true);
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
