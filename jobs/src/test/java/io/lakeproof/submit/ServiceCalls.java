package io.lakeproof.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakeproof.submit.StateMachine.Services;
import io.lakeproof.submit.StateMachine.TaskError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The services that the state machines of {@code scripts/submit/orchestrators} call, around something that runs a command of
 * Lakeproof: EMR and EMR Serverless hide the exit code, S3 has the RESULT, Step Functions runs the inner machine.
 */
public final class ServiceCalls implements Services {
    private static final Path FOLDER =
            Path.of(System.getProperty("lakeproof.root"), "scripts", "submit", "orchestrators");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a platform does with a command. */
    public interface Platform {
        /** Runs it, and returns the JSON of its RESULT; null if the driver was lost and left none. */
        @Nullable
        String run(List<String> command) throws TaskError;
    }

    private final String stepFile;
    private final Platform platform;
    private final Map<String, String> objects = new ConcurrentHashMap<>();
    private final List<String> alerts = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger executions = new AtomicInteger();

    /**
     * @param stepFile the file of the inner state machine
     */
    public ServiceCalls(String stepFile, Platform platform) {
        this.stepFile = stepFile;
        this.platform = platform;
    }

    /** Runs the pipeline's state machine over the sample of these dates. */
    public StateMachine.Ended pipeline(String name, ObjectNode input) throws TaskError {
        ObjectNode settings = input.putObject("platform");
        settings.put("stepArn", "arn:aws:states:us-east-1:111122223333:stateMachine:lakeproof-step")
                .put("applicationId", "00f1abcdexample")
                .put("clusterId", "j-1K48XXXXXXHCB")
                .put("roleArn", "arn:aws:iam::111122223333:role/lakeproof")
                .put("jar", "s3://bucket/lakeproof.jar")
                .put("bucket", "bucket")
                .put("prefix", "results")
                .put("topicArn", "arn:aws:sns:us-east-1:111122223333:alerts")
                .put("attempts", 4)
                .put("waitForRetry", 60)
                .put("waitForInput", 1800);
        return StateMachine.read(FOLDER.resolve("pipeline.asl.json"), this).run(name, input);
    }

    public List<String> alerts() {
        return List.copyOf(alerts);
    }

    @Override
    public JsonNode call(String resource, JsonNode arguments) throws TaskError {
        return switch (resource) {
            case "arn:aws:states:::states:startExecution.sync:2" -> inner(arguments);
            case "arn:aws:states:::emr-serverless:startJobRun.sync" ->
                submitted(arguments.at("/JobDriver/SparkSubmit/EntryPointArguments"));
            case "arn:aws:states:::elasticmapreduce:addStep.sync" ->
                submitted(afterTheJar(arguments.at("/Step/HadoopJarStep/Args")));
            case "arn:aws:states:::aws-sdk:s3:getObject" ->
                object(arguments.path("Bucket").asText() + "/"
                        + arguments.path("Key").asText());
            case "arn:aws:states:::sns:publish" -> {
                alerts.add(arguments.path("Subject").asText());
                yield JSON.createObjectNode();
            }
            default -> throw new IllegalStateException("no service " + resource);
        };
    }

    private JsonNode inner(JsonNode arguments) throws TaskError {
        try {
            StateMachine.Ended ended = StateMachine.read(FOLDER.resolve(stepFile), this)
                    .run("execution-" + executions.incrementAndGet(), arguments.path("Input"));
            return JSON.createObjectNode().put("Status", "SUCCEEDED").set("Output", ended.output());
        } catch (TaskError e) {
            ObjectNode failed = JSON.createObjectNode().put("Status", "FAILED");
            failed.put("Error", e.error()).put("Cause", e.cause());
            throw new TaskError("States.TaskFailed", failed.toString());
        }
    }

    private static JsonNode afterTheJar(JsonNode arguments) {
        List<JsonNode> behind = new ArrayList<>();
        arguments.forEach(behind::add);
        int jar = behind.indexOf(JSON.getNodeFactory().textNode("s3://bucket/lakeproof.jar"));
        return JSON.createArrayNode().addAll(behind.subList(jar + 1, behind.size()));
    }

    private JsonNode submitted(JsonNode arguments) throws TaskError {
        List<String> words = new ArrayList<>();
        arguments.forEach(word -> words.add(word.asText()));
        int at = words.size() - 2;
        if (!words.get(at).equals("--result") || !words.get(at + 1).startsWith("s3://bucket/results/")) {
            throw new IllegalStateException(words + " does not end with a place for the result");
        }
        String result = platform.run(words.subList(0, at));
        if (result != null) {
            objects.put(words.get(at + 1).substring("s3://".length()), result);
        }
        if (result == null || !result.contains("\"exitCode\":0")) {
            throw new TaskError("States.TaskFailed", "{\"State\":\"FAILED\",\"StateDetails\":\"Job failed\"}");
        }
        return JSON.createObjectNode().put("JobRunId", "00f1run");
    }

    private JsonNode object(String key) throws TaskError {
        String body = objects.get(key);
        if (body == null) {
            throw new TaskError("S3.NoSuchKeyException", "The specified key does not exist.");
        }
        return JSON.createObjectNode().put("Body", body);
    }
}
