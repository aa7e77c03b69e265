package io.lakeproof.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The four calls of Databricks' Jobs API 2.1 that {@code databricks.sh} makes, with the fields of its published reference: one run
 * 11, whose task is run 22.
 */
final class DatabricksStub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final List<String> states;
    private final String resultState;
    private final List<JsonNode> bodies = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();
    private String logs = "";
    private String outputOf = "";
    private int looks;

    /**
     * @param states what each look finds; the last one for ever
     */
    DatabricksStub(List<String> states, String resultState) throws IOException {
        this.states = states;
        this.resultState = resultState;
        server.createContext("/", this::answer);
        server.start();
    }

    void logs(String text) {
        logs = text;
    }

    Map<String, String> environment() {
        return Map.of(
                "DATABRICKS_HOST",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/",
                "DATABRICKS_TOKEN",
                "secret",
                "no_proxy",
                "*");
    }

    synchronized List<JsonNode> bodies() {
        return List.copyOf(bodies);
    }

    synchronized List<String> tokens() {
        return List.copyOf(tokens);
    }

    synchronized String outputOf() {
        return outputOf;
    }

    synchronized int looks() {
        return looks;
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
        String call =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getQuery();
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!"Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(exchange, 403, "{\"error_code\":\"PERMISSION_DENIED\"}");
            return;
        }
        switch (call) {
            case "POST /api/2.1/jobs/runs/submit" -> {
                bodies.add(JSON.readTree(body));
                send(exchange, 200, "{\"run_id\": 11}");
            }
            case "POST /api/2.1/jobs/runs/cancel" -> {
                bodies.add(JSON.readTree(body));
                send(exchange, 200, "{}");
            }
            case "GET /api/2.1/jobs/runs/get" -> send(exchange, 200, run());
            case "GET /api/2.1/jobs/runs/get-output" -> {
                outputOf = query.substring("run_id=".length());
                send(exchange, 200, JSON.writeValueAsString(Map.of("logs", logs, "logs_truncated", false)));
            }
            default -> send(exchange, 404, "{\"error_code\":\"ENDPOINT_NOT_FOUND\"}");
        }
    }

    private String run() throws IOException {
        String state = states.get(Math.min(looks++, states.size() - 1));
        Map<String, Object> states = state.equals("TERMINATED") || state.equals("INTERNAL_ERROR")
                ? Map.of("life_cycle_state", state, "result_state", resultState, "state_message", "ended")
                : Map.of("life_cycle_state", state, "state_message", "");
        Map<String, Object> task = Map.of("run_id", 22, "task_key", "lakeproof", "state", states);
        return JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(Map.of("job_id", 5, "run_id", 11, "state", states, "tasks", List.of(task)));
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
