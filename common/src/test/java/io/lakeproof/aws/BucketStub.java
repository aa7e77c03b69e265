package io.lakeproof.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One bucket of S3 in this JVM, for the calls that no server of the tests has: lifecycle rules with tag filters, restores and
 * the settings of a bucket, and for tags, listings and small objects besides. It counts every call, and can refuse them.
 *
 * <p>Its limits: paths only ({@code http://host/bucket/key}); no signatures, versions, conditions, copies or multipart uploads;
 * rules are kept as they were sent and move nothing; of S3's checks it has those that {@link StubRules} names; a restore is done
 * when the test says so. That S3 itself takes what it takes is not proved by it.
 */
public final class BucketStub implements AutoCloseable {
    static {
        // Or each answer waits for the client's acknowledgement of its head.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final String bucket;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final Map<String, Integer> calls = new ConcurrentSkipListMap<>();
    private final Map<String, Map<String, String>> headers = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicInteger> allowed = new ConcurrentSkipListMap<>();
    private final Map<String, String> refused = new ConcurrentSkipListMap<>();
    private final BucketSettings settings = new BucketSettings();
    private final StubObjects objects = new StubObjects();
    private final StubRules rules = new StubRules();

    public BucketStub(String bucket) {
        this.bucket = bucket;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Puts an object of zeros there without a call. */
    public void put(String key, int bytes, String storageClass, Map<String, String> tags) {
        objects.put(key, new byte[bytes], storageClass, tags);
    }

    /** Puts an object there without a call. */
    public void put(String key, String text) {
        objects.put(key, text.getBytes(StandardCharsets.UTF_8), "STANDARD", Map.of());
    }

    /** The tags of an object, without a call. */
    public Map<String, String> tagsOf(String key) {
        return objects.tagsOf(key);
    }

    /** The lifecycle configuration; null if there is none. */
    public @Nullable String lifecycle() {
        return rules.xml();
    }

    public void lifecycle(@Nullable String xml) {
        rules.xml(xml);
    }

    /** {@code x-amz-transition-default-minimum-object-size} of the configuration. */
    public @Nullable String minimumSize() {
        return rules.minimumSize();
    }

    public void minimumSize(String size) {
        rules.minimumSize(size);
    }

    /** Ends all restores. */
    public void finishRestores() {
        objects.finishRestores();
    }

    /** Versioning, encryption, policy and the like. */
    public BucketSettings settings() {
        return settings;
    }

    /**
     * Answers an operation with an error from now on.
     *
     * @param error status and code, {@code 501 NotImplemented}
     */
    public void refuse(String operation, String error) {
        refused.put(operation, error);
    }

    /** Lets so many calls of an operation through, and answers all others with AccessDenied. */
    public void allow(String operation, int count) {
        allowed.put(operation, new AtomicInteger(count));
    }

    /** How often an operation of S3's API was called, on whatever object. */
    public int calls(String operation) {
        return calls.entrySet().stream()
                .filter(call -> call.getKey().startsWith(operation + " "))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** Calls by operation and key. */
    public Map<String, Integer> calls() {
        return new TreeMap<>(calls);
    }

    public void forgetCalls() {
        calls.clear();
    }

    /** The headers of the last call of an operation, with names in lower case; empty if there was none. */
    public Map<String, String> headers(String operation) {
        return headers.getOrDefault(operation, Map.of());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            StubCall call = new StubCall(exchange);
            String operation = settings.operation(call.key().isEmpty() ? call.query() : Map.of())
                    .orElseGet(call::operation);
            Optional<String> refusal = refusal(call, operation);
            if (refusal.isPresent()) {
                call.error(
                        Integer.parseInt(refusal.get().substring(0, 3)),
                        refusal.get().substring(4));
                return;
            }
            calls.merge(operation + " " + call.key(), 1, Integer::sum);
            headers.put(operation, call.headers());
            answer(call, operation);
        }
    }

    private Optional<String> refusal(StubCall call, String operation) {
        if (!call.bucket().equals(bucket)) {
            return Optional.of("404 NoSuchBucket");
        }
        String refusal = refused.get(operation);
        if (refusal != null) {
            return Optional.of(refusal);
        }
        AtomicInteger left = allowed.get(operation);
        return left != null && left.decrementAndGet() < 0 ? Optional.of("403 AccessDenied") : Optional.empty();
    }

    private void answer(StubCall call, String operation) throws IOException {
        if (call.key().isEmpty() && settings.operation(call.query()).isPresent()) {
            setting(call);
            return;
        }
        boolean needsObject = operation.contains("Object")
                && !operation.equals("PutObject")
                && !call.key().isEmpty();
        if (needsObject && !objects.has(call.key())) {
            call.error(404, "NoSuchKey");
            return;
        }
        switch (operation) {
            case "GetBucketLifecycleConfiguration" -> rules.get(call);
            case "PutBucketLifecycleConfiguration" -> rules.put(call);
            case "DeleteBucketLifecycle" -> rules.delete(call);
            case "ListObjectsV2" -> objects.list(call);
            case "PutObject" -> objects.put(call);
            case "GetObjectTagging" -> objects.tags(call);
            case "PutObjectTagging" -> objects.putTags(call);
            case "HeadObject" -> objects.head(call);
            case "GetObject" -> objects.get(call);
            case "RestoreObject" -> objects.restore(call);
            case "DeleteObject" -> objects.delete(call);
            default -> call.send(200, "");
        }
    }

    private void setting(StubCall call) throws IOException {
        Optional<String> document = settings.document(call.query());
        Optional<String> absence = settings.absence(call.query());
        if (document.isPresent() || absence.isEmpty()) {
            call.send(200, document.orElse("<VersioningConfiguration/>"));
        } else {
            call.error(404, absence.get());
        }
    }
}
