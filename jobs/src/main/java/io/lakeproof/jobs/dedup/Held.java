package io.lakeproof.jobs.dedup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/** Rows that are looked at several times: kept by the driver if they are few, so that each look costs no job; else persisted. */
final class Held implements AutoCloseable {
    /** So many rows of some hundred bytes are a small part of any driver's heap. */
    static final long FEW = 100_000;

    private final Dataset<Row> rows;
    private final @Nullable List<Row> local;

    private Held(Dataset<Row> rows, @Nullable List<Row> local) {
        this.rows = rows;
        this.local = local;
    }

    /** Rows that may be many. */
    static Held many(Dataset<Row> rows) {
        return new Held(rows.persist(StorageLevel.MEMORY_AND_DISK()), null);
    }

    /**
     * Rows of which there are at most {@link #FEW}; evaluated here, in one job.
     *
     * @param merge what the driver makes of them; the columns stay
     */
    static Held few(Dataset<Row> rows, Function<List<Row>, List<Row>> merge) {
        List<Row> local = merge.apply(rows.collectAsList());
        return new Held(rows.sparkSession().createDataFrame(local, rows.schema()), local);
    }

    Dataset<Row> rows() {
        return rows;
    }

    /** How many rows there are of each combination of values of these columns. */
    Map<List<@Nullable Object>, Long> count(String... columns) {
        Map<List<@Nullable Object>, Long> counts = new HashMap<>();
        List<Row> known = local;
        if (known == null) {
            Column[] by = Arrays.stream(columns).map(functions::col).toArray(Column[]::new);
            rows.groupBy(by)
                    .count()
                    .collectAsList()
                    .forEach(row -> counts.put(values(row, columns), row.getLong(columns.length)));
        } else {
            known.forEach(row -> counts.merge(values(row, columns), 1L, Long::sum));
        }
        return counts;
    }

    private static List<@Nullable Object> values(Row row, String[] columns) {
        List<@Nullable Object> values = new ArrayList<>();
        for (String column : columns) {
            values.add(row.getAs(column));
        }
        return values;
    }

    @Override
    public void close() {
        if (local == null) {
            rows.unpersist();
        }
    }
}
