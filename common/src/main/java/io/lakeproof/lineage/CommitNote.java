package io.lakeproof.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.delta.Commit;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.ModelVersion;
import io.lakeproof.model.Outcome;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a Lakeproof commit says of itself in Delta's user metadata: enough to find it again, to seal it after a crash, and to
 * know what it read even if it is never sealed.
 *
 * @param job that committed
 * @param attempt tells this attempt's commit from every other
 * @param versionBefore the version that the run had read; -1 if it created the table
 * @param model the version whose features the commit wrote; empty for a table without models
 * @param dates the event dates of the rows that the commit wrote or took out
 * @param partitions the Hive-style paths of the partitions that the commit replaced
 * @param inputs what was read, as the seal will say it
 * @param clock what counted as now when rows were judged
 * @param counts where every row of the inputs went, if it was known before the commit
 */
public record CommitNote(
        String job,
        String pipeline,
        String runKey,
        String runId,
        String attempt,
        long versionBefore,
        Outcome outcome,
        DateScope scope,
        Optional<ModelVersion> model,
        List<String> dates,
        List<String> partitions,
        String configDigest,
        List<SealedInput> inputs,
        Instant clock,
        Optional<Counts> counts) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;

    public CommitNote {
        dates = List.copyOf(dates);
        partitions = List.copyOf(partitions);
        inputs = List.copyOf(inputs);
    }

    /** The note of a commit whose counts come from the tasks that write it. */
    public CommitNote(
            String job,
            String pipeline,
            String runKey,
            String runId,
            String attempt,
            long versionBefore,
            Outcome outcome,
            DateScope scope,
            Optional<ModelVersion> model,
            List<String> dates,
            List<String> partitions,
            String configDigest,
            List<SealedInput> inputs,
            Instant clock) {
        this(
                job,
                pipeline,
                runKey,
                runId,
                attempt,
                versionBefore,
                outcome,
                scope,
                model,
                dates,
                partitions,
                configDigest,
                inputs,
                clock,
                Optional.empty());
    }

    /** One line of JSON that {@link #of} reads. */
    public String json() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("lakeproof", FORMAT);
        fields.put("job", job);
        fields.put("pipeline", pipeline);
        fields.put("runKey", runKey);
        fields.put("runId", runId);
        fields.put("attempt", attempt);
        fields.put("versionBefore", versionBefore);
        fields.put("outcome", outcome.name());
        fields.put("from", scope.from().map(LocalDate::toString).orElse(null));
        fields.put("to", scope.to().map(LocalDate::toString).orElse(null));
        fields.put("model", model.map(ModelVersion::name).orElse(null));
        fields.put("definitions", model.map(ModelVersion::definitions).orElse(null));
        fields.put("dates", dates);
        fields.put("partitions", partitions);
        fields.put("configDigest", configDigest);
        fields.put("clock", clock.toString());
        fields.put("inputs", inputs.stream().map(CommitNote::fields).toList());
        fields.put("counts", counts.map(CommitNote::fields).orElse(null));
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
            List<SealedInput> inputs = new ArrayList<>();
            json.path("inputs").forEach(input -> inputs.add(input(input)));
            return Optional.of(new CommitNote(
                    json.path("job").asText("dedup"),
                    json.path("pipeline").asText(),
                    json.path("runKey").asText(),
                    json.path("runId").asText(),
                    json.path("attempt").asText(),
                    json.path("versionBefore").asLong(),
                    Outcome.valueOf(json.path("outcome").asText()),
                    new DateScope(date(json.path("from")), date(json.path("to"))),
                    model(json),
                    texts(json.path("dates")),
                    texts(json.path("partitions")),
                    json.path("configDigest").asText(),
                    inputs,
                    clock(json.path("clock")),
                    counts(json.path("counts"))));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** What the commit took from each input, as if it were sealed last. */
    public List<Contribution> contributions() {
        return inputs.stream()
                .map(input -> new Contribution(
                        Long.MAX_VALUE, Long.MAX_VALUE, job, pipeline, runKey, runId, configDigest, scope, input))
                .toList();
    }

    private static Map<String, @Nullable Object> fields(SealedInput input) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("path", input.file().path());
        fields.put("length", input.file().length());
        fields.put("modifiedMillis", input.file().modifiedMillis());
        fields.put("etag", input.file().etag());
        fields.put("dates", input.dates());
        fields.put("partitions", input.partitions());
        return fields;
    }

    private static Map<String, @Nullable Object> fields(Counts counts) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("read", counts.read());
        fields.put("kept", counts.kept());
        fields.put("replaced", counts.replaced());
        fields.put("exactDuplicates", counts.exactDuplicates());
        fields.put("conflictDuplicates", counts.conflictDuplicates());
        fields.put("quarantined", counts.quarantined());
        return fields;
    }

    private static Optional<Counts> counts(JsonNode json) {
        if (!json.isObject()) {
            return Optional.empty();
        }
        SortedMap<String, Long> quarantined = new TreeMap<>();
        json.path("quarantined")
                .fields()
                .forEachRemaining(field ->
                        quarantined.put(field.getKey(), field.getValue().asLong()));
        return Optional.of(new Counts(
                json.path("read").asLong(),
                json.path("kept").asLong(),
                json.path("replaced").asLong(),
                json.path("exactDuplicates").asLong(),
                json.path("conflictDuplicates").asLong(),
                quarantined));
    }

    private static SealedInput input(JsonNode json) {
        JsonNode etag = json.path("etag");
        return new SealedInput(
                new InputFile(
                        json.path("path").asText(),
                        json.path("length").asLong(),
                        json.path("modifiedMillis").asLong(),
                        etag.isNull() ? null : etag.asText()),
                texts(json.path("dates")),
                digests(json.path("partitions")));
    }

    private static Optional<ModelVersion> model(JsonNode note) {
        return note.path("model").isTextual()
                ? Optional.of(new ModelVersion(
                        note.path("model").asText(), note.path("definitions").asText()))
                : Optional.empty();
    }

    private static SortedMap<String, String> digests(JsonNode object) {
        SortedMap<String, String> digests = new TreeMap<>();
        object.fields()
                .forEachRemaining(
                        field -> digests.put(field.getKey(), field.getValue().asText()));
        return digests;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Instant clock(JsonNode text) {
        return text.isTextual() ? Instant.parse(text.asText()) : Instant.EPOCH;
    }

    private static Optional<LocalDate> date(JsonNode text) {
        return text.isTextual() ? Optional.of(LocalDate.parse(text.asText())) : Optional.empty();
    }
}
