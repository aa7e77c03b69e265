package io.lakeproof.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import io.lakeproof.error.Retry;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, for machines: the same JSON in the RESULT line and in the result file.
 *
 * @param durationMs wall-clock milliseconds
 * @param error null if the run ended well
 */
public record RunResult(
        RunFacts facts,
        Outcome outcome,
        long durationMs,
        @Nullable Throwable error) {
    private static final int SCHEMA_VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    public int exitCode() {
        if (error == null) {
            return Failure.OK;
        }
        return error instanceof Failure failure ? failure.exitCode() : Failure.BUG;
    }

    /** The same, with secrets known by their names only. */
    public String json() {
        return json(Redactor.byName());
    }

    /**
     * One line of JSON; fields that are not known are null.
     *
     * @param redactor takes secrets out of every text
     */
    public String json(Redactor redactor) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("schemaVersion", SCHEMA_VERSION);
        fields.put("command", facts.command);
        fields.put("job", facts.command.split(" ", 2)[0]);
        fields.put("runId", facts.runId);
        fields.put("runKey", facts.runKey);
        fields.put("outcome", outcome.name());
        fields.put("exitCode", exitCode());
        fields.put("scope", scopeFields());
        fields.put("target", facts.target);
        fields.put("versionBefore", facts.versionBefore);
        fields.put("versionAfter", facts.versionAfter);
        fields.put("digest", facts.digest);
        fields.put("counts", countFields());
        fields.put("windowed", windowedFields());
        fields.put("exported", facts.exported == null ? null : facts.exported.fields());
        fields.put("drill", facts.drilled == null ? null : facts.drilled.fields());
        fields.put("retained", facts.retained == null ? null : facts.retained.fields());
        fields.put("lifecycle", facts.lifecycled == null ? null : facts.lifecycled.numbers());
        fields.put("doctor", facts.examined == null ? null : facts.examined.fields());
        Differences differences = facts.differences;
        fields.put("differences", differences == null ? null : differences.fields());
        fields.put("durationMs", durationMs);
        fields.put("error", errorFields());
        try {
            return JSON.writeValueAsString(redactor.tree(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Map<String, @Nullable Object> scopeFields() {
        DateScope scope = facts.scope;
        if (scope == null) {
            return null;
        }
        List<String> dates = facts.dates.stream().sorted().toList();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("from", scope.from().map(LocalDate::toString).orElse(null));
        fields.put("to", scope.to().map(LocalDate::toString).orElse(null));
        fields.put("model", facts.model);
        fields.put("dates", dates.size());
        fields.put("firstDate", dates.isEmpty() ? null : dates.get(0));
        fields.put("lastDate", dates.isEmpty() ? null : dates.get(dates.size() - 1));
        return fields;
    }

    private @Nullable Map<String, Object> countFields() {
        Counts counts = facts.counts;
        if (counts == null) {
            return null;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("read", counts.read());
        fields.put("kept", counts.kept());
        fields.put("replaced", counts.replaced());
        fields.put("exactDuplicates", counts.exactDuplicates());
        fields.put("conflictDuplicates", counts.conflictDuplicates());
        fields.put("quarantined", counts.quarantined());
        Long late = facts.late;
        if (late != null) {
            fields.put("lateAccepted", late);
        }
        Long sourceRows = facts.sourceRows;
        if (sourceRows != null) {
            fields.put("sourceRows", sourceRows);
        }
        return fields;
    }

    private @Nullable Map<String, Object> windowedFields() {
        Windowed windowed = facts.windowed;
        if (windowed == null) {
            return null;
        }
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("read", windowed.read());
        counts.put("kept", windowed.kept());
        counts.put("dropped", windowed.dropped());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("target", windowed.target());
        fields.put("versionBefore", windowed.versionBefore());
        fields.put("versionAfter", windowed.versionAfter());
        fields.put("digest", windowed.digest());
        fields.put("counts", counts);
        return fields;
    }

    private @Nullable Map<String, Object> errorFields() {
        Throwable thrown = error;
        if (thrown == null) {
            return null;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        boolean foreseen = thrown instanceof Failure;
        fields.put(
                "kind", foreseen ? ((Failure) thrown).kind() : thrown.getClass().getSimpleName());
        fields.put("exitCode", exitCode());
        fields.put("retry", (foreseen ? ((Failure) thrown).retry() : Retry.VERIFY_FIRST).name());
        fields.put("message", String.valueOf(thrown.getMessage()));
        fields.put(
                "fix",
                foreseen
                        ? ((Failure) thrown).fix()
                        : "This is a bug: run again with --verbose and report the stack trace.");
        return fields;
    }
}
