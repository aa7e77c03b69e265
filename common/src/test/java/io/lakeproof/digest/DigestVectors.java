package io.lakeproof.digest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The test vectors that docs/digest.md holds, one JSON object a line in its fenced block that is marked json. */
final class DigestVectors {

    /** @param json the whole line, the name included */
    record Vector(String name, JsonNode json) {

        String kind() {
            return json.get("kind").textValue();
        }

        String text(String field) {
            return json.get(field).textValue();
        }
    }

    private DigestVectors() {}

    static List<Vector> read() {
        Path specification = Path.of(
                        Objects.requireNonNull(System.getProperty("lakeproof.root"), "-Dlakeproof.root is missing"))
                .resolve("docs/digest.md");
        List<Vector> vectors = new ArrayList<>();
        try {
            ObjectMapper mapper = new ObjectMapper();
            for (String line : jsonLines(Files.readAllLines(specification))) {
                JsonNode json = mapper.readTree(line);
                vectors.add(new Vector(json.get("name").textValue(), json));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(specification + ": cannot read the test vectors", e);
        }
        return vectors;
    }

    private static List<String> jsonLines(List<String> markdown) {
        int start = markdown.indexOf("```json") + 1;
        List<String> rest = markdown.subList(start, markdown.size());
        if (start == 0 || !rest.contains("```")) {
            throw new IllegalStateException("docs/digest.md has no block between ```json and ```");
        }
        return rest.subList(0, rest.indexOf("```"));
    }
}
