package io.lakeproof.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Which rows of the clean table are too close in time to be two events, and where the others go.
 *
 * @param within two rows less than this apart are close; whole microseconds, at least one
 * @param target path of the windowed table
 */
public record WindowConfig(Duration within, WindowAnchor anchor, String target) {
    /** A window is one of minutes or hours; a longer one would make every date depend on most others. */
    private static final Duration LONGEST = Duration.ofDays(366);

    private static final String WITHIN = "within";
    private static final String ANCHOR = "anchor";
    private static final String TARGET = "windowed-target";

    /** The window in microseconds. */
    public long micros() {
        return within.toSeconds() * 1_000_000 + within.toNanosPart() / 1_000;
    }

    /** The window of a {@code dedup} section; empty without {@code within}. */
    static Optional<WindowConfig> read(Section dedup, List<String> key) {
        Optional<String> within = dedup.optionalText(WITHIN);
        if (within.isEmpty()) {
            requireAbsent(dedup, ANCHOR);
            requireAbsent(dedup, TARGET);
            return Optional.empty();
        }
        if (key.size() == 1) {
            dedup.problem(
                    WITHIN,
                    "= \"" + within.get()
                            + "\" compares rows that are equal in the key without the time, and dedup.key = " + key
                            + " has nothing else; add a column to the key, for example user_id");
        }
        return Optional.of(new WindowConfig(
                dedup.textOr(WITHIN, WindowConfig::duration, Duration.ofMinutes(10)),
                dedup.textOr(ANCHOR, WindowAnchor::parse, WindowAnchor.BUCKET),
                dedup.text(TARGET, PipelineReader::path, "")));
    }

    private static void requireAbsent(Section dedup, String key) {
        if (dedup.optionalText(key).isPresent()) {
            dedup.problem(key, "does nothing without dedup." + WITHIN + "; delete it, or set dedup." + WITHIN);
        }
    }

    private static Duration duration(String text) {
        if (!text.startsWith("PT")) {
            throw new IllegalArgumentException(
                    "write hours, minutes and seconds, for example PT10M; a calendar day has 23 to 25 hours: PT24H says 24");
        }
        Duration duration = Duration.parse(text);
        if (duration.compareTo(Duration.of(1, ChronoUnit.MICROS)) < 0
                || duration.compareTo(LONGEST) > 0
                || duration.toNanosPart() % 1_000 != 0) {
            throw new IllegalArgumentException(
                    "a window is whole microseconds, from PT0.000001S to PT8784H (366 days)");
        }
        return duration;
    }
}
