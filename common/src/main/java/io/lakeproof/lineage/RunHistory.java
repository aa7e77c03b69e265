package io.lakeproof.lineage;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.datediff;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_values;
import static org.apache.spark.sql.functions.to_date;

import io.lakeproof.model.DateScope;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;

/** What the ledger says of the size of earlier runs. */
public final class RunHistory {
    private final Ledger ledger;

    public RunHistory(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * How many rows the last runs accepted that are like one of this scope, newest first: of the same pipeline and table, over
     * as many dates but not the same ones, and no rebuild, which reads more than its scope. Runs without both ends are like
     * those that lack the same ends.
     *
     * @param limit the most runs to tell of
     */
    public List<Long> acceptedRows(String tableId, String pipeline, DateScope scope, int limit) {
        Column refused = aggregate(map_values(col("quarantined")), lit(0L), Column::plus);
        return ledger
                .of(tableId)
                .where(col("pipeline")
                        .equalTo(pipeline)
                        .and(col("job").equalTo("dedup"))
                        .and(col("outcome").equalTo("COMMITTED"))
                        .and(isLike(scope)))
                .orderBy(col("sequence").desc())
                .limit(limit)
                .select(col("read").minus(coalesce(refused, lit(0L))))
                .collectAsList()
                .stream()
                .map(row -> row.getLong(0))
                .toList();
    }

    private static Column isLike(DateScope scope) {
        Column sameEnds = sameEnd("scope_from", scope.from()).and(sameEnd("scope_to", scope.to()));
        if (scope.from().isEmpty() || scope.to().isEmpty()) {
            return sameEnds;
        }
        long days = ChronoUnit.DAYS.between(scope.from().get(), scope.to().get());
        return sameEnds.and(datediff(to_date(col("scope_to")), to_date(col("scope_from")))
                        .equalTo(days))
                .and(col("scope_from").notEqual(scope.from().get().toString()));
    }

    private static Column sameEnd(String column, Optional<LocalDate> end) {
        return end.isPresent() ? col(column).isNotNull() : col(column).isNull();
    }
}
