package io.lakeproof.jobs.drill;

import io.lakeproof.report.PartitionState;
import io.lakeproof.report.TableVersion;
import io.lakeproof.telemetry.Drilled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a drill knows so far, for its report and its result. */
final class Findings {
    private final Map<String, Comparison> comparisons = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private List<TableVersion> versions = List.of();
    private Optional<Restorable> restorable = Optional.empty();
    private Optional<InputCheck> inputs = Optional.empty();
    private Optional<Duration> recovery = Optional.empty();
    private Optional<Duration> recomputation = Optional.empty();
    private Duration point = Duration.ZERO;
    private Duration age = Duration.ZERO;
    private long behind;
    private long rows;
    private long bytes;

    void chosen(Restorable version, History history, Duration behindNewest, Duration sinceSealed) {
        restorable = Optional.of(version);
        versions = List.copyOf(history.versions());
        behind = history.behind();
        point = behindNewest;
        age = sinceSealed;
    }

    void restored(Comparison comparison, Duration time, long restoredBytes) {
        compared("restored", comparison);
        recovery = comparison.isParity() ? Optional.of(time) : Optional.empty();
        rows = comparison.rows();
        bytes = restoredBytes;
    }

    void recomputed(Duration time) {
        recomputation = Optional.of(time);
    }

    void compared(String what, Comparison comparison) {
        comparisons.put(what, comparison);
    }

    void checked(InputCheck check) {
        inputs = Optional.of(check);
    }

    void note(String sentence) {
        notes.add(sentence);
    }

    /** By what was compared: {@code restored}, {@code recomputed}, and tables on the way to that. */
    Map<String, Comparison> comparisons() {
        return comparisons;
    }

    List<String> notes() {
        return notes;
    }

    List<TableVersion> versions() {
        return versions;
    }

    Optional<Restorable> restorable() {
        return restorable;
    }

    Optional<InputCheck> inputs() {
        return inputs;
    }

    /** Every partition that is not as sealed, one a line. */
    List<String> differences() {
        List<String> lines = new ArrayList<>();
        comparisons.forEach((what, comparison) -> {
            for (PartitionState state : comparison.bad()) {
                lines.add(what + " " + Comparison.line(state));
            }
        });
        return lines;
    }

    Drilled drilled(String source, String scratch) {
        return new Drilled(
                source,
                scratch,
                recovery,
                rows,
                bytes,
                point,
                behind,
                age,
                recomputation,
                differences().size());
    }
}
