package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.RawColumns.DETAIL;
import static io.lakeproof.source.RawColumns.FILE;
import static io.lakeproof.source.RawColumns.RAW;
import static io.lakeproof.source.RawColumns.REASON;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.lakeproof.error.Failure;
import io.lakeproof.source.InputListing;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Rows that share only the key with the survivor, where the configuration does not let them go silently. */
final class Losers {
    /** The reason of a new row that lost. */
    static final String CONFLICT = "conflict_duplicate";

    /** The reason of a stored row that gave way to a new one. */
    static final String DISPLACED = "displaced";

    private static final int EXAMPLES = 3;

    private final Dataset<Row> rows;
    private final StructType table;

    Losers(Dataset<Row> rows, StructType table) {
        this.rows = rows;
        this.table = table;
    }

    /** The rows as the quarantine takes them: the line of a new row, a stored row as JSON. */
    Dataset<Row> refused(String target) {
        return rows.select(
                coalesce(quoted(RAW), to_json(struct(columns())).cast("binary")).as(RAW),
                coalesce(quoted(FILE), lit(InputListing.toUri(target))).as(FILE),
                when(Fate.CONFLICT.isIt(), lit(CONFLICT))
                        .otherwise(lit(DISPLACED))
                        .as(REASON),
                lit(null).cast("string").as(DETAIL),
                quoted(EVENT_DATE));
    }

    /** Fails if there are any. */
    void requireNone(List<String> key) {
        Column[] keys = key.stream().map(column -> quoted(column)).toArray(Column[]::new);
        long count = rows.count();
        if (count > 0) {
            List<String> examples =
                    rows.select(to_json(struct(keys))).distinct().limit(EXAMPLES).collectAsList().stream()
                            .map(row -> row.getString(0))
                            .sorted()
                            .toList();
            throw new Failure.DataGate(
                    count + " rows share only the key with another row, for example " + String.join(", ", examples)
                            + ", and dedup.on-conflict = fail; nothing was published",
                    "Mend the input, add a column to dedup.key, or set dedup.on-conflict to keep or quarantine.");
        }
    }

    private Column[] columns() {
        return Arrays.stream(table.fieldNames()).map(column -> quoted(column)).toArray(Column[]::new);
    }
}
