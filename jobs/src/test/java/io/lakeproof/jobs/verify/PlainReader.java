package io.lakeproof.jobs.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    static List<String> versions(Path log, long last) {
        List<String> versions = new ArrayList<>();
        for (long version = 0; version <= last; version++) {
            versions.add(version(log, version));
        }
        return versions;
    }

    private static String version(Path log, long version) {
        TreeMap<String, String> state = new TreeMap<>();
        try {
            long from = 0;
            for (long v = version; v > 0; v--) {
                Path checkpoint = log.resolve("%020d.checkpoint.parquet".formatted(v));
                if (Files.exists(checkpoint)) {
                    state.put("checkpoint", rows(checkpoint));
                    from = v + 1;
                    break;
                }
            }
            // Of a checkpoint all that it says; so a version on it is what it says, and the commits since.
            if (!Files.exists(log.resolve("%020d.json".formatted(version)))) {
                return "no such version";
            }
            for (long v = from; v <= version; v++) {
                commit(Files.readString(log.resolve("%020d.json".formatted(v)), StandardCharsets.UTF_8), state);
            }
            return state.toString();
        } catch (IOException | RuntimeException e) {
            return "cannot be read";
        }
    }

    private static void commit(String text, TreeMap<String, String> state) throws IOException {
        for (String line : text.split("\n")) {
            JsonNode action = line.isBlank() ? JSON.createObjectNode() : JSON.readTree(line);
            if (action.has("add")) {
                JsonNode add = action.get("add");
                state.put(
                        "file " + add.path("path").asText(),
                        add.path("partitionValues") + " " + add.path("size") + " " + stats(add));
            } else if (action.has("remove")) {
                String key = "file " + action.get("remove").path("path").asText();
                // On a checkpoint, of which only the whole is known, a removal is a fact of its own.
                state.put(key, "removed");
            } else if (action.has("metaData")) {
                JsonNode metadata = action.get("metaData");
                state.put(
                        "metadata",
                        metadata.path("id") + " "
                                + JSON.readTree(metadata.path("schemaString").asText()) + " "
                                + metadata.path("partitionColumns") + " " + metadata.path("configuration"));
            } else if (action.has("protocol")) {
                state.put("protocol", action.get("protocol").toString());
            }
        }
    }

    private static String stats(JsonNode add) throws IOException {
        return add.path("stats").isTextual()
                ? JSON.readTree(add.path("stats").asText()).toString()
                : "";
    }

    /** What a reader takes from a version checksum; nothing, if it is broken: it does without. */
    static String checksum(Path file) {
        try {
            JsonNode sum = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
            return sum.path("metadata") + " " + sum.path("protocol") + " " + sum.path("allFiles") + " "
                    + sum.path("numFiles") + " " + sum.path("tableSizeBytes");
        } catch (IOException | RuntimeException e) {
            return "";
        }
    }
}
