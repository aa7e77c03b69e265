package io.lakeproof.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The DAGs, run task by task against stand-ins for Airflow and AWS; see {@code run_dag.py} among the resources. */
@Tag("long")
class AirflowTest {
    private static final Path ROOT = Path.of(System.getProperty("lakeproof.root"));
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsPython() {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "python3"))),
                "python3 is not installed");
    }

    @Test
    void aDayIsCheckedLoadedBuiltVerifiedAndTaggedForItsDataInterval() throws Exception {
        List<JsonNode> tasks = tasks("lakeproof_daily", "{}");

        assertThat(arguments(tasks))
                .containsExactly(
                        "config check --config CONFIG",
                        "dedup --config CONFIG --from 2024-11-05 --to 2024-11-05",
                        "features --mode changed --config CONFIG",
                        "verify --table features --config CONFIG",
                        "lifecycle apply --table features --config CONFIG");
        assertThat(tasks.stream().map(task -> task.path("downstream").toString()))
                .containsExactly("[\"dedup\"]", "[\"features\"]", "[\"verify\"]", "[\"lifecycle\"]", "[]");
        assertThat(tasks).allMatch(task -> task.path("patience").asInt() == 12 * 60 * 60);
    }

    @Test
    void aBackfillMapsOverChunksOfDatesOldestFirst() throws Exception {
        assertThat(arguments(tasks("lakeproof_backfill", "{}")))
                .containsExactly(
                        "dedup --config CONFIG --from 2024-11-01 --to 2024-11-04",
                        "dedup --config CONFIG --from 2024-11-05 --to 2024-11-08",
                        "dedup --config CONFIG --from 2024-11-09 --to 2024-11-10",
                        "backfill --job features --mode changed --config CONFIG",
                        "verify --table features --config CONFIG",
                        "lifecycle apply --table features --config CONFIG");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dedup    | null,75,0   | success         | 3",
                "dedup    | 66,66,0     | success         | 3",
                "dedup    | 66          | skipped: Kind66 | 4",
                "features | 66          | failed: Kind66  | 4",
                "dedup    | 65          | failed: Kind65  | 1",
                "features | 78          | failed: Kind78  | 1",
                "verify   | 75,74       | failed: Kind74  | 2",
                "lifecycle| 77          | failed: Kind77  | 1",
                "lifecycle| 75,0        | success         | 2",
                "check    | null        | failed: the driver was lost | 2",
            })
    void resultDecidesBetweenRetrySkipAndFailure(String task, String codes, String state, int attempts)
            throws Exception {
        JsonNode ended = tasks("lakeproof_daily", "{\"" + task + "\":[" + codes + "]}").stream()
                .filter(each -> each.path("task").asText().equals(task))
                .findFirst()
                .orElseThrow();

        assertThat(ended.path("state").asText()).startsWith(state);
        assertThat(ended.path("attempts").asInt()).isEqualTo(attempts);
    }

    private List<JsonNode> tasks(String dag, String attempts) throws Exception {
        Path runner = folder.resolve("run_dag.py");
        try (InputStream resource = AirflowTest.class.getResourceAsStream("/submit/run_dag.py")) {
            Files.write(runner, resource.readAllBytes());
        }
        try (RunningProcess python = RunningProcess.start(
                folder.resolve("python"),
                ROOT,
                Map.of("ATTEMPTS", attempts),
                List.of("python3", runner.toString(), "scripts/submit/orchestrators"))) {
            assertThat(python.exitCode()).as(python.err()).isZero();
            return parsed(python.out()).stream()
                    .filter(task -> task.path("dag").asText().equals(dag))
                    .toList();
        }
    }

    private static List<JsonNode> parsed(String lines) throws IOException {
        List<JsonNode> tasks = new ArrayList<>();
        for (String line : lines.lines().toList()) {
            tasks.add(JSON.readTree(line));
        }
        return tasks;
    }

    /** The arguments of each task without its --result, which is the last. */
    private static List<String> arguments(List<JsonNode> tasks) {
        return tasks.stream()
                .map(task -> {
                    List<String> words = new ArrayList<>();
                    task.path("arguments").forEach(word -> words.add(word.asText()));
                    assertThat(words.get(words.size() - 2)).isEqualTo("--result");
                    return String.join(" ", words.subList(0, words.size() - 2));
                })
                .toList();
    }
}
