package io.lakeproof.source;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.udf;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.model.DateScope;
import java.time.LocalDate;
import java.time.temporal.TemporalAmount;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Says of each raw row from which event time on it is in time, if {@code dedup.lateness} is set: counted back from the day on
 * which its input arrived. Nothing here depends on a clock.
 */
public final class Lateness {
    private final PipelineConfig pipeline;
    private final DateScope scope;
    private final InputListing listing;
    private final Optional<TemporalAmount> lateness;

    public Lateness(PipelineConfig pipeline, DateScope scope, InputListing listing) {
        this.pipeline = pipeline;
        this.scope = scope;
        this.listing = listing;
        this.lateness = pipeline.dedup().lateness().lateness();
    }

    /** Fails with {@link Failure.Usage} if the day of arrival of an input would not be known. */
    public void requireDays() {
        if (lateness.isPresent() && scope.to().isEmpty() && listing.hasPathsWithoutDate()) {
            throw new Failure.Usage(
                    "dedup.lateness is counted back from the date in an input's path, or from --to where the path has none;"
                            + " here neither is given",
                    "Name the last date of the run with --to, or take dedup.lateness out of the configuration.");
        }
    }

    /** Adds {@link RawColumns#LATE_BEFORE} to rows of the run's own inputs. */
    public Dataset<Row> own(Dataset<Row> raw) {
        return with(raw, scope.to().orElse(null));
    }

    /**
     * Adds {@link RawColumns#LATE_BEFORE} to rows of inputs that earlier runs had read. Where the day of arrival is that of
     * the run, they are not judged again: a row that is in the table does not become late.
     */
    public Dataset<Row> others(Dataset<Row> raw) {
        return with(raw, null);
    }

    /**
     * The limit for one input, as the column has it.
     *
     * @param day of arrival, if the path has none
     */
    public @Nullable Long before(String inputUri, @Nullable LocalDate day) {
        return lateness.isEmpty() ? null : lateBefore(lateness.get(), day).call(inputUri);
    }

    private Dataset<Row> with(Dataset<Row> raw, @Nullable LocalDate day) {
        if (lateness.isEmpty()) {
            return raw;
        }
        return raw.withColumn(
                RawColumns.LATE_BEFORE,
                udf(lateBefore(lateness.get(), day), DataTypes.LongType).apply(quoted(RawColumns.FILE)));
    }

    private LateBefore lateBefore(TemporalAmount amount, @Nullable LocalDate day) {
        return new LateBefore(listing.datePatterns(), day, amount, pipeline.zone());
    }
}
