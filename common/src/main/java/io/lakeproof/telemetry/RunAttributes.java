package io.lakeproof.telemetry;

import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the RESULT line says, as attributes of a span; docs/telemetry.md lists them. What is not known is left out. */
public final class RunAttributes {
    private final Map<String, Object> values = new TreeMap<>();

    private RunAttributes() {}

    /** Texts and whole numbers by name. */
    public static Map<String, Object> of(RunResult result) {
        RunAttributes attributes = new RunAttributes();
        attributes.run(result.facts());
        attributes.scope(result.facts());
        attributes.rows(result.facts().counts);
        attributes.put("outcome", result.outcome().name());
        attributes.put("exit_code", (long) result.exitCode());
        return attributes.values;
    }

    private void run(RunFacts facts) {
        put("command", facts.command);
        put("run.id", facts.runId);
        put("run.key", facts.runKey);
        put("pipeline", facts.pipeline);
        put("table", facts.target);
        put("version.before", facts.versionBefore);
        put("version.after", facts.versionAfter);
        put("digest", facts.digest);
        put("bytes.read", facts.bytesRead);
    }

    private void scope(RunFacts facts) {
        DateScope scope = facts.scope;
        if (scope != null) {
            scope.from().ifPresent(from -> put("scope.from", from.toString()));
            scope.to().ifPresent(to -> put("scope.to", to.toString()));
            put("scope.dates", (long) facts.dates.size());
        }
        put("scope.model", facts.model);
    }

    private void rows(@Nullable Counts counts) {
        if (counts == null) {
            return;
        }
        put("rows.read", counts.read());
        put("rows.kept", counts.kept());
        put("rows.replaced", counts.replaced());
        put("rows.duplicate", counts.exactDuplicates() + counts.conflictDuplicates());
        put("rows.quarantined", counts.quarantinedRows());
    }

    private void put(String name, @Nullable Object value) {
        if (value != null) {
            values.put("lakeproof." + name, value);
        }
    }
}
