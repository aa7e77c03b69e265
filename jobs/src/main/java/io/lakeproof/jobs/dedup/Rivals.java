package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.lakeproof.config.DedupConfig;
import io.lakeproof.config.NullKey;
import io.lakeproof.config.OnConflict;
import io.lakeproof.config.OrderColumn;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * The stored rows whose keys a batch has. They are found by key and order columns alone; the whole row is read only where a
 * row of the batch ties with it in the order, so that the content decides, or where its content is wanted.
 */
final class Rivals implements AutoCloseable {
    /** Up to so many rows, the keys of one side are sent to every task; with more, Spark chooses the join. */
    private static final long BROADCAST_ROWS = 500_000;

    private static final String OFFERED = "_lakeproof_offered_";
    private static final String TIED = "_lakeproof_tied";

    private final StructType table;
    private final DedupConfig dedup;
    private final Dataset<Row> stored;
    private final Dataset<Row> hits;
    private final long whole;
    private final long stubs;

    private Rivals(StructType table, DedupConfig dedup, Dataset<Row> stored, Dataset<Row> hits) {
        this.table = table;
        this.dedup = dedup;
        this.stored = stored;
        this.hits = hits;
        List<Row> counts = hits.groupBy(TIED).count().collectAsList();
        this.whole = count(counts, true);
        this.stubs = count(counts, false);
    }

    /**
     * Finds them: one scan of the stored rows' key and order columns.
     *
     * @param table the table's schema
     * @param offered the batch
     * @param rows how many rows the batch has
     * @param stored the stored rows of the dates that the batch touches
     */
    static Rivals find(StructType table, DedupConfig dedup, Dataset<Row> offered, long rows, Dataset<Row> stored) {
        Column tied = lit(dedup.onConflict() == OnConflict.QUARANTINE);
        Column sameOrder = lit(true);
        Column sameKey = lit(true);
        for (String key : dedup.key()) {
            sameKey = sameKey.and(same(key, table, dedup));
            if (dedup.nullKey() == NullKey.KEEP) {
                tied = tied.or(quoted(key).isNull());
            }
        }
        for (OrderColumn order : dedup.order()) {
            sameOrder = sameOrder.and(quoted(order.column()).eqNullSafe(quoted(OFFERED + order.column())));
        }
        Dataset<Row> keys = offered.select(names(dedup).stream()
                .map(name -> quoted(name).as(OFFERED + name))
                .toArray(Column[]::new));
        Column[] own = columns(dedup);
        Dataset<Row> hits = stored.select(own)
                .join(small(keys, rows), sameKey)
                .withColumn(TIED, tied.or(sameOrder))
                .groupBy(own)
                .agg(max(TIED).as(TIED))
                .persist(StorageLevel.MEMORY_AND_DISK());
        return new Rivals(table, dedup, stored, hits);
    }

    boolean isEmpty() {
        return whole + stubs == 0;
    }

    /** The rows of the batch that have a rival. */
    Dataset<Row> contested(Dataset<Row> offered) {
        return offered.join(keys(hits, whole + stubs), isHit(), "leftsemi");
    }

    /** The rows of the batch that have none. */
    Dataset<Row> uncontested(Dataset<Row> offered) {
        return offered.join(keys(hits, whole + stubs), isHit(), "leftanti");
    }

    /** The rivals, with the table's columns; those that no row ties with have nulls outside of key and order. */
    Dataset<Row> rows() {
        Dataset<Row> whole = stored.join(keys(hits.where(quoted(TIED)), this.whole), isHit(), "leftsemi")
                .select(Arrays.stream(table.fieldNames()).map(c -> quoted(c)).toArray(Column[]::new));
        return stubs == 0 ? whole : this.whole == 0 ? stubRows() : whole.unionByName(stubRows());
    }

    private Dataset<Row> stubRows() {
        Set<String> known = names(dedup);
        Column[] columns = Arrays.stream(table.fields())
                .map(field -> known.contains(field.name()) ? quoted(field.name()) : unknown(field))
                .toArray(Column[]::new);
        return hits.where(quoted(TIED).equalTo(false)).select(columns);
    }

    /** Their key and order columns, and whether a row of the batch ties with them. */
    Dataset<Row> hits() {
        return hits;
    }

    private static Column unknown(StructField field) {
        return lit(null).cast(field.dataType()).as(field.name());
    }

    private Dataset<Row> keys(Dataset<Row> hits, long rows) {
        Column[] keys =
                dedup.key().stream().map(key -> quoted(key).as(OFFERED + key)).toArray(Column[]::new);
        return small(hits.select(keys), rows);
    }

    private Column isHit() {
        return dedup.key().stream()
                .map(key -> same(key, table, dedup))
                .reduce(Column::and)
                .orElseThrow();
    }

    /** Where a key has no null, plain equality makes for smaller join keys. */
    private static Column same(String key, StructType table, DedupConfig dedup) {
        Column stored = Keys.comparable(key, table);
        Column offered = Keys.comparable(OFFERED + key, key, table);
        return dedup.nullKey() == NullKey.QUARANTINE ? stored.equalTo(offered) : stored.eqNullSafe(offered);
    }

    private static Dataset<Row> small(Dataset<Row> rows, long count) {
        return count <= BROADCAST_ROWS ? broadcast(rows) : rows;
    }

    private static long count(List<Row> counts, boolean tied) {
        return counts.stream()
                .filter(row -> row.getBoolean(0) == tied)
                .mapToLong(row -> row.getLong(1))
                .sum();
    }

    /** Key, order and partition columns. */
    private static Set<String> names(DedupConfig dedup) {
        Set<String> names = new LinkedHashSet<>(dedup.key());
        dedup.order().forEach(order -> names.add(order.column()));
        names.add(io.lakeproof.source.Validation.EVENT_DATE);
        return names;
    }

    private static Column[] columns(DedupConfig dedup) {
        return names(dedup).stream().map(name -> quoted(name)).toArray(Column[]::new);
    }

    @Override
    public void close() {
        hits.unpersist();
    }
}
