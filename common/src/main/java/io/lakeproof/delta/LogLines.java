package io.lakeproof.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.error.Failure;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Files of a Delta log that hold one JSON object on each line. */
final class LogLines {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private LogLines() {}

    /**
     * Hands over each object of a file.
     *
     * @return false if there is no such file
     * @throws Failure.Integrity naming the file and the line that is no object
     */
    static boolean each(Path file, Configuration hadoop, Consumer<JsonNode> consumer) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(file.getFileSystem(hadoop).open(file), StandardCharsets.UTF_8.newDecoder()))) {
            @Nullable String line;
            for (int number = 1; (line = lines.readLine()) != null; number++) {
                if (!line.isBlank()) {
                    accept(file, number, line, consumer);
                }
            }
            return true;
        } catch (FileNotFoundException e) {
            return false;
        } catch (ChecksumException | CharacterCodingException e) {
            throw new Failure.Integrity(
                    file + " cannot be read: " + e.getMessage(),
                    "Restore the file from a backup or a replica of the table.",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** An object that was written by somebody else's program. */
    static JsonNode parse(String text) throws JsonProcessingException {
        return JSON.readTree(text);
    }

    private static void accept(Path file, int number, String line, Consumer<JsonNode> consumer) {
        try {
            JsonNode object = parse(line);
            if (!object.isObject()) {
                throw new IllegalArgumentException("not a JSON object");
            }
            consumer.accept(object);
        } catch (JsonProcessingException e) {
            throw damaged(file, number, e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw damaged(file, number, String.valueOf(e.getMessage()), e);
        }
    }

    private static Failure damaged(Path file, int number, String why, Exception cause) {
        return new Failure.Integrity(
                file + ", line " + number + ", is not what Delta's protocol has there: " + why,
                "Restore the file from a backup or a replica of the table.",
                cause);
    }

    /** The number of rows that the statistics of an {@code add} tell. */
    static OptionalLong records(JsonNode add) {
        JsonNode stats = add.path("stats_parsed");
        if (add.path("stats").isTextual()) {
            try {
                stats = parse(add.path("stats").asText());
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("the statistics of " + add.path("path") + " are no JSON", e);
            }
        }
        JsonNode records = stats.path("numRecords");
        return records.isIntegralNumber() ? OptionalLong.of(records.asLong()) : OptionalLong.empty();
    }
}
