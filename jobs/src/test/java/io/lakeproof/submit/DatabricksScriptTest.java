package io.lakeproof.submit;

import static io.lakeproof.submit.ScriptRuns.ARGUMENTS;
import static io.lakeproof.submit.ScriptRuns.MISSING;
import static io.lakeproof.submit.ScriptRuns.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code databricks.sh} and curl against a server with the calls of the Jobs API. */
@Tag("long")
class DatabricksScriptTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private ScriptRuns scripts;

    @BeforeEach
    void fakes() throws IOException {
        scripts = new ScriptRuns(folder);
    }

    @Test
    void theServerGetsTheArgumentsAndTheResultIsThatOfTheLog() throws Exception {
        try (DatabricksStub server = new DatabricksStub(List.of("PENDING", "RUNNING", "TERMINATED"), "FAILED")) {
            server.logs("read 5 rows\nRESULT " + MISSING + "\n");
            List<String> options = List.of(
                    "--cluster-id", "1124-a", "--jar", "/Volumes/m/t/l.jar", "--token-key", "k-1", "--poll", "0.01");

            ScriptRuns.Ran ran = scripts.run(server.environment(), List.of("databricks.sh"), options, ARGUMENTS);

            assertThat(List.of(ran.code(), ran.out())).as(ran.err()).containsExactly(66, "RESULT " + MISSING + "\n");
            JsonNode body = server.bodies().get(0);
            JsonNode task = body.at("/tasks/0");
            assertThat(JSON.convertValue(task.at("/spark_jar_task/parameters"), new TypeReference<List<String>>() {}))
                    .isEqualTo(ARGUMENTS);
            assertThat(List.of(
                            body.path("idempotency_token").asText(),
                            task.path("existing_cluster_id").asText(),
                            task.at("/libraries/0/jar").asText(),
                            task.at("/spark_jar_task/main_class_name").asText()))
                    .containsExactly("k-1", "1124-a", "/Volumes/m/t/l.jar", "io.lakeproof.cli.Lakeproof");
            assertThat(server.tokens()).containsOnly("Bearer secret");
            assertThat(server.outputOf()).isEqualTo("22");

            ScriptRuns.Ran planned =
                    scripts.run(server.environment(), List.of("databricks.sh"), with(options, "--dry-run"), ARGUMENTS);
            assertThat(planned.out())
                    .startsWith("curl -X POST ")
                    .contains("Bearer ***")
                    .doesNotContain("secret");
        }
    }

    @Test
    void aRunIsRefusedLostOrCancelled() throws Exception {
        List<String> options = List.of("--new-cluster", folder.resolve("c.json").toString(), "--jar", "/l.jar");
        Files.writeString(folder.resolve("c.json"), "{\"num_workers\": 2}");
        try (DatabricksStub server = new DatabricksStub(List.of("INTERNAL_ERROR"), "FAILED")) {
            ScriptRuns.Ran lost = scripts.run(
                    server.environment(), List.of("databricks.sh"), with(options, "--poll", "0.01"), ARGUMENTS);

            assertThat(lost.code()).isEqualTo(75);
            assertThat(lost.err()).contains("error: the run ended as INTERNAL_ERROR FAILED and left no RESULT");
            assertThat(server.bodies()
                            .get(0)
                            .at("/tasks/0/new_cluster/num_workers")
                            .asInt())
                    .isEqualTo(2);

            Map<String, String> denied = new HashMap<>(server.environment());
            denied.put("DATABRICKS_TOKEN", "wrong");
            ScriptRuns.Ran refused = scripts.run(denied, List.of("databricks.sh"), options, ARGUMENTS);

            assertThat(refused.code()).isEqualTo(75);
            assertThat(refused.err()).contains("error: the run was not taken: {\"error_code\":\"PERMISSION_DENIED\"}");
        }
        try (DatabricksStub server = new DatabricksStub(List.of("RUNNING"), "");
                RunningProcess run = scripts.start(
                        server.environment(), List.of("databricks.sh"), with(options, "--poll", "60"), ARGUMENTS)) {
            run.await("the first look", () -> server.looks() > 0);
            run.terminate();

            assertThat(run.exitCode()).isEqualTo(143);
            assertThat(server.bodies().get(1).path("run_id").asInt()).isEqualTo(11);
        }
    }
}
