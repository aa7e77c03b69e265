package io.lakeproof.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** The actions of a log, reconciled as Delta's protocol says (delta-io/delta, PROTOCOL.md, "Action Reconciliation"). */
final class LogState {
    /** What the protocol has besides the actions of which the state is made (PROTOCOL.md, "Actions"). */
    private static final Set<String> OTHER_ACTIONS =
            Set.of("cdc", "domainMetadata", "checkpointMetadata", "sidecar", "checkpointProtocol");

    /** What not every writer writes. */
    private static final List<String> OPTIONAL_METADATA = List.of("name", "description", "createdTime");

    private final Map<String, DataFile> files = new LinkedHashMap<>();
    private final Map<String, Integer> statistics = new LinkedHashMap<>();
    private final Map<String, List<JsonNode>> details = new LinkedHashMap<>();
    private final Set<String> unknown = new TreeSet<>();
    private final Map<String, Long> transactions = new TreeMap<>();
    private JsonNode metadata = MissingNode.getInstance();
    private JsonNode info = MissingNode.getInstance();
    private JsonNode protocol = MissingNode.getInstance();

    /** Takes the next object of the log, which holds one action. */
    void accept(JsonNode line) {
        line.properties().forEach(action -> accept(action.getKey(), action.getValue()));
    }

    /** Takes an action by its name. */
    void accept(String name, JsonNode action) {
        switch (name) {
            case "add" -> {
                DataFile file = DataFile.of(
                        required(action, "path", "partitionValues", "size", "modificationTime", "dataChange"));
                files.put(file.key(), file);
                statistics.put(file.key(), statistics(action));
                details.put(file.key(), details(action));
            }
            case "remove" -> {
                String key = DataFile.of(required(action, "path", "dataChange")).key();
                files.remove(key);
                statistics.remove(key);
                details.remove(key);
            }
            case "metaData" -> metadata = required(action, "id", "format", "schemaString", "partitionColumns");
            case "protocol" -> protocol = required(action, "minReaderVersion", "minWriterVersion");
            case "txn" ->
                transactions.put(
                        required(action, "appId", "version").path("appId").asText(),
                        action.path("version").asLong());
            case "commitInfo" -> info = action;
            default -> {
                // Of no consequence for what a version holds, if the protocol knows it.
                if (!OTHER_ACTIONS.contains(name)) {
                    unknown.add(name);
                }
            }
        }
    }

    /** Forgets what the commit before said of itself. */
    void nextCommit() {
        info = MissingNode.getInstance();
    }

    /** Names of actions that the protocol does not have, for which readers look no further. */
    Set<String> unknownActions() {
        return unknown;
    }

    /** When the last commit says that it was made; missing if it keeps no such time. */
    JsonNode inCommitTimestamp() {
        return info.path("inCommitTimestamp");
    }

    private static JsonNode required(JsonNode action, String... fields) {
        for (String field : fields) {
            if (!action.hasNonNull(field)) {
                throw new IllegalArgumentException("an action without " + field);
            }
        }
        return action;
    }

    /** What a reader may ask of a file besides its rows. */
    private static List<JsonNode> details(JsonNode add) {
        return List.of(
                add.path("modificationTime"), orMissing(add, "baseRowId"), orMissing(add, "defaultRowCommitVersion"));
    }

    private static JsonNode orMissing(JsonNode add, String field) {
        return add.hasNonNull(field) ? add.path(field) : MissingNode.getInstance();
    }

    /** A number that two texts share if they say the same. */
    private static int statistics(JsonNode add) {
        if (!add.path("stats").isTextual()) {
            return 0;
        }
        try {
            return LogLines.parse(add.path("stats").asText()).hashCode();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the statistics of " + add.path("path") + " are no JSON", e);
        }
    }

    /** True if the log so far says what the table is. */
    boolean isTable() {
        return metadata.isObject() && protocol.isObject();
    }

    /** The state as a version; its files are a view that goes with this state. */
    LoggedVersion version(long version) {
        List<String> columns = new ArrayList<>();
        metadata.path("partitionColumns").forEach(column -> columns.add(column.asText()));
        Map<String, String> properties = new TreeMap<>();
        metadata.path("configuration")
                .properties()
                .forEach(
                        entry -> properties.put(entry.getKey(), entry.getValue().asText()));
        Set<String> features = new TreeSet<>();
        protocol.path("readerFeatures").forEach(feature -> features.add(feature.asText()));
        protocol.path("writerFeatures").forEach(feature -> features.add(feature.asText()));
        return new LoggedVersion(
                CommitLog.commit(version, info),
                metadata.path("id").asText(),
                schema(),
                List.copyOf(columns),
                Map.copyOf(properties),
                Set.copyOf(features),
                Collections.unmodifiableCollection(files.values()));
    }

