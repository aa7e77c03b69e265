package io.lakeproof.jobs.features;

import io.lakeproof.config.FeatureSpec;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far back the windows of a row reach, and how far on a row is reached by those of others. Windows of time reach over
 * instants, windows of rows over rows of the entity, which may lie any time apart.
 */
final class Reach {
    /**
     * Windows of rows.
     *
     * @param where they hold rows that meet this condition; empty: any rows
     * @param rows how many of such rows before a row its windows can hold. So too, a row is in windows of the rows behind it
     *     (whether they meet the condition or not) up to and including the one that is the {@code rows}-th of those that meet
     *     the condition; of rows of one instant that one stands for all
     */
    record Rows(Optional<String> where, int rows) {}

    private record Range(WindowStart start, boolean includeCurrent) {}

    private final List<Range> ranges = new ArrayList<>();
    private final List<Rows> rows = new ArrayList<>();

    Reach(FeaturesConfig features) {
        Map<String, Integer> rowsByCondition = new TreeMap<>();
        for (FeatureSpec spec : features.define()) {
            if (spec.window() instanceof Window.Rows window) {
                // A row that does not meet the condition has no place in its own window to take from the others.
                int before = spec.includeCurrent() && spec.where().isEmpty() ? window.count() - 1 : window.count();
                rowsByCondition.merge(spec.where().orElse(""), before, Math::max);
            } else {
                ranges.add(new Range(WindowStart.of(spec.window(), features.zone()), spec.includeCurrent()));
            }
        }
        rowsByCondition.forEach((where, before) -> {
            if (before > 0) {
                rows.add(new Rows(where.isEmpty() ? Optional.empty() : Optional.of(where), before));
            }
        });
    }

    /** Windows of rows, by condition; empty if there are none. */
    List<Rows> rows() {
        return List.copyOf(rows);
    }

    /** The first instant, in microseconds, of which a window of time of a row at this instant can hold a row. */
    long back(long micros) {
        long first = micros;
        for (Range range : ranges) {
            long start = range.start.of(micros);
            first = Math.min(first, range.includeCurrent ? start + 1 : start);
        }
        return first;
    }

    /** The last instant, in microseconds, of which a row's window of time can hold a row at this instant. */
    long forward(long micros) {
        long last = micros;
        for (Range range : ranges) {
            last = Math.max(last, range.start.lastFrom(range.includeCurrent ? micros - 1 : micros));
        }
        return last;
    }
}
