package io.lakeproof.config;

import io.lakeproof.model.Sha256;
import java.util.Optional;

/**
 * One feature: an aggregate over the rows of one entity that a window reaches back to from each row.
 *
 * <p>The rows that a window may hold are those that meet {@code where}, and of them: the rows before the current one's
 * instant, the rows of its instant that {@code ties} names, and the current one if {@code includeCurrent}. A window of rows
 * holds the last of these; a window of time those that are not too old.
 *
 * @param name of the output's column
 * @param expression a column or an SQL expression over the source's columns, or {@code "*"} for the rows themselves
 * @param includeCurrent the row itself belongs to its window; a window of time is then open at its start and closed at its
 *     end, {@code (t-w, t]}, and otherwise {@code [t-w, t)}
 * @param minRows with fewer values than this that are not null, the result is null
 * @param where an SQL condition over the source's columns; a row for which it is false or null is in no window
 */
public record FeatureSpec(
        String name,
        Aggregate aggregate,
        String expression,
        Window window,
        boolean includeCurrent,
        Ties ties,
        int minRows,
        Optional<String> where) {
    /** The expression that stands for the rows themselves. */
    public static final String ROWS = "*";

    public boolean isOfRows() {
        return expression.equals(ROWS);
    }

    /** Adds all that shapes the column. */
    void addTo(Sha256 sha) {
        sha.text(name)
                .text(aggregate.key())
                .text(expression)
                .text(window.getClass().getSimpleName())
                .text(window.toString())
                .text(Boolean.toString(includeCurrent))
                .text(ties.key())
                .number(minRows)
                .number(where.isPresent() ? 1 : 0)
                .text(where.orElse(""));
    }
}