    private StructType schema() {
        DataType type = DataType.fromJson(metadata.path("schemaString").asText());
        if (type instanceof StructType schema) {
            return schema;
        }
        throw new IllegalArgumentException("the schema is a " + type.catalogString());
    }

    long bytes() {
        return files.values().stream().mapToLong(DataFile::length).sum();
    }

    int size() {
        return files.size();
    }

    /** What another state says otherwise of the table's schema, properties and protocol. */
    List<String> declarationDifferences(LogState other) {
        List<String> differences = new ArrayList<>();
        compare("metadata", metadata(metadata), metadata(other.metadata), differences);
        for (String field : OPTIONAL_METADATA) {
            if (metadata.hasNonNull(field) && other.metadata.hasNonNull(field)) {
                compare(field + " of the table", metadata.path(field), other.metadata.path(field), differences);
            }
        }
        compare("protocol", protocol(protocol), protocol(other.protocol), differences);
        return differences;
    }

    /** What another state does not say of the table, though this one does and both come from the same writer. */
    List<String> missingMetadata(LogState other) {
        return OPTIONAL_METADATA.stream()
                .filter(field -> metadata.hasNonNull(field) && !other.metadata.hasNonNull(field))
                .map(field -> "has no " + field + " of the table")
                .toList();
    }

    /** What another state of the same version says otherwise, in words; empty if a reader cannot tell the two. */
    List<String> differences(LogState other) {
        List<String> differences = declarationDifferences(other);
        files.forEach((key, file) -> {
            DataFile theirs = other.files.get(key);
            if (theirs == null) {
                differences.add("has no " + file.path());
            } else if (theirs.length() != file.length() || !theirs.partition().equals(file.partition())) {
                differences.add("has another size or partition for " + file.path());
            } else if (!theirs.deletionVector().equals(file.deletionVector())) {
                differences.add("has another deletion vector for " + file.path());
            } else if (!Objects.equals(details.get(key), other.details.get(key))) {
                differences.add("has another modification time or row id for " + file.path());
            } else if (isOtherwise(statistics.getOrDefault(key, 0), other.statistics.getOrDefault(key, 0))) {
                differences.add("has other statistics for " + file.path());
            }
        });
        other.files.forEach((key, file) -> {
            if (!files.containsKey(key)) {
                differences.add("has " + file.path() + " too");
            }
        });
        return differences;
    }

    /** The numbers of the applications' last transactions that another state has otherwise; those that it lacks do not count. */
    List<String> transactionDifferences(LogState other) {
        return other.transactions.entrySet().stream()
                .filter(theirs -> !Objects.equals(transactions.get(theirs.getKey()), theirs.getValue()))
                .map(theirs -> "has another transaction of " + theirs.getKey())
                .toList();
    }

    private static boolean isOtherwise(int mine, int theirs) {
        return mine != 0 && theirs != 0 && mine != theirs;
    }

    private static void compare(String what, Object mine, Object theirs, List<String> differences) {
        if (!mine.equals(theirs)) {
            differences.add("has other " + what);
        }
    }

    /** The parts that every writer writes alike. */
    private static List<Object> metadata(JsonNode node) {
        return List.of(
                node.path("id"),
                node.path("schemaString"),
                node.path("format").path("provider"),
                elements(node.path("partitionColumns")),
                elements(node.path("configuration")));
    }

    private static List<Object> protocol(JsonNode node) {
        return List.of(
                node.path("minReaderVersion").asInt(),
                node.path("minWriterVersion").asInt(),
                elements(node.path("readerFeatures")),
                elements(node.path("writerFeatures")));
    }

    private static Set<String> elements(JsonNode node) {
        Set<String> elements = new TreeSet<>();
        if (node.isObject()) {
            node.properties().forEach(entry -> elements.add(entry.getKey() + "=" + entry.getValue()));
        } else {
            node.forEach(element -> elements.add(element.asText()));
        }
        return elements;
    }
}
