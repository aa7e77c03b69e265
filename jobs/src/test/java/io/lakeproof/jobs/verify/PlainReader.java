package io.lakeproof.jobs.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/**
 * What a reader that checks nothing sees: the oracle of the damage tests. It shares no code with what is tested: Parquet through
 * parquet-java's example reader without checksums, the log by reading line after line.
 */
final class PlainReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PlainReader() {}

    /** The rows of a Parquet file as a text; what went wrong, if it cannot be read. */
    static String rows(Path file) {
        List<String> rows = new ArrayList<>();
        Configuration hadoop = new Configuration();
        hadoop.setBoolean("parquet.page.verify-checksum.enabled", false);
        try (ParquetReader<Group> reader = ParquetReader.builder(
                        new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
                .withConf(hadoop)
                .build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                rows.add(row.toString());
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            return "cannot be read";
        }
        rows.sort(null);
        return String.join("\n", rows);
    }

    /** What the log says of every version from 0 to a last one: its data files, schema and protocol. */
    static List<Map<String, String>> versions(Path log, long last) {
        List<Map<String, String>> versions = new ArrayList<>();
        for (long version = 0; version <= last; version++) {
            versions.add(version(log, version));
        }
        return versions;
    }

    private static Map<String, String> version(Path log, long version) {
        Map<String, String> state = new TreeMap<>();
        try {
            if (!Files.exists(log.resolve("%020d.json".formatted(version)))) {
                return Map.of("cannot be read", "no such version");
            }
            long from = 0;
            for (long v = version; v > 0; v--) {
                Path checkpoint = log.resolve("%020d.checkpoint.parquet".formatted(v));
                if (Files.exists(checkpoint)) {
                    checkpoint(checkpoint, state);
                    from = v + 1;
                    break;
                }
            }
            for (long v = from; v <= version; v++) {
                commit(Files.readString(log.resolve("%020d.json".formatted(v)), StandardCharsets.UTF_8), state);
            }
            return state.containsKey("metadata") && state.containsKey("protocol")
                    ? state
                    : Map.of("cannot be read", "no metadata or no protocol");
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            return Map.of("cannot be read", String.valueOf(e.getMessage()));
        }
    }

    /** True if a reader of a version would see something else than before. */
    static boolean isOther(Map<String, String> before, Map<String, String> after) {
        Map<String, String> comparable = new TreeMap<>(after);
        after.forEach((key, value) -> {
            if (value.isEmpty() && before.containsKey(key)) {
                comparable.put(key, before.get(key));
            }
        });
        return !comparable.equals(before);
    }

    private static void checkpoint(Path file, Map<String, String> state) throws IOException {
        try (ParquetReader<Group> reader = ParquetReader.builder(
                        new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
                .build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                if (row.getFieldRepetitionCount("add") > 0) {
                    Group add = row.getGroup("add", 0);
                    ObjectNode node = JSON.createObjectNode();
                    node.put("path", add.getString("path", 0))
                            .put("size", add.getLong("size", 0))
                            .put("modificationTime", add.getLong("modificationTime", 0));
                    node.set("partitionValues", map(add.getGroup("partitionValues", 0)));
                    if (add.getFieldRepetitionCount("stats") > 0) {
                        node.put("stats", add.getString("stats", 0));
                    }
                    add(node, state);
                }
                if (row.getFieldRepetitionCount("metaData") > 0) {
                    Group metadata = row.getGroup("metaData", 0);
                    ObjectNode node = JSON.createObjectNode();
                    node.put("id", metadata.getString("id", 0))
                            .put("schemaString", metadata.getString("schemaString", 0));
                    node.set("partitionColumns", list(metadata.getGroup("partitionColumns", 0)));
                    node.set("configuration", map(metadata.getGroup("configuration", 0)));
                    metadata(node, state);
                }
                if (row.getFieldRepetitionCount("protocol") > 0) {
                    Group protocol = row.getGroup("protocol", 0);
                    state.put(
                            "protocol",
                            protocol.getInteger("minReaderVersion", 0) + " "
                                    + protocol.getInteger("minWriterVersion", 0));
                }
            }
        }
    }

    private static ObjectNode map(Group map) {
        ObjectNode node = JSON.createObjectNode();
        for (int i = 0; i < map.getFieldRepetitionCount("key_value"); i++) {
            Group entry = map.getGroup("key_value", i);
            node.put(entry.getString("key", 0), entry.getString("value", 0));
        }
        return node;
    }

    private static ArrayNode list(Group list) {
        ArrayNode node = JSON.createArrayNode();
        for (int i = 0; i < list.getFieldRepetitionCount("list"); i++) {
            node.add(list.getGroup("list", i).getString("element", 0));
        }
        return node;
    }

    private static void add(JsonNode add, Map<String, String> state) throws IOException {
        state.put(
                "file " + add.path("path").asText(),
                add.path("partitionValues") + " " + add.path("size") + " " + add.path("modificationTime"));
        // Who has no statistics reads all: other statistics can be seen, none cannot.
        state.put("statistics of " + add.path("path").asText(), stats(add));
    }

    private static void metadata(JsonNode metadata, Map<String, String> state) throws IOException {
        state.put(
                "metadata",
                metadata.path("id") + " "
                        + JSON.readTree(metadata.path("schemaString").asText()) + " "
                        + metadata.path("partitionColumns") + " " + metadata.path("configuration"));
    }

    private static void commit(String text, Map<String, String> state) throws IOException {
        for (String line : text.lines().toList()) {
            JsonNode action = line.isBlank() ? JSON.createObjectNode() : JSON.readTree(line);
            if (action.has("add")) {
                add(action.get("add"), state);
            } else if (action.has("remove")) {
                state.remove("file " + action.get("remove").path("path").asText());
                state.remove(
                        "statistics of " + action.get("remove").path("path").asText());
            } else if (action.has("metaData")) {
                metadata(action.get("metaData"), state);
            } else if (action.has("protocol")) {
                JsonNode protocol = action.get("protocol");
                state.put("protocol", protocol.path("minReaderVersion") + " " + protocol.path("minWriterVersion"));
            }
        }
    }

    private static String stats(JsonNode add) throws IOException {
        return add.path("stats").isTextual()
                ? JSON.readTree(add.path("stats").asText()).toString()
                : "";
    }

    /** What a reader takes from a version checksum; nothing, if it is broken: it does without. */
    static Map<String, String> checksum(Path file) {
        Map<String, String> state = new TreeMap<>();
        try {
            JsonNode sum = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
            for (JsonNode add : sum.path("allFiles")) {
                add(add, state);
            }
            state.put("metadata", sum.path("metadata").toString());
            state.put("protocol", sum.path("protocol").toString());
            state.put("counts", sum.path("numFiles") + " " + sum.path("tableSizeBytes"));
            return state;
        } catch (IOException | RuntimeException e) {
            return Map.of();
        }
    }
}
