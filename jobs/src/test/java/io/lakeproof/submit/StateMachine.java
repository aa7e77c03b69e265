package io.lakeproof.submit;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a state machine of Amazon States Language in its JSONata form (states-language.net, and AWS' documentation of
 * {@code $states} and variables), in the part that ours use. It waits for nothing, and fails on what it does not know.
 */
public final class StateMachine {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_STEPS = 500;

    /** The services that tasks call. */
    public interface Services {
        /** Calls one, or throws what a task would see as an error. */
        JsonNode call(String resource, JsonNode arguments) throws TaskError;
    }

    /** An error as States Language has it. */
    public static final class TaskError extends Exception {
        final String error;
        final String cause;

        public TaskError(String error, String cause) {
            super(error + ": " + cause);
            this.error = error;
            this.cause = cause;
        }

        public String error() {
            return error;
        }

        public String cause() {
            return cause;
        }
    }

    private final JsonNode definition;
    private final Services services;

    /** One execution. */
    private final class Execution {
        private final String name;
        private final Map<String, Object> variables = new LinkedHashMap<>();
        private final List<String> path = new ArrayList<>();
        private JsonNode input;

        Execution(String name, JsonNode input) {
            this.name = name;
            this.input = input;
        }

        Ended run() throws TaskError {
            String next = definition.path("StartAt").asText();
            while (path.size() < MOST_STEPS) {
                path.add(next);
                JsonNode state = definition.path("States").path(next);
                switch (state.path("Type").asText()) {
                    case "Succeed" -> {
                        return new Ended(output(state, null), List.copyOf(path));
                    }
                    case "Fail" ->
                        throw new TaskError(
                                evaluated(state.get("Error"), null).asText(),
                                evaluated(state.get("Cause"), null).asText());
                    case "Pass" -> next = leave(state, null);
                    case "Wait" -> {
                        if (!evaluated(state.get("Seconds"), null).isIntegralNumber()) {
                            throw new IllegalStateException(next + " waits for no number of seconds");
                        }
                        next = leave(state, null);
                    }
                    case "Choice" -> next = choice(state);
                    case "Task" -> next = task(state);
                    default -> throw new IllegalStateException(next + " is no state that can be run: " + state);
                }
            }
            throw new IllegalStateException("this does not end: " + path);
        }

        private String choice(JsonNode state) {
            for (JsonNode choice : state.path("Choices")) {
                JsonNode holds = evaluated(choice.get("Condition"), null);
                if (!holds.isBoolean()) {
                    throw new IllegalStateException(choice + " is neither true nor false but " + holds);
                }
                if (holds.asBoolean()) {
                    return choice.path("Next").asText();
                }
            }
            return state.path("Default").asText();
        }

        private String task(JsonNode state) throws TaskError {
            Map<JsonNode, Integer> retries = new LinkedHashMap<>();
            while (true) {
                try {
                    JsonNode arguments = evaluated(state.get("Arguments"), null);
                    JsonNode result = services.call(state.path("Resource").asText(), arguments);
                    return leave(state, result);
                } catch (TaskError e) {
                    JsonNode retrier = matching(state.path("Retry"), e);
                    if (retrier != null
                            && retries.merge(retrier, 1, Integer::sum)
                                    <= retrier.path("MaxAttempts").asInt(3)) {
                        continue;
                    }
                    JsonNode catcher = matching(state.path("Catch"), e);
                    if (catcher == null) {
                        throw e;
                    }
                    ObjectNode error =
                            JSON.createObjectNode().put("Error", e.error).put("Cause", e.cause);
                    assign(catcher, error);
                    input = error;
                    return catcher.path("Next").asText();
                }
            }
        }

        private static @Nullable JsonNode matching(JsonNode handlers, TaskError thrown) {
            for (JsonNode handler : handlers) {
                for (JsonNode name : handler.path("ErrorEquals")) {
                    if (name.asText().equals("States.ALL") || name.asText().equals(thrown.error)) {
                        return handler;
                    }
                }
            }
            return null;
        }

        /** Assigns the variables and makes the output of a state; the two see the variables as they were before. */
        private String leave(JsonNode state, @Nullable JsonNode result) {
            JsonNode output = output(state, result);
            assign(state, result);
            input = output;
            return state.path("Next").asText();
        }

        private JsonNode output(JsonNode state, @Nullable JsonNode result) {
            if (state.has("Output")) {
                return evaluated(state.get("Output"), result);
            }
            return result == null ? input : result;
        }

        private void assign(JsonNode state, @Nullable JsonNode result) {
            Map<String, Object> assigned = new LinkedHashMap<>();
            state.path("Assign")
                    .properties()
                    .forEach(each -> assigned.put(each.getKey(), plain(evaluated(each.getValue(), result))));
            variables.putAll(assigned);
        }

        /** The value with each string of the form <code>{% … %}</code> replaced by what the expression in it gives. */
        private JsonNode evaluated(JsonNode template, @Nullable JsonNode result) {
            if (template.isObject()) {
                ObjectNode object = JSON.createObjectNode();
                template.properties().forEach(each -> object.set(each.getKey(), evaluated(each.getValue(), result)));
                return object;
            }
            String text = template.asText();
            if (!template.isTextual() || !text.startsWith("{%")) {
                return template;
            }
            Jsonata expression = Jsonata.jsonata(
                    text.substring("{%".length(), text.length() - "%}".length()).strip());
            expression.registerFunction("parse", (String json) -> plain(tree(json)));
            Map<String, Object> states = new LinkedHashMap<>();
            states.put("input", plain(input));
            states.put("context", Map.of("Execution", Map.of("Name", name, "Id", "arn:execution:" + name)));
            if (result != null) {
                states.put("result", plain(result));
            }
            Jsonata.Frame frame = expression.createFrame();
            frame.bind("states", states);
            variables.forEach(frame::bind);
            Object value = expression.evaluate(null, frame);
            if (value == null) {
                throw new IllegalStateException(text + " gives nothing in " + path + " with " + variables);
            }
            return JSON.valueToTree(value);
        }
    }

    /** How an execution ended well, and which states it went through. */
    public record Ended(JsonNode output, List<String> path) {}

    private StateMachine(JsonNode definition, Services services) {
        this.definition = definition;
        this.services = services;
    }

    public static StateMachine read(Path file, Services services) {
        try {
            return new StateMachine(JSON.readTree(file.toFile()), services);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs one execution to its end; fails as the state machine does. */
    public Ended run(String name, JsonNode input) throws TaskError {
        return new Execution(name, input).run();
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object plain(JsonNode node) {
        return JSON.convertValue(node, Object.class);
    }
}
