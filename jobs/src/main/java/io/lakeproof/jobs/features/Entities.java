package io.lakeproof.jobs.features;

import io.lakeproof.config.Window;
import io.lakeproof.digest.CanonicalForm;
import io.lakeproof.error.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/** The entities that share one hash; nearly always one. Their windows are used again for those of the next hash. */
final class Entities {
    private record Known(EntityWindows windows, Row row) {}

    private final WindowPlan plan;
    private final List<Integer> columns;
    private final List<EntityWindows> pool = new ArrayList<>();
    private final List<Known> known = new ArrayList<>();

    Entities(WindowPlan plan) {
        this.plan = plan;
        this.columns = plan.entity();
    }

    /** Another hash begins. */
    void clear() {
        known.clear();
    }

    /** The windows of the row's entity. */
    EntityWindows of(Row row) {
        for (int i = 0; i < known.size(); i++) {
            if (isSame(known.get(i).row, row)) {
                return known.get(i).windows;
            }
        }
        if (pool.size() == known.size()) {
            pool.add(new EntityWindows(plan));
        }
        EntityWindows windows = pool.get(known.size());
        windows.reset();
        known.add(new Known(windows, row));
        return windows;
    }

    /** Both rows are of one entity: equal values, -0.0 as 0.0, one NaN, null as a value. */
    boolean isSame(Row a, Row b) {
        return CanonicalForm.agree(a, b, columns);
    }

    /** The failure of a feature, with the row at which it showed. */
    Failure located(FeatureProblem problem, Row row) {
        return new Failure.DataGate(problem.getMessage() + ", at " + place(row), problem.fix());
    }

    /** For people: the entity's values and the instant. */
    String place(Row row) {
        StringBuilder place = new StringBuilder();
        for (int column : columns) {
            Object value = row.get(column);
            place.append(plan.rows().fieldNames()[column])
                    .append(" = ")
                    .append(value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value)
                    .append(", ");
        }
        if (row.isNullAt(plan.time())) {
            return place.append("time = null").toString();
        }
        long micros = row.getLong(plan.time());
        Instant time = Instant.ofEpochSecond(
                Math.floorDiv(micros, Window.MICROS_PER_SECOND),
                Math.floorMod(micros, Window.MICROS_PER_SECOND) * 1_000);
        return place.append("time = ").append(time).toString();
    }
}
