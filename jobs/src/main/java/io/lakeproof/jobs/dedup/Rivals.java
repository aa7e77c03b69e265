package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.lakeproof.config.DedupConfig;
import io.lakeproof.config.NullKey;
import io.lakeproof.config.OnConflict;
import io.lakeproof.config.OrderColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The stored rows whose keys a batch has. They are found by key and order columns alone; the whole row is read only where a
 * row of the batch ties with it in the order, so that the content decides, or where its content is wanted.
 */
final class Rivals {
    /** Up to so many rows, the keys of one side are sent to every task; with more, Spark chooses the join. */
    private static final long BROADCAST_ROWS = 500_000;

    private static final String OFFERED = "_lakeproof_offered_";
    private static final String TIED = "_lakeproof_tied";

    private final StructType table;
    private final DedupConfig dedup;
    private final Dataset<Row> stored;
    private final Held hits;
    private final long whole;
    private final long stubs;

    private Rivals(StructType table, DedupConfig dedup, Dataset<Row> stored, Held hits) {
        this.table = table;
        this.dedup = dedup;
        this.stored = stored;
        this.hits = hits;
        Map<List<@Nullable Object>, Long> counts = hits.count(TIED);
        this.whole = counts.getOrDefault(List.of(true), 0L);
        this.stubs = counts.getOrDefault(List.of(false), 0L);
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
        Dataset<Row> pairs = pairs(table, dedup, offered, rows, stored);
        // Unless nulls are kept each as a key of its own, a row of the batch has one rival at most.
        boolean few = rows <= Held.FEW && dedup.nullKey() != NullKey.KEEP && areComparable(pairs.schema());
        Held hits = few
                ? Held.few(pairs, Rivals::once)
                : Held.many(pairs.groupBy(columns(dedup)).agg(max(TIED).as(TIED)));
        return new Rivals(table, dedup, stored, hits);
    }

    /** Key, order and partition columns of each rival, once for each row of the batch with its key, and whether these two tie. */
    static Dataset<Row> pairs(
            StructType table, DedupConfig dedup, Dataset<Row> offered, long rows, Dataset<Row> stored) {
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
        return stored.select(own)
                .join(small(keys, rows), sameKey)
                .select(Stream.concat(
                                Stream.of(own), Stream.of(tied.or(sameOrder).as(TIED)))
                        .toArray(Column[]::new));
    }

    /** Every stored row once, tied if any row of the batch ties with it. */
    private static List<Row> once(List<Row> pairs) {
        Map<List<@Nullable Object>, Row> hits = new LinkedHashMap<>();
        for (Row pair : pairs) {
            List<@Nullable Object> stored = new ArrayList<>();
            for (int i = 0; i < pair.length() - 1; i++) {
                stored.add(pair.get(i));
            }
            hits.merge(stored, pair, (one, other) -> one.getBoolean(one.length() - 1) ? one : other);
        }
        return List.copyOf(hits.values());
    }

    /** True if the driver can tell by {@code equals} whether two stored rows are one. */
    private static boolean areComparable(StructType columns) {
        return Arrays.stream(columns.fields())
                .map(StructField::dataType)
                .noneMatch(type -> type instanceof BinaryType
                        || type instanceof ArrayType
                        || type instanceof MapType
                        || type instanceof StructType);
    }

    boolean isEmpty() {
        return count() == 0;
    }

    /** The rows of the batch that have a rival. */
    Dataset<Row> contested(Dataset<Row> offered) {
        return offered.join(keys(hits.rows(), count()), isHit(), "leftsemi");
    }

    /** The rows of the batch that have none. */
    Dataset<Row> uncontested(Dataset<Row> offered) {
        return offered.join(keys(hits.rows(), count()), isHit(), "leftanti");
    }

    /** The rivals, with the table's columns; those that no row ties with have nulls outside of key and order. */
    Dataset<Row> rows() {
        Dataset<Row> whole = stored.join(keys(hits.rows().where(quoted(TIED)), this.whole), isHit(), "leftsemi")
                .select(Arrays.stream(table.fieldNames()).map(c -> quoted(c)).toArray(Column[]::new));
        return stubs == 0 ? whole : this.whole == 0 ? stubRows() : whole.unionByName(stubRows());
    }

    private Dataset<Row> stubRows() {
        Set<String> known = names(dedup);
        Column[] columns = Arrays.stream(table.fields())
                .map(field -> known.contains(field.name()) ? quoted(field.name()) : unknown(field))
                .toArray(Column[]::new);
        return hits.rows().where(quoted(TIED).equalTo(false)).select(columns);
    }

    /** Their key and order columns, and whether a row of the batch ties with them. */
    Held hits() {
        return hits;
    }

    /** How many there are. */
    long count() {
        return whole + stubs;
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
}
