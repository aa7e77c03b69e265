package io.lakeproof.jobs.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The schemas of OpenLineage's specification, and of our facet, as a judge of events. */
final class EventSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json";

    /** The file of the schema of each facet that events may have. */
    private static final Map<String, String> FACETS = Map.of(
            "schema", "SchemaDatasetFacet.json",
            "version", "DatasetVersionDatasetFacet.json",
            "outputStatistics", "OutputStatisticsOutputDatasetFacet.json",
            "inputStatistics", "InputStatisticsInputDatasetFacet.json",
            "jobType", "JobTypeJobFacet.json",
            "lakeproof_digest", "LakeproofDigestDatasetFacet.json");

    private final Map<String, String> idsByFile = new LinkedHashMap<>();
    private final JsonSchemaFactory factory;
    private final SchemaValidatorsConfig config =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    EventSchemas() {
        Map<String, String> schemas = new LinkedHashMap<>();
        List<String> files = new ArrayList<>(FACETS.values());
        files.add("OpenLineage.json");
        for (String file : files) {
            String text = read(file);
            String id = tree(text).path("$id").asText();
            idsByFile.put(file, id);
            schemas.put(id, text);
        }
        this.factory = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012, builder -> builder.schemaLoaders(loaders -> loaders.schemas(schemas)));
    }

    /** What is wrong with an event or with one of its facets; empty if nothing is. */
    List<String> problems(JsonNode event) {
        List<String> problems = new ArrayList<>(validate(SPEC, event));
        facets(event.path("job").path("facets"), problems);
        event.path("inputs").forEach(input -> {
            facets(input.path("facets"), problems);
            facets(input.path("inputFacets"), problems);
        });
        event.path("outputs").forEach(output -> {
            facets(output.path("facets"), problems);
            facets(output.path("outputFacets"), problems);
        });
        return problems;
    }

    private void facets(JsonNode facets, List<String> problems) {
        facets.properties().forEach(facet -> {
            String file = FACETS.get(facet.getKey());
            String id = file == null ? "" : String.valueOf(idsByFile.get(file));
            if (!facet.getValue().path("_schemaURL").asText().startsWith(id + "#/$defs/") || id.isEmpty()) {
                problems.add(facet.getKey() + " names the schema "
                        + facet.getValue().path("_schemaURL").asText());
            } else {
                problems.addAll(validate(id, JSON.createObjectNode().set(facet.getKey(), facet.getValue())));
            }
        });
    }

    private List<String> validate(String id, JsonNode node) {
        return factory.getSchema(SchemaLocation.of(id), config).validate(node).stream()
                .map(Object::toString)
                .toList();
    }

    private static String read(String file) {
        try {
            if (file.startsWith("Lakeproof")) {
                return Files.readString(Path.of(System.getProperty("lakeproof.root"), "docs", "openlineage", file));
            }
            try (InputStream in = EventSchemas.class.getResourceAsStream("/openlineage/" + file)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
