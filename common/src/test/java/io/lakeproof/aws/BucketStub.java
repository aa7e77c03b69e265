package io.lakeproof.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lakeproof.lifecycle.RuleText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One bucket of S3 in this JVM, for the calls that no server of the tests has: lifecycle rules with tag filters, restores and
 * the settings of a bucket, and for tags, listings and small objects besides. It counts every call, and can refuse them.
 *
 * <p>Its limits: paths only ({@code http://host/bucket/key}); no signatures, versions, conditions, copies or multipart uploads;
 * rules are kept as they were sent and move nothing; of S3's checks it has those that {@link #refusal} names; a restore is done
 * when the test says so. That S3 itself takes what it takes is not proved by it.
 */
public final class BucketStub implements AutoCloseable {
    /** An object of the bucket. */
    private static final class Stored {
        byte[] content = new byte[0];
        String storageClass = "STANDARD";
        Map<String, String> tags = Map.of();
        Optional<Boolean> restored = Optional.empty();
    }

    private static final Pattern TAG = Pattern.compile("<Tag>\\s*<Key>(.*?)</Key>\\s*<Value>(.*?)</Value>\\s*</Tag>");
    private static final int PAGE = 1_000;

    static {
        // Or each answer waits for the client's acknowledgement of its head.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final String bucket;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final Map<String, Stored> objects = new ConcurrentSkipListMap<>();
    private final Map<String, Integer> calls = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicInteger> allowed = new ConcurrentSkipListMap<>();
    private final Map<String, String> refused = new ConcurrentSkipListMap<>();
    private final BucketSettings settings = new BucketSettings();
    private volatile @Nullable String lifecycle;
    private volatile @Nullable String minimumSize;

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

    /** Puts an object there without a call. */
    public void put(String key, int bytes, String storageClass, Map<String, String> tags) {
        Stored stored = new Stored();
        stored.content = new byte[bytes];
        stored.storageClass = storageClass;
        stored.tags = Map.copyOf(tags);
        objects.put(key, stored);
    }

    /** The tags of an object, without a call. */
    public Map<String, String> tagsOf(String key) {
        return Optional.ofNullable(objects.get(key)).orElseThrow().tags;
    }

    /** The lifecycle configuration; null if there is none. */
    public @Nullable String lifecycle() {
        return lifecycle;
    }

    public void lifecycle(@Nullable String xml) {
        lifecycle = xml;
    }

    /** {@code x-amz-transition-default-minimum-object-size} of the configuration. */
    public @Nullable String minimumSize() {
        return minimumSize;
    }

    public void minimumSize(String size) {
        minimumSize = size;
    }

    /** Ends all restores. */
    public void finishRestores() {
        objects.values().forEach(stored -> stored.restored = stored.restored.map(done -> true));
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

    /** Lets so many calls of an operation through, and answers all others with AccessDenied. */
    public void allow(String operation, int count) {
        allowed.put(operation, new AtomicInteger(count));
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        String[] parts = path.substring(1).split("/", 2);
        String key = parts.length < 2 ? "" : parts[1];
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        String operation = settings.operation(key.isEmpty() ? query : Map.of())
                .orElseGet(() -> operation(exchange.getRequestMethod(), key, query));
        try (exchange) {
            if (!parts[0].equals(bucket)) {
                error(exchange, 404, "NoSuchBucket");
                return;
            }
            String refusal = refused.get(operation);
            if (refusal != null) {
                error(exchange, Integer.parseInt(refusal.substring(0, 3)), refusal.substring(4));
                return;
            }
            AtomicInteger left = allowed.get(operation);
            if (left != null && left.decrementAndGet() < 0) {
                error(exchange, 403, "AccessDenied");
                return;
            }
            calls.merge(operation + " " + key, 1, Integer::sum);
            answer(exchange, operation, key, query, new String(body, StandardCharsets.UTF_8));
        }
    }

    private static String operation(String method, String key, Map<String, String> query) {
        if (query.containsKey("lifecycle")) {
            return switch (method) {
                case "GET" -> "GetBucketLifecycleConfiguration";
                case "PUT" -> "PutBucketLifecycleConfiguration";
                default -> "DeleteBucketLifecycle";
            };
        }
        if (key.isEmpty()) {
            return method.equals("GET") ? "ListObjectsV2" : "HeadBucket";
        }
        if (query.containsKey("tagging")) {
            return method.equals("GET") ? "GetObjectTagging" : "PutObjectTagging";
        }
        return switch (method) {
            case "POST" -> "RestoreObject";
            case "PUT" -> "PutObject";
            case "GET" -> "GetObject";
            case "DELETE" -> "DeleteObject";
            default -> "HeadObject";
        };
    }

    private void answer(HttpExchange exchange, String operation, String key, Map<String, String> query, String body)
            throws IOException {
        if (key.isEmpty() && settings.operation(query).isPresent()) {
            setting(exchange, query);
            return;
        }
        Stored stored = objects.get(key);
        boolean needsObject = operation.contains("Object") && !operation.equals("PutObject") && !key.isEmpty();
        if (needsObject && stored == null) {
            error(exchange, 404, "NoSuchKey");
            return;
        }
        switch (operation) {
            case "GetBucketLifecycleConfiguration" -> getLifecycle(exchange);
            case "PutBucketLifecycleConfiguration" -> putLifecycle(exchange, body);
            case "DeleteBucketLifecycle" -> {
                lifecycle = null;
                send(exchange, 204, "");
            }
            case "ListObjectsV2" -> list(exchange, query);
            case "PutObject" -> putObject(exchange, key, body);
            case "GetObjectTagging" -> send(exchange, 200, tagging(stored.tags));
            case "PutObjectTagging" -> putTags(exchange, stored, body);
            case "HeadObject" -> head(exchange, stored);
            case "GetObject" -> get(exchange, stored);
            case "RestoreObject" -> restore(exchange, stored);
            case "DeleteObject" -> {
                objects.remove(key);
                send(exchange, 204, "");
            }
            default -> send(exchange, 200, "");
        }
    }

    private void setting(HttpExchange exchange, Map<String, String> query) throws IOException {
        Optional<String> document = settings.document(query);
        Optional<String> absence = settings.absence(query);
        if (document.isPresent() || absence.isEmpty()) {
            send(exchange, 200, document.orElse("<VersioningConfiguration/>"));
        } else {
            error(exchange, 404, absence.get());
        }
    }

    private void getLifecycle(HttpExchange exchange) throws IOException {
        String xml = lifecycle;
        if (xml == null) {
            error(exchange, 404, "NoSuchLifecycleConfiguration");
            return;
        }
        if (minimumSize != null) {
            exchange.getResponseHeaders().set("x-amz-transition-default-minimum-object-size", minimumSize);
        }
        send(exchange, 200, xml);
    }

    private void putLifecycle(HttpExchange exchange, String xml) throws IOException {
        Optional<String> refusal = refusal(xml);
        if (refusal.isPresent()) {
            error(exchange, 400, refusal.get());
            return;
        }
        lifecycle = xml;
        minimumSize = exchange.getRequestHeaders().getFirst("x-amz-transition-default-minimum-object-size");
        send(exchange, 200, "");
    }

    /** The checks of S3 that it makes: at least one rule, ids once only, 30 days before STANDARD_IA and ONEZONE_IA. */
    private static Optional<String> refusal(String xml) {
        List<RuleText> rules = RuleText.parse(xml);
        long ids = rules.stream().map(RuleText::id).distinct().count();
        boolean early = rules.stream()
                .anyMatch(rule ->
                        rule.text().matches(".*Transition\\(Days=([0-9]|[12][0-9]) StorageClass=[A-Z]+_IA\\).*"));
        return rules.isEmpty() || ids < rules.size()
                ? Optional.of("MalformedXML")
                : early ? Optional.of("InvalidArgument") : Optional.empty();
    }

    private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
        String prefix = query.getOrDefault("prefix", "");
        String after = query.getOrDefault("continuation-token", query.getOrDefault("start-after", ""));
        StringBuilder xml = new StringBuilder("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        String last = "";
        int count = 0;
        boolean more = false;
        for (Map.Entry<String, Stored> object : objects.entrySet()) {
            if (!object.getKey().startsWith(prefix) || object.getKey().compareTo(after) <= 0) {
                continue;
            }
            if (count == PAGE) {
                more = true;
                break;
            }
            count++;
            last = object.getKey();
            xml.append("<Contents><Key>").append(escaped(last)).append("</Key><Size>");
            xml.append(object.getValue().content.length).append("</Size><StorageClass>");
            xml.append(object.getValue().storageClass)
                    .append(
                            "</StorageClass><ETag>\"0\"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>");
        }
        xml.append("<IsTruncated>").append(more).append("</IsTruncated>");
        if (more) {
            xml.append("<NextContinuationToken>").append(escaped(last)).append("</NextContinuationToken>");
        }
        send(exchange, 200, xml.append("</ListBucketResult>").toString());
    }

    private void putObject(HttpExchange exchange, String key, String body) throws IOException {
        Stored stored = new Stored();
        stored.content = body.getBytes(StandardCharsets.UTF_8);
        String storageClass = exchange.getRequestHeaders().getFirst("x-amz-storage-class");
        stored.storageClass = storageClass == null ? "STANDARD" : storageClass;
        stored.tags = query(exchange.getRequestHeaders().getFirst("x-amz-tagging"));
        objects.put(key, stored);
        exchange.getResponseHeaders().set("ETag", "\"0\"");
        send(exchange, 200, "");
    }

    private static void putTags(HttpExchange exchange, Stored stored, String body) throws IOException {
        Map<String, String> tags = new LinkedHashMap<>();
        Matcher matcher = TAG.matcher(body);
        while (matcher.find()) {
            tags.put(plain(matcher.group(1)), plain(matcher.group(2)));
        }
        if (tags.size() > 10) {
            error(exchange, 400, "BadRequest");
            return;
        }
        stored.tags = Map.copyOf(tags);
        send(exchange, 200, "");
    }

    private static void get(HttpExchange exchange, Stored stored) throws IOException {
        stamp(exchange);
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = 0;
        int to = stored.content.length;
        if (range != null) {
            String[] ends = range.substring("bytes=".length()).split("-", 2);
            from = Integer.parseInt(ends[0]);
            to = ends[1].isEmpty() ? to : Math.min(to, Integer.parseInt(ends[1]) + 1);
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + stored.content.length);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, to - from);
        exchange.getResponseBody().write(stored.content, from, to - from);
    }

    private static void stamp(HttpExchange exchange) {
        exchange.getResponseHeaders().set("ETag", "\"0\"");
        exchange.getResponseHeaders().set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
    }

    private static void head(HttpExchange exchange, Stored stored) throws IOException {
        stamp(exchange);
        if (!stored.storageClass.equals("STANDARD")) {
            exchange.getResponseHeaders().set("x-amz-storage-class", stored.storageClass);
        }
        stored.restored.ifPresent(done -> exchange.getResponseHeaders()
                .set(
                        "x-amz-restore",
                        done
                                ? "ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2012 00:00:00 GMT\""
                                : "ongoing-request=\"true\""));
        exchange.getResponseHeaders().set("Content-Length", String.valueOf(stored.content.length));
        exchange.sendResponseHeaders(200, -1);
    }

    private static void restore(HttpExchange exchange, Stored stored) throws IOException {
        boolean isArchived = stored.storageClass.equals("GLACIER") || stored.storageClass.equals("DEEP_ARCHIVE");
        if (!isArchived) {
            error(exchange, 403, "InvalidObjectState");
        } else if (stored.restored.isPresent() && !stored.restored.get()) {
            error(exchange, 409, "RestoreAlreadyInProgress");
        } else {
            stored.restored = Optional.of(false);
            send(exchange, 202, "");
        }
    }

    private static String tagging(Map<String, String> tags) {
        StringBuilder xml = new StringBuilder("<Tagging><TagSet>");
        tags.forEach((key, value) -> xml.append("<Tag><Key>")
                .append(escaped(key))
                .append("</Key><Value>")
                .append(escaped(value))
                .append("</Value></Tag>"));
        return xml.append("</TagSet></Tagging>").toString();
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        send(exchange, status, head ? "" : "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>");
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        if (raw == null || raw.isEmpty()) {
            return query;
        }
        for (String part : raw.split("&", -1)) {
            String[] pair = part.split("=", 2);
            query.put(decoded(pair[0]), pair.length < 2 ? "" : decoded(pair[1]));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String plain(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }
}
