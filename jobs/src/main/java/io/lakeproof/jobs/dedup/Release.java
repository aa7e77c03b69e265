package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.RawColumns.CARRIED;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.lakeproof.digest.CanonicalForm;
import io.lakeproof.error.Failure;
import io.lakeproof.run.Quarantine;
import io.lakeproof.source.RawColumns;
import io.lakeproof.source.Validation;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a requeue writes into the quarantine: which rows it released, and why the others are still refused.
 *
 * @param rows that were tried
 * @param runKey of the requeue
 */
record Release(Quarantine quarantine, RefusedRows rows, String runKey) {
    /** The columns of the quarantine. */
    static Column[] columns() {
        return Quarantine.COLUMNS.stream().map(CanonicalForm::quoted).toArray(Column[]::new);
    }

    /**
     * Writes it, if it is news.
     *
     * @param judged the rows as validation sees them now, with {@link #columns} in {@link RawColumns#CARRIED}
     * @throws Failure.Conflict if a run has written its part of the quarantine anew in between
     */
    void publish(Dataset<Row> judged) {
        if (rows.isOutdated()) {
            throw new Failure.Conflict(
                    "the quarantine changed while its rows were requeued", "Run again: it finds what is left to do.");
        }
        Dataset<Row> tried = outcome(judged);
        if (!tried.where(isNews()).isEmpty()) {
            quarantine.update(
                    tried.select(columns()).unionByName(rows.untouched()),
                    rows.runKeys(),
                    runKey,
                    UUID.randomUUID().toString());
        }
    }

    /** The rows as they are from now on; a row that is released keeps the reason that it had. */
    private Dataset<Row> outcome(Dataset<Row> judged) {
        Column was = quoted(CARRIED);
        Column released = RawColumns.accepted();
        return judged.select(
                was.getField(Quarantine.PIPELINE).as(Quarantine.PIPELINE),
                was.getField(Quarantine.SOURCE_FILE).as(Quarantine.SOURCE_FILE),
                coalesce(RawColumns.reason(), was.getField(Quarantine.REASON)).as(Quarantine.REASON),
                when(released, was.getField(Quarantine.DETAIL))
                        .otherwise(quoted(RawColumns.DETAIL))
                        .as(Quarantine.DETAIL),
                quoted(Validation.EVENT_DATE).as(Quarantine.EVENT_DATE),
                was.getField(Quarantine.RAW).as(Quarantine.RAW),
                when(released, lit(runKey)).as(Quarantine.REQUEUED_BY),
                was.getField(Quarantine.RUN_KEY).as(Quarantine.RUN_KEY),
                was.as(CARRIED));
    }

    private static Column isNews() {
        Column was = quoted(CARRIED);
        return col(Quarantine.REQUEUED_BY)
                .isNotNull()
                .or(col(Quarantine.REASON).notEqual(was.getField(Quarantine.REASON)))
                .or(not(col(Quarantine.DETAIL).eqNullSafe(was.getField(Quarantine.DETAIL))));
    }
}
