package io.lakeproof.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.model.Counts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a run as one line of JSON in CloudWatch's embedded metric format (Amazon CloudWatch User Guide, "Specification:
 * Embedded metric format"). What a run does not know is left out, never 0.
 */
public final class EmfLine {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> DIMENSIONS = List.of("job", "pipeline", "outcome");

    private final List<Map<String, Object>> definitions = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    private EmfLine() {}

    /**
     * The line of a run whose pipeline is known.
     *
     * @param at when the run ended
     */
    public static String of(RunResult result, String namespace, Instant at) {
        RunFacts facts = result.facts();
        EmfLine line = new EmfLine();
        line.dimensions(facts, result);
        line.counts(facts.counts);
        line.metric("BytesRead", "Bytes", facts.bytesRead);
        line.metric("FreshnessAge", "Seconds", facts.freshness == null ? null : facts.freshness.toSeconds());
        line.metric("Duration", "Milliseconds", result.durationMs());
        line.metric("Failures", "Count", result.error() == null ? 0 : 1);
        return line.json(namespace, at);
    }

    private void dimensions(RunFacts facts, RunResult result) {
        values.put("job", facts.command.split(" ", 2)[0]);
        values.put("pipeline", String.valueOf(facts.pipeline));
        values.put("outcome", result.outcome().name());
        values.put("exitCode", result.exitCode());
        values.put("runId", facts.runId);
    }

    private void counts(@Nullable Counts counts) {
        if (counts == null) {
            return;
        }
        metric("RowsRead", "Count", counts.read());
        metric("RowsKept", "Count", counts.kept());
        metric("RowsReplaced", "Count", counts.replaced());
        metric("RowsDuplicate", "Count", counts.exactDuplicates() + counts.conflictDuplicates());
        metric("RowsQuarantined", "Count", counts.quarantinedRows());
    }

    private void metric(String name, String unit, @Nullable Number value) {
        if (value != null) {
            Map<String, Object> definition = new LinkedHashMap<>();
            definition.put("Name", name);
            definition.put("Unit", unit);
            definitions.add(definition);
            values.put(name, value);
        }
    }

    private String json(String namespace, Instant at) {
        Map<String, Object> directive = new LinkedHashMap<>();
        directive.put("Namespace", namespace);
        directive.put("Dimensions", List.of(DIMENSIONS));
        directive.put("Metrics", definitions);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("Timestamp", at.toEpochMilli());
        metadata.put("CloudWatchMetrics", List.of(directive));
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("_aws", metadata);
        root.putAll(values);
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
