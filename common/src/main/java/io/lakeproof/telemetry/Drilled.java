package io.lakeproof.telemetry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a recovery drill has measured so far.
 *
 * @param source the table or copy that was restored from
 * @param scratch where to
 * @param recovery from the start to a restored version that was read and compared: the recovery time; empty if it was not
 *     reached
 * @param rows restored in the partitions that are as sealed
 * @param bytes of the restored files
 * @param point from the seal of the restored version to the newest: what a recovery to it would lose
 * @param behind sealed versions after it
 * @param age from its seal to now
 * @param recomputation the time to make the version again from its inputs; empty if that was not done
 * @param differences partitions that are not as sealed, restored or recomputed
 */
public record Drilled(
        String source,
        String scratch,
        Optional<Duration> recovery,
        long rows,
        long bytes,
        Duration point,
        long behind,
        Duration age,
        Optional<Duration> recomputation,
        long differences) {
    private static final double MILLIS = 1000.0;

    /** Per second of the recovery; empty if it was not reached, or took less than the clock can tell. */
    public Optional<Long> perSecond(long amount) {
        return recovery.filter(time -> time.toMillis() > 0)
                .map(time -> Math.round(amount / (time.toMillis() / MILLIS)));
    }

    Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("source", source);
        fields.put("scratch", scratch);
        fields.put("recoverySeconds", recovery.map(Drilled::seconds).orElse(null));
        fields.put("rows", rows);
        fields.put("bytes", bytes);
        fields.put("rowsPerSecond", perSecond(rows).orElse(null));
        fields.put("bytesPerSecond", perSecond(bytes).orElse(null));
        fields.put("recoveryPointSeconds", seconds(point));
        fields.put("versionsBehind", behind);
        fields.put("ageSeconds", seconds(age));
        fields.put("recomputeSeconds", recomputation.map(Drilled::seconds).orElse(null));
        fields.put("differences", differences);
        return fields;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / MILLIS;
    }
}
