package io.lakeproof.jobs.features;

import io.lakeproof.config.FeatureSpec;
import io.lakeproof.config.Ties;
import io.lakeproof.config.Window;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** Every window row by row, by the words of docs/features.md: quadratic loops, lists and BigDecimal. */
final class WindowOracle {
    /**
     * A row as one feature sees it.
     *
     * @param order decides among rows of one instant
     * @param meets the feature's condition
     */
    record Event(int id, Instant time, String order, boolean meets, Object value) {}

    private static final MathContext MANY = new MathContext(200, RoundingMode.DOWN);

    private final FeatureSpec spec;
    private final ZoneId zone;
    private final List<Event> events;

    /** Of all rows of one entity. */
    WindowOracle(FeatureSpec spec, ZoneId zone, List<Event> events) {
        this.spec = spec;
        this.zone = zone;
        this.events = new ArrayList<>(events);
        this.events.sort(Comparator.comparing(Event::time).thenComparing(Event::order));
    }

    /** The feature's value for a row. */
    Object at(int id) {
        Event current =
                events.stream().filter(event -> event.id == id).findFirst().orElseThrow();
        List<Event> window = window(current);
        List<Object> values =
                window.stream().map(Event::value).filter(Objects::nonNull).toList();
        int rows = spec.window() instanceof Window.Rows r ? r.count() : 0;
        return switch (spec.aggregate()) {
            case LAG -> window.size() < rows ? null : plain(window.get(0).value);
            case TIME_SINCE_LAST -> {
                List<Event> known = window.stream().filter(e -> e.value != null).toList();
                yield known.isEmpty()
                        ? null
                        : ChronoUnit.MICROS.between(known.get(known.size() - 1).time, current.time);
            }
            default -> values.size() < spec.minRows() ? null : aggregate(values);
        };
    }

    private List<Event> window(Event current) {
        List<Event> seen = new ArrayList<>();
        for (Event event : events) {
            if (event.meets && isSeen(event, current) && isInTime(event, current)) {
                seen.add(event);
            }
        }
        if (spec.window() instanceof Window.Rows rows && seen.size() > rows.count()) {
            return seen.subList(seen.size() - rows.count(), seen.size());
        }
        return seen;
    }

    private boolean isSeen(Event event, Event current) {
        if (event.id == current.id) {
            return spec.includeCurrent();
        }
        int order = event.time.compareTo(current.time);
        if (order != 0) {
            return order < 0;
        }
        return spec.ties() == Ties.INCLUDE || (spec.ties() == Ties.ORDERED && event.order.compareTo(current.order) < 0);
    }

    private boolean isInTime(Event event, Event current) {
        if (spec.window() instanceof Window.Rows) {
            return true;
        }
        int order = event.time.compareTo(start(spec.window(), zone, current.time));
        return spec.includeCurrent() ? order > 0 : order >= 0;
    }

    /** Where a window of time begins that ends at t. */
    static Instant start(Window window, ZoneId zone, Instant t) {
        if (window instanceof Window.Elapsed elapsed) {
            return t.minus(elapsed.micros(), ChronoUnit.MICROS);
        }
        LocalDateTime furthest = LocalDateTime.ofInstant(t, zone);
        for (ZoneOffsetTransition change : changes(zone, t)) {
            if (!change.getInstant().isAfter(t) && change.getDateTimeBefore().isAfter(furthest)) {
                furthest = change.getDateTimeBefore();
            }
        }
        LocalDateTime wanted = furthest.minusDays(((Window.Days) window).count());
        TreeSet<Instant> candidates = new TreeSet<>();
        Instant near = wanted.toInstant(ZoneOffset.UTC);
        for (ZoneOffsetTransition change : changes(zone, near)) {
            candidates.add(change.getInstant());
            candidates.add(wanted.toInstant(change.getOffsetBefore()));
            candidates.add(wanted.toInstant(change.getOffsetAfter()));
        }
        candidates.add(wanted.toInstant(zone.getRules().getOffset(near)));
        candidates.removeIf(s -> LocalDateTime.ofInstant(s, zone).isBefore(wanted));
        return candidates.first();
    }

    private static List<ZoneOffsetTransition> changes(ZoneId zone, Instant around) {
        List<ZoneOffsetTransition> changes = new ArrayList<>();
        Instant at = around.minus(Duration.ofDays(4));
        while (true) {
            ZoneOffsetTransition next = zone.getRules().nextTransition(at);
            if (next == null || next.getInstant().isAfter(around.plus(Duration.ofDays(4)))) {
                return changes;
            }
            changes.add(next);
            at = next.getInstant();
        }
    }

