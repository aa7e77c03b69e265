package io.lakeproof.jobs.features;

import io.lakeproof.config.Window;
import io.lakeproof.error.Failure;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The entities that share one hash; nearly always one. Their windows are used again for those of the next hash. */
final class Entities {
    private record Known(EntityWindows windows, Row row) {}

    private final WindowPlan plan;
    private final int[] columns;
    private final List<EntityWindows> pool = new ArrayList<>();
    private final List<Known> known = new ArrayList<>();

    Entities(WindowPlan plan) {
        this.plan = plan;
        this.columns = plan.entity().stream().mapToInt(Integer::intValue).toArray();
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
        for (int column : columns) {
            if (!isSame(a.get(column), b.get(column))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(@Nullable Object a, @Nullable Object b) {
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.equals(x, y);
        }
        if (a instanceof BigDecimal x && b instanceof BigDecimal y) {
            return x.compareTo(y) == 0;
        }
        if (a instanceof Double || a instanceof Float) {
            return b != null && Double.compare(((Number) a).doubleValue() + 0.0, ((Number) b).doubleValue() + 0.0) == 0;
        }
        return Objects.equals(a, b);
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
