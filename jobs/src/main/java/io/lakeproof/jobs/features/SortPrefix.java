package io.lakeproof.jobs.features;

import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftleft;
import static org.apache.spark.sql.functions.shiftright;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import org.apache.spark.sql.Column;

/**
 * One number by which the rows of a partition are sorted, so that Spark sorts by radix: 24 bits of the entity's hash, then the
 * time in steps of half a second. Rows with one prefix are few, and the pass puts them in order itself; entities that share a
 * hash it keeps apart.
 */
final class SortPrefix {
    private static final int TIME_BITS = 40;

    /** 2^19 microseconds a step: 40 bits hold some 9,000 years before 1970, and after. */
    private static final int STEP_BITS = 19;

    private SortPrefix() {}

    /** Null without a time. Times that are farther away count as the first or the last step. */
    static Column of(Column[] entity, Column time) {
        Column step = shiftright(unix_micros(time), STEP_BITS).plus(lit(1L << (TIME_BITS - 1)));
        Column bounded = greatest(lit(0L), least(step, lit((1L << TIME_BITS) - 1)));
        return when(time.isNotNull(), shiftleft(xxhash64(entity), TIME_BITS).plus(bounded));
    }

    /** What all rows of an entity have in common. */
    static long hash(long prefix) {
        return prefix >> TIME_BITS;
    }
}
