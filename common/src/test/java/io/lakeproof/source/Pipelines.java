package io.lakeproof.source;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Small pipelines for tests, each from a configuration text of a few lines. */
final class Pipelines {
    private static final String TEXT = """
            pipeline { name = test }
            source { path = raw }
            dedup {
              key = [event_time]
              target = clean
            }
            ledger { path = ledger }
            """;

    private Pipelines() {}

    static PipelineConfig json(String schema, Map<String, String> columns) {
        List<String> sets = new ArrayList<>(List.of("source.format=json", "source.schema=" + schema));
        columns.forEach((name, expression) -> sets.add("source.columns." + name + "=" + expression));
        return of(sets.toArray(String[]::new));
    }

    static PipelineConfig of(String... sets) {
        return ConfigLoader.load("test.conf", TEXT, List.of(sets));
    }
}
