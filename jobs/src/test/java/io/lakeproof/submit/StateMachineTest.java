package io.lakeproof.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.lakeproof.submit.StateMachine.TaskError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateMachineTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("lakeproof.root"), "scripts", "submit", "orchestrators");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> PIPELINE = List.of("config check", "dedup", "features", "verify", "lifecycle");

    /** Ends commands as told: the outcomes of a command in order, the last of them for ever. */
    private static final class Script implements ServiceCalls.Platform {
        private final Map<String, List<String>> outcomes = new LinkedHashMap<>();
        private final List<String> calls = new ArrayList<>();

        @Override
        public @Nullable String run(List<String> command) {
            String name = command.get(0).equals("config") ? "config check" : command.get(0);
            calls.add(String.join(" ", command));
            List<String> left = outcomes.getOrDefault(name, new ArrayList<>());
            String outcome = left.isEmpty() ? "0" : left.size() == 1 ? left.get(0) : left.remove(0);
            return switch (outcome) {
                case "lost" -> null;
                case "0" -> "{\"outcome\":\"COMMITTED\",\"exitCode\":0,\"error\":null}";
                default ->
                    "{\"outcome\":\"FAILED\",\"exitCode\":" + outcome + ",\"error\":{\"kind\":\"" + kind(outcome)
                            + "\",\"retry\":\"" + (Set.of("66", "75").contains(outcome) ? "SAFE" : "NEVER")
                            + "\",\"message\":\"it says \\\"no\\\"\",\"fix\":\"mend it\"}}";
            };
        }

        private static String kind(String code) {
            return switch (code) {
                case "65" -> "DataGate";
                case "66" -> "InputMissing";
                case "74" -> "Integrity";
                case "75" -> "Conflict";
                default -> "Configuration";
            };
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipeline.asl.json", "step.asl.json", "step-emr.asl.json"})
    void everyMachineHasTheFormOfTheLanguageAndEveryStateIsReached(String file) throws IOException {
        JsonNode machine = JSON.readTree(FOLDER.resolve(file).toFile());

        try (InputStream schema = StateMachineTest.class.getResourceAsStream("/submit/asl.schema.json")) {
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                            .getSchema(schema)
                            .validate(machine))
                    .isEmpty();
        }
        Set<String> reached = new TreeSet<>(Set.of(machine.path("StartAt").asText()));
        machine.path("States").findValues("Next").forEach(next -> reached.add(next.asText()));
        machine.path("States").findValues("Default").forEach(next -> reached.add(next.asText()));
        Set<String> states = new TreeSet<>();
        machine.path("States").fieldNames().forEachRemaining(states::add);
        assertThat(reached).isEqualTo(states);
    }

    @ParameterizedTest
    @ValueSource(strings = {"step.asl.json", "step-emr.asl.json"})
    void runsTheStepsInOrderWithTheDatesOfTheirRun(String step) throws TaskError {
        Script script = new Script();
        ServiceCalls services = new ServiceCalls(step, script);

        services.pipeline("e1", input().put("from", "2024-11-03").put("to", "2024-11-07"));
        services.pipeline("e2", input().put("scheduled", "2024-03-01T00:30:00Z"));

        assertThat(script.calls)
                .containsExactly(
                        "config check --config s3://bucket/a b.conf",
                        "dedup --config s3://bucket/a b.conf --from 2024-11-03 --to 2024-11-07",
                        "features --mode changed --config s3://bucket/a b.conf",
                        "verify --table features --config s3://bucket/a b.conf",
                        "lifecycle apply --table features --config s3://bucket/a b.conf",
                        "config check --config s3://bucket/a b.conf",
                        "dedup --config s3://bucket/a b.conf --from 2024-02-29 --to 2024-02-29",
                        "features --mode changed --config s3://bucket/a b.conf",
                        "verify --table features --config s3://bucket/a b.conf",
                        "lifecycle apply --table features --config s3://bucket/a b.conf");
        assertThat(services.alerts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"config check", "dedup", "features", "verify", "lifecycle"})
    void whatMayBeRetriedIsRetriedUntilTheAttemptsAreUsedUp(String command) throws TaskError {
        for (String outcome : List.of("lost", "75")) {
            Script recovering = new Script();
            recovering.outcomes.put(command, new ArrayList<>(List.of(outcome, outcome, outcome, "0")));
            new ServiceCalls("step.asl.json", recovering)
                    .pipeline("e1", input().put("from", "a").put("to", "b"));

            assertThat(recovering.calls).hasSize(PIPELINE.size() + 3);

            Script hopeless = new Script();
            hopeless.outcomes.put(command, new ArrayList<>(List.of(outcome)));
            ServiceCalls services = new ServiceCalls("step.asl.json", hopeless);
            TaskError error = failure(services);

            assertThat(hopeless.calls).hasSize(PIPELINE.indexOf(command) + 4);
            assertThat(services.alerts()).hasSize(1);
            assertThat(error.error()).isEqualTo(outcome.equals("75") ? "Lakeproof.Conflict" : "Lakeproof.NoResult");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "config check, 78, check, Configuration",
        "dedup, 65, dedup, DataGate",
        "features, 78, features, Configuration",
        "verify, 74, verify, Integrity",
        "lifecycle, 78, lifecycle, Configuration"
    })
    void whatMayNotBeRetriedAlertsAtOnceAndEndsThePipeline(String command, String code, String state, String kind) {
        Script script = new Script();
        script.outcomes.put(command, new ArrayList<>(List.of(code)));
        ServiceCalls services = new ServiceCalls("step.asl.json", script);

        TaskError error = failure(services);

        assertThat(script.calls).hasSize(PIPELINE.indexOf(command) + 1);
        assertThat(services.alerts()).containsExactly("Lakeproof: " + state + " ended with Lakeproof." + kind);
        assertThat(error.error()).isEqualTo("Lakeproof." + kind);
        assertThat(error.cause()).isEqualTo(state + ": it says \"no\" Fix: mend it");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aDayWhoseInputDoesNotComeIsWaitedForAndThenSkippedWithoutAnAlert(int missing) throws TaskError {
        Script script = new Script();
        List<String> outcomes =
                new ArrayList<>(Stream.generate(() -> "66").limit(missing).toList());
        outcomes.add("0");
        script.outcomes.put("dedup", outcomes);
        ServiceCalls services = new ServiceCalls("step.asl.json", script);

        JsonNode output =
                services.pipeline("e1", input().put("from", "a").put("to", "b")).output();

        assertThat(output.path("outcome").asText()).isEqualTo(missing < 4 ? "COMMITTED" : "SKIPPED");
        assertThat(script.calls).hasSize(missing < 4 ? PIPELINE.size() + missing : 5);
        assertThat(services.alerts()).isEmpty();
    }

    private static TaskError failure(ServiceCalls services) {
        return catchThrowableOfType(
                TaskError.class,
                () -> services.pipeline("e1", input().put("from", "a").put("to", "b")));
    }

    private static ObjectNode input() {
        return JSON.createObjectNode().put("config", "s3://bucket/a b.conf");
    }
}