    private Object aggregate(List<Object> values) {
        return switch (spec.aggregate()) {
            case COUNT -> (long) values.size();
            case DISTINCT -> values.stream().map(WindowOracle::plain).distinct().count();
            case SUM -> sum(values);
            case MEAN ->
                special(values) == null
                        ? rounded(exactSum(values), BigDecimal.valueOf(values.size()))
                        : special(values);
            case VAR_POP -> variance(values, 0, false);
            case VAR_SAMP -> variance(values, 1, false);
            case STDDEV_POP -> variance(values, 0, true);
            case STDDEV_SAMP -> variance(values, 1, true);
            case MIN -> plain(Collections.min(values, WindowOracle::compare));
            case MAX -> plain(Collections.max(values, WindowOracle::compare));
            case FIRST -> plain(values.get(0));
            case LAST -> plain(values.get(values.size() - 1));
            case LAG, TIME_SINCE_LAST -> throw new IllegalStateException();
        };
    }

    private static Object sum(List<Object> values) {
        if (values.get(0) instanceof Double || values.get(0) instanceof Float) {
            Double special = special(values);
            return special != null ? special : exactSum(values).doubleValue() + 0.0;
        }
        BigDecimal sum = exactSum(values);
        return values.get(0) instanceof BigDecimal ? sum : (Object) sum.longValueExact();
    }

    private static Object variance(List<Object> values, int less, boolean root) {
        if (values.size() <= less) {
            return null;
        }
        if (special(values) != null) {
            return Double.NaN;
        }
        BigDecimal n = BigDecimal.valueOf(values.size());
        BigDecimal sum = exactSum(values);
        BigDecimal squares = BigDecimal.ZERO;
        for (Object value : values) {
            squares = squares.add(exact(value).pow(2));
        }
        BigDecimal dividend = n.multiply(squares).subtract(sum.pow(2));
        BigDecimal divisor = n.multiply(BigDecimal.valueOf(values.size() - less));
        return root
                ? dividend.divide(divisor, MANY).sqrt(MathContext.DECIMAL128).doubleValue()
                : rounded(dividend, divisor);
    }

    /** What NaN and infinities make of a sum; null if there are none. */
    private static Double special(List<Object> values) {
        double sum = 0;
        for (Object value : values) {
            double number = ((Number) value).doubleValue();
            sum += Double.isNaN(number) || Double.isInfinite(number) ? number : 0;
        }
        return sum == 0 ? null : Double.valueOf(sum);
    }

    private static BigDecimal exactSum(List<Object> values) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Object value : values) {
            sum = sum.add(exact(value));
        }
        return sum;
    }

    private static BigDecimal exact(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        return value instanceof Double || value instanceof Float
                ? new BigDecimal(((Number) value).doubleValue())
                : BigDecimal.valueOf(((Number) value).longValue());
    }

    /** Of a quotient cut off after many digits, a last one stands for the rest. */
    private static double rounded(BigDecimal dividend, BigDecimal divisor) {
        BigDecimal quotient = dividend.divide(divisor, MANY);
        boolean exact = quotient.multiply(divisor).compareTo(dividend) == 0;
        BigDecimal rest = BigDecimal.ONE.scaleByPowerOfTen(-quotient.scale() - 1);
        return (exact ? quotient : quotient.add(dividend.signum() < 0 ? rest.negate() : rest)).doubleValue() + 0.0;
    }

    private static int compare(Object a, Object b) {
        if (a instanceof byte[] x) {
            return Arrays.compareUnsigned(x, (byte[]) b);
        }
        if (a instanceof String x) {
            return Arrays.compareUnsigned(
                    x.getBytes(StandardCharsets.UTF_8), ((String) b).getBytes(StandardCharsets.UTF_8));
        }
        if (a instanceof Double x) {
            return Double.compare(x + 0.0, (Double) b + 0.0);
        }
        if (a instanceof Float x) {
            return Float.compare(x + 0.0f, (Float) b + 0.0f);
        }
        return compareComparable(a, b);
    }

    @SuppressWarnings("unchecked")
    private static int compareComparable(Object a, Object b) {
        return ((Comparable<Object>) a).compareTo(b);
    }

    /** One zero, and bytes that compare by content. */
    static Object plain(Object value) {
        if (value instanceof Double number) {
            return number + 0.0;
        }
        if (value instanceof Float number) {
            return number + 0.0f;
        }
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
    }
}
