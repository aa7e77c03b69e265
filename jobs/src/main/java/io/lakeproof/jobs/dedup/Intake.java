package io.lakeproof.jobs.dedup;

import io.lakeproof.lineage.Seal;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Where the rows of a run come from, and what becomes of those that it refuses. */
interface Intake {
    /** The job that the seal names. */
    String job();

    /** The digest of the settings, as the seal has it. */
    String configDigest();

    /** What the run is going to do, found without reading a row of the input. */
    DedupPlan plan();

    /** The plan's own inputs, in words. */
    String described(DedupPlan plan);

    /**
     * The validated rows of the plan's own inputs.
     *
     * @param clock what counts as now
     */
    Batch batch(DedupPlan plan, Instant clock);

    /** The validated rows that further inputs have for the stale dates. */
    Batch others(DedupPlan plan, Instant clock);

    /**
     * Stops the run before anything is published if the newest event is too old; rows that came before are never too old.
     *
     * @param clock what counts as now
     */
    default void requireFresh(DedupStep step, Instant clock) {}

    /** True if the inputs are still what the plan says of them. */
    boolean isUnchanged(DedupPlan plan);

    /**
     * Publishes the refused rows, and stops the run if the batch as a whole may not be published.
     *
     * @param further rows that lost, in the form of refused ones
     * @param losers how many of the further rows are new
     */
    void refused(DedupStep step, Optional<Dataset<Row>> further, long losers);

    /** No row was accepted: the seal of an earlier run that had done what there was to do; empty if there is none. */
    Optional<Seal> nothingAccepted(DedupStep step, Instant clock);

    /** The run, or an earlier attempt of it, is sealed. */
    void sealed(DedupPlan plan, Seal seal);
}
