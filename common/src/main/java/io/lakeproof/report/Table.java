package io.lakeproof.report;

import java.util.List;
import java.util.Locale;

/**
 * A table of texts. At most {@value #LIMIT} rows are shown; under them stands how many more there are.
 *
 * @param rows each with a cell for every column, in their order; the most important first
 * @param total how many rows there are, those that the caller left out included
 * @param more how to see the rest, as a sentence; may be empty
 */
public record Table(String title, List<Column> columns, List<List<String>> rows, long total, String more)
        implements Section {
    /** Rows that a report shows of a table. */
    public static final int LIMIT = 200;

    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "table \"" + title + "\" has " + columns.size() + " columns, a row of it " + row.size());
            }
        }
    }

    /** A table of which nothing was left out. */
    public static Table of(String title, List<Column> columns, List<List<String>> rows) {
        return new Table(title, columns, rows, rows.size(), "");
    }

    @Override
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    @Override
    public void render(Html html) {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", title)
                .open("table", "class", "data")
                .open("thead")
                .open("tr");
        columns.forEach(column -> html.element("th", column.name(), "scope", "col", "class", column.style()));
        html.close("tr").close("thead").open("tbody");
        rows.stream().limit(LIMIT).forEach(row -> row(html, row));
        html.close("tbody").close("table").close("div");
        html.more(total - Math.min(LIMIT, rows.size()), "rows", more);
    }

    private void row(Html html, List<String> row) {
        html.open("tr");
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            html.open("td", "class", column.style(), "data-name", column.name());
            switch (column.kind()) {
                case STATE -> html.badge(State.valueOf(row.get(i).toUpperCase(Locale.ROOT)));
                case CODE -> html.element("code", row.get(i));
                case TEXT, NUMBER -> html.text(row.get(i));
            }
            html.close("td");
        }
        html.close("tr");
    }
}
