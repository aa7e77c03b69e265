package io.lakeproof.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.delta.Commit;
import io.lakeproof.model.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a Lakeproof commit says of itself in Delta's user metadata: enough to find it again and to seal it after a crash.
 *
 * @param attempt tells this attempt's commit from every other
 * @param versionBefore the version that the run had read; -1 if it created the table
 * @param dates the event dates whose partitions the commit replaced
 */
public record CommitNote(
        String runKey, String runId, String attempt, long versionBefore, Outcome outcome, List<String> dates) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;

    public CommitNote {
        dates = List.copyOf(dates);
    }

    /** One line of JSON that {@link #of} reads. */
    public String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("lakeproof", FORMAT);
        fields.put("runKey", runKey);
        fields.put("runId", runId);
        fields.put("attempt", attempt);
        fields.put("versionBefore", versionBefore);
        fields.put("outcome", outcome.name());
        fields.put("dates", dates);
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The note of a commit; empty if Lakeproof did not make it. */
    public static Optional<CommitNote> of(Commit commit) {
        String metadata = commit.metadata();
        if (metadata == null || !metadata.startsWith("{\"lakeproof\":" + FORMAT + ",")) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(metadata);
            List<String> dates = new ArrayList<>();
            json.path("dates").forEach(date -> dates.add(date.asText()));
            return Optional.of(new CommitNote(
                    json.path("runKey").asText(),
                    json.path("runId").asText(),
                    json.path("attempt").asText(),
                    json.path("versionBefore").asLong(),
                    Outcome.valueOf(json.path("outcome").asText()),
                    dates));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
