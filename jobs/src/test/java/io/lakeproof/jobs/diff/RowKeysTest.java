package io.lakeproof.jobs.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.config.ConfigLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowKeysTest {
    private static final String PIPELINE = """
            pipeline { name = test }
            source { path = "/raw/date={date}/", format = json, schema = "user STRING, shop STRING, at TIMESTAMP, value DOUBLE" }
            dedup { key = [user, at], event-time = at, order = ["value desc"], target = "/clean", within = PT1M, windowed-target = "/windowed" }
            features { entity = shop, time = at, version = v1, target = "/features", define { n { count = "*", range = PT1H } } }
            ledger { path = "/ledger" }
            """;

    @Test
    void theTablesOfThePipelineHaveTheKeysOfTheirJobs() {
        assertThat(key("/clean")).containsExactly("user", "at");
        assertThat(key("/windowed")).containsExactly("user", "at");
        assertThat(key("/features")).containsExactly("user", "at", "model");
        assertThat(key("/elsewhere")).isEmpty();
    }

    @Test
    void featuresOfASourceWithoutAKeyHaveEntityAndTime() {
        assertThat(key("/features", "features.source=/somewhere")).containsExactly("shop", "at", "model");
    }

    private static List<String> key(String path, String... sets) {
        return new ArrayList<>(new RowKeys(ConfigLoader.load("test.conf", PIPELINE, List.of(sets)))
                .configured(path)
                .orElse(List.of()));
    }
}
