package io.lakeproof.jobs.lineage;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import io.lakeproof.error.Retry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A receiver of events over HTTP, as OpenLineage.yml describes it: each event is posted, and any answer but 2xx refuses it. */
final class EventEndpoint extends EventTransport {
    private static final String DEFAULT_PATH = "/api/v1/lineage";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 3;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int EXCERPT = 200;

    /** Answers that another attempt may not get: a timeout, too early, too many; and all of 500 and above. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    private final URI endpoint;
    private final Optional<String> apiKey;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /**
     * A receiver.
     *
     * @param endpoint without a path, {@value #DEFAULT_PATH} is meant
     * @param apiKey sent as a bearer token
     */
    EventEndpoint(URI endpoint, Optional<String> apiKey, Redactor redactor) {
        super(redactor);
        String path = endpoint.getRawPath();
        this.endpoint = path == null || path.isEmpty() || path.equals("/") ? endpoint.resolve(DEFAULT_PATH) : endpoint;
        this.apiKey = apiKey;
    }

    @Override
    void send(String event) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(event));
        apiKey.ifPresent(key -> request.header("Authorization", "Bearer " + key));
        for (int attempt = 1; ; attempt++) {
            Optional<Failure> refused = attempt(request.build());
            if (refused.isEmpty()) {
                return;
            }
            if (attempt == ATTEMPTS || refused.get().retry() != Retry.SAFE) {
                throw refused.get();
            }
            pause(PAUSE.multipliedBy(attempt));
        }
    }

    private Optional<Failure> attempt(HttpRequest request) {
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() / 100 == 2 ? Optional.empty() : Optional.of(refused(answer));
        } catch (IOException e) {
            return Optional.of(new Failure.Conflict(
                    Retry.SAFE,
                    shown(endpoint) + " cannot be reached: " + reason(e),
                    "Mend --to, or start the receiver, then export again: what it has got it knows by the run's id.",
                    e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.Cancelled();
        }
    }

    private Failure refused(HttpResponse<String> answer) {
        int code = answer.statusCode();
        String problem = shown(endpoint) + " answered HTTP " + code + excerpt(answer.body());
        if (code == 401 || code == 403) {
            return new Failure.AccessDenied(
                    problem,
                    "Put a key that the receiver takes into the environment variable that --api-key-env names"
                            + (apiKey.isEmpty() ? "; none was sent." : "."),
                    null);
        }
        if (code >= 500 || PASSING.contains(code)) {
            return new Failure.Conflict(
                    Retry.SAFE,
                    problem,
                    "Export again when the receiver works: what it has got it knows by the run's id.",
                    null);
        }
        return new Failure.Usage(
                problem, "Name with --to the address that takes OpenLineage events, mostly …" + DEFAULT_PATH + ".");
    }

    private String excerpt(String body) {
        String line = body.strip().lines().findFirst().orElse("");
        String safe = apiKey.map(key -> line.replace(key, "***")).orElse(line);
        return safe.isEmpty() ? "" : ": " + (safe.length() > EXCERPT ? safe.substring(0, EXCERPT) + "…" : safe);
    }

    /** The address without its query, where some put secrets. */
    static String shown(URI endpoint) {
        return endpoint.getScheme() + "://" + endpoint.getRawAuthority() + endpoint.getRawPath();
    }

    private static String reason(IOException e) {
        @Nullable String message = e.getMessage();
        return message == null || message.isEmpty()
                ? "no connection (" + e.getClass().getSimpleName() + ")"
                : message;
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.Cancelled();
        }
    }

    @Override
    void finish() {
        // Each event was taken when it was sent.
    }

    @Override
    public void close() {
        // The client closes its connections when it is collected.
    }
}
