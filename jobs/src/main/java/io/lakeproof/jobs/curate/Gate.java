package io.lakeproof.jobs.curate;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.lineage.SourceDates.EVENT_DATE;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.lakeproof.config.CurateConfig;
import io.lakeproof.config.QualityRule;
import io.lakeproof.error.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What rows must meet before they are committed. */
final class Gate {
    private static final int SAMPLES = 3;
    private static final int LONGEST = 300;

    private final CurateConfig config;
    private final Selection selection;

    Gate(CurateConfig config, Selection selection) {
        this.config = config;
        this.selection = selection;
    }

    /**
     * Fails if a selected row lies outside the scope: its date is not that of the partition that it was read from.
     *
     * @throws Failure.DataGate with the number of such rows, and some of them
     */
    void requireInside(Dataset<Row> source) {
        if (!selection.hasDateOfItsOwn()) {
            return;
        }
        Dataset<Row> outside = selection.outside(source);
        long rows = outside.count();
        if (rows > 0) {
            throw new Failure.DataGate(
                    rows + " rows are outside of the scope: curate.date = \"" + config.date()
                            + "\" is not the date of the partition of " + config.source()
                            + " that they lie in; nothing was written:" + samples(outside),
                    "Name the date that the source is partitioned by, or leave such rows out with curate.where.");
        }
    }

    /**
     * Counts rows by date.
     *
     * @throws Failure.DataGate if a row breaks a constraint, with how many break each, and some of them
     */
    SortedMap<String, Long> rowsByDate(Dataset<Row> rows) {
        List<Column> sums = new ArrayList<>();
        for (QualityRule constraint : config.constraints()) {
            sums.add(sum(when(Selection.holds(constraint), lit(0L)).otherwise(lit(1L))));
        }
        SortedMap<String, Long> byDate = new TreeMap<>();
        long[] breaking = new long[sums.size()];
        rows.groupBy(quoted(EVENT_DATE))
                .agg(count(lit(1)), sums.toArray(Column[]::new))
                .collectAsList()
                .forEach(row -> {
                    byDate.put(row.getString(0), row.getLong(1));
                    for (int i = 0; i < breaking.length; i++) {
                        breaking[i] += row.getLong(i + 2);
                    }
                });
        requireNone(breaking, rows);
        return byDate;
    }

    private void requireNone(long[] breaking, Dataset<Row> rows) {
        List<String> broken = new ArrayList<>();
        for (int i = 0; i < breaking.length; i++) {
            if (breaking[i] > 0) {
                QualityRule constraint = config.constraints().get(i);
                broken.add("\n  " + constraint.name() + " (" + constraint.expression() + "): " + breaking[i] + " rows"
                        + samples(rows.where(not(Selection.holds(constraint)))));
            }
        }
        if (!broken.isEmpty()) {
            throw new Failure.DataGate(
                    "rows break curate.constraints; nothing was written:" + String.join("", broken),
                    "Mend the rows in their source, leave them out with curate.where, or mend the constraint.");
        }
    }

    private static String samples(Dataset<Row> rows) {
        return rows.orderBy(col(EVENT_DATE)).limit(SAMPLES).toJSON().collectAsList().stream()
                .map(json -> "\n    " + (json.length() > LONGEST ? json.substring(0, LONGEST) + "…" : json))
                .collect(Collectors.joining());
    }
}
