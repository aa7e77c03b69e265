package io.lakeproof.jobs.features;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.jobs.features.FeatureWindows.IN_SCOPE;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.lit;

import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows of some dates and, as context, those that their windows reach back to, and not more. */
final class FeatureRows implements AutoCloseable {
    /** Between more blocks of dates than this, the dates with the fewest rows are read, too. */
    private static final int MAX_BLOCKS = 4;

    private final FeatureInputs inputs;
    private final SortedSet<String> wanted;
    private final SortedSet<String> whole;
    private final RowContext context;

    FeatureRows(FeatureInputs inputs, SortedSet<String> wanted) {
        this.inputs = inputs;
        this.wanted = wanted;
        this.whole = new TreeSet<>();
        this.context = new RowContext(inputs.entities(), inputs.dates(), inputs.finite(), DateWalk.FIRST_ROWS);
        SortedSet<String> all = inputs.dates().all();
        if (inputs.entities().isEmpty()) {
            whole.addAll(inputs.reach().back(wanted, all));
            return;
        }
        var blocks = Blocks.of(wanted, inputs.dates().rowsByDate(), MAX_BLOCKS);
        blocks.forEach(block -> whole.addAll(inputs.reach().back(block, all)));
        blocks.forEach(block -> context.walkBack(block, whole));
    }

    /** Dates of which every row is read, the wanted ones included. */
    SortedSet<String> whole() {
        return whole;
    }

    /** Dates of which rows of some entities are read. */
    SortedSet<String> partly() {
        return context.dates();
    }

    /** All that the windows see, with {@link FeatureWindows#IN_SCOPE}. */
    Dataset<Row> rows() {
        Dataset<Row> rows = inputs.dates()
                .read(whole)
                .withColumn(IN_SCOPE, quoted(EVENT_DATE).isInCollection(wanted));
        Dataset<Row> all = context.rows()
                .map(further -> rows.unionByName(further.withColumn(IN_SCOPE, lit(false))))
                .orElse(rows);
        return inputs.finite().accepted(all);
    }

    /** One row for each accepted row of the wanted dates. */
    Dataset<Row> features() {
        return inputs.windows().of(rows());
    }

    @Override
    public void close() {
        context.close();
    }
}
