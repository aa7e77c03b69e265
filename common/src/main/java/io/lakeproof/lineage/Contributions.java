package io.lakeproof.lineage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import io.lakeproof.model.DateScope;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What runs took from their inputs, as rows of the ledger say. */
final class Contributions {
    private Contributions() {}

    /**
     * Finds them.
     *
     * @param seals rows of the ledger
     * @param which of the columns of an input
     * @return in the order of the chain; for one seal in the order of the paths
     */
    static List<Contribution> in(Dataset<Row> seals, Column which) {
        return seals
                .where(col("job").notEqual(Rollbacks.JOB)) // it read the table itself
                .select(
                        col("sequence"),
                        col("version"),
                        col("job"),
                        col("pipeline"),
                        col("run_key"),
                        col("run_id"),
                        col("config_digest"),
                        col("scope_from"),
                        col("scope_to"),
                        explode(col("inputs")).as("input"))
                .where(which)
                .collectAsList()
                .stream()
                .map(Contributions::contribution)
                .sorted(Comparator.comparingLong(Contribution::sequence)
                        .thenComparing(found -> found.input().file().path()))
                .toList();
    }

    private static Contribution contribution(Row row) {
        return new Contribution(
                row.getLong(0),
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                new DateScope(SealRows.date(row.getString(7)), SealRows.date(row.getString(8))),
                SealRows.input(row.getStruct(9)));
    }
}
