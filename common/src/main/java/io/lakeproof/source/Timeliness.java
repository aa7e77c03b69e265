package io.lakeproof.source;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.RawColumns.LATE;
import static io.lakeproof.source.RawColumns.LATE_BEFORE;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.lakeproof.config.LatenessConfig.LatePolicy;
import io.lakeproof.config.PipelineConfig;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Which rows are refused since their event is too long ago, or is yet to come. */
final class Timeliness {
    private final Column time;
    private final boolean refusesLate;
    private final Optional<Instant> future;

    /**
     * Of rows that may have {@link RawColumns#LATE_BEFORE}.
     *
     * @param clock of the run; null if events from the future are not looked for
     */
    Timeliness(PipelineConfig pipeline, @Nullable Instant clock, Dataset<Row> rows) {
        this.time = quoted(pipeline.dedup().eventTime());
        this.refusesLate = hasLimit(rows) && pipeline.dedup().lateness().late() != LatePolicy.ACCEPT;
        this.future = Optional.ofNullable(clock)
                .flatMap(now -> pipeline.dedup()
                        .lateness()
                        .futureTolerance()
                        .map(tolerance ->
                                now.atZone(pipeline.zone()).plus(tolerance).toInstant()));
    }

    /** Adds {@link RawColumns#LATE} where rows can be late. */
    Dataset<Row> mark(Dataset<Row> rows) {
        return hasLimit(rows)
                ? rows.withColumn(LATE, coalesce(unix_micros(time).lt(quoted(LATE_BEFORE)), lit(false)))
                : rows;
    }

    /** The reason of a marked row, if it is refused; null otherwise. */
    Column reason() {
        return either(lit(Validation.FUTURE_EVENT), lit(Validation.TOO_LATE));
    }

    /** What time is allowed, of a row that has a {@link #reason}; null otherwise. */
    Column detail() {
        Column text = time.cast("string");
        return either(
                concat(
                        text,
                        lit(" is after "),
                        lit(future.orElse(Instant.EPOCH)).cast("string")),
                refusesLate
                        ? concat(
                                text,
                                lit(" is before "),
                                timestamp_micros(quoted(LATE_BEFORE)).cast("string"))
                        : lit(null));
    }

    private Column either(Column ifFuture, Column ifLate) {
        Column late = refusesLate ? when(quoted(LATE), ifLate) : lit(null).cast("string");
        return future.isEmpty()
                ? late
                : when(time.gt(lit(future.get())), ifFuture).otherwise(late);
    }

    private static boolean hasLimit(Dataset<Row> rows) {
        return Arrays.asList(rows.columns()).contains(LATE_BEFORE);
    }
}
