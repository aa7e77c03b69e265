package io.lakeproof.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The settings of one feature, as docs/features.md lists them. */
final class FeatureReader {
    private static final List<String> OPTIONS =
            List.of("include-current", "min-rows", "range", "rows", "ties", "where");

    /** In place of a window that is missing or cannot be read: no further problem comes of it. */
    private static final Window UNKNOWN = new Window.Rows(Integer.MAX_VALUE);

    private final Section feature;
    private final Section define;
    private final String name;

    /**
     * Of one feature.
     *
     * @param define the section that it stands in, for problems of the feature as a whole
     */
    FeatureReader(Section feature, Section define, String name) {
        this.feature = feature;
        this.define = define;
        this.name = name;
    }

    FeatureSpec read() {
        Aggregate aggregate = aggregate();
        String expression = feature.textOr(aggregate.key(), text -> expression(aggregate, text), FeatureSpec.ROWS);
        Window window = window(aggregate);
        boolean includeCurrent = feature.textOr("include-current", FeatureReader::flag, false);
        if (aggregate.isOfOthers()) {
            refuse("include-current", "does not apply to " + aggregate.key() + ", which looks at other rows");
        }
        Ties ties = feature.textOr("ties", Ties::parse, window instanceof Window.Rows ? Ties.ORDERED : Ties.EXCLUDE);
        if (window instanceof Window.Rows && ties == Ties.INCLUDE) {
            feature.problem(
                    "ties",
                    "= \"include\" does not apply to rows: which rows are the last ones is a question of order; write"
                            + " ordered or exclude");
        }
        int minRows = minRows(aggregate, window);
        Optional<String> where = Optional.ofNullable(feature.optionalText("where")
                .map(text -> guarded("where", text))
                .orElse(null));
        refuseUnknownKeys();
        return new FeatureSpec(name, aggregate, expression, window, includeCurrent, ties, minRows, where);
    }

    /** The one that is named; count in place of none or several, after the problem was noted. */
    private Aggregate aggregate() {
        List<Aggregate> named = new ArrayList<>();
        for (Aggregate aggregate : Aggregate.values()) {
            if (feature.keys().contains(aggregate.key())) {
                named.add(aggregate);
            }
        }
        if (named.isEmpty() && feature.keys().stream().allMatch(OPTIONS::contains)) {
            define.problem(
                    name,
                    "names no aggregate: write for example mean = value; known are "
                            + String.join(", ", Aggregate.keys()));
        }
        if (named.size() > 1) {
            define.problem(
                    name,
                    "has " + named.size() + " aggregates, "
                            + String.join(
                                    " and ", named.stream().map(Aggregate::key).toList())
                            + ": one column is one feature; define another for the other");
        }
        return named.isEmpty() ? Aggregate.COUNT : named.get(0);
    }

    private String expression(Aggregate aggregate, String text) {
        if (text.trim().equals(FeatureSpec.ROWS)) {
            if (!aggregate.takesRows()) {
                throw new IllegalArgumentException(aggregate.key() + " needs a column or an SQL expression");
            }
            return FeatureSpec.ROWS;
        }
        return SqlGuard.check(text);
    }

    private Window window(Aggregate aggregate) {
        Window rows = feature.textOr("rows", Window::rows, UNKNOWN);
        Window range = feature.textOr("range", Window::range, UNKNOWN);
        boolean hasRows = feature.keys().contains("rows");
        boolean hasRange = feature.keys().contains("range");
        if (hasRows && hasRange) {
            define.problem(name, "has both rows and range: a window is either a number of rows or a length of time");
        } else if (!hasRows && !hasRange) {
            define.problem(
                    name,
                    "has no window: write rows = 5 for the last rows, or range = P7D or PT1H for a length of time");
        } else if (hasRange && aggregate == Aggregate.LAG) {
            feature.problem(
                    "range", "does not apply to lag: write rows = 1 for the row before, 2 for the one before it");
        }
        return hasRows ? rows : range;
    }

    private int minRows(Aggregate aggregate, Window window) {
        if (aggregate.isOfOthers()) {
            refuse("min-rows", "does not apply to " + aggregate.key() + ", which is the matter of one row");
        }
        int minRows = feature.textOr("min-rows", FeatureReader::positive, aggregate.isCount() ? 0 : 1);
        if (window instanceof Window.Rows rows && minRows > rows.count()) {
            feature.problem(
                    "min-rows",
                    "= " + minRows + " is more than rows = " + rows.count()
                            + ": the feature would always be null; lower it");
        }
        return minRows;
    }

    private void refuse(String option, String why) {
        if (feature.keys().contains(option)) {
            feature.problem(option, why + "; delete it");
        }
    }

    private @Nullable String guarded(String key, String text) {
        try {
            return SqlGuard.check(text);
        } catch (IllegalArgumentException e) {
            feature.problem(key, "= \"" + text + "\": " + e.getMessage());
            return null;
        }
    }

    private void refuseUnknownKeys() {
        TreeSet<String> known = new TreeSet<>(Aggregate.keys());
        known.addAll(OPTIONS);
        feature.keys().stream().filter(key -> !known.contains(key)).sorted().forEach(key -> {
            String meant = Aggregate.synonym(key)
                    .map(Aggregate::key)
                    .or(() -> Nearest.to(key, known))
                    .map(near -> "did you mean " + near + "? ")
                    .orElse("");
            feature.problem(
                    key,
                    "is not an aggregate or an option; " + meant + "aggregates: " + String.join(", ", Aggregate.keys())
                            + "; options: " + String.join(", ", OPTIONS));
        });
    }

    private static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("true or false");
        }
        return text.equals("true");
    }

    private static int positive(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below, with the numbers below one
        }
        throw new IllegalArgumentException("write a number of values, 1 or more");
    }
}
