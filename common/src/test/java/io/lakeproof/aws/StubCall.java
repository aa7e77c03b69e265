package io.lakeproof.aws;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request to the stub's bucket, taken apart, and the ways to answer it. */
final class StubCall {
    private final HttpExchange exchange;
    private final Map<String, String> query;
    private final byte[] body;
    private final String bucket;
    private final String key;

    /** Reads all of the request. */
    StubCall(HttpExchange exchange) throws IOException {
        this.exchange = exchange;
        this.body = exchange.getRequestBody().readAllBytes();
        String[] parts = exchange.getRequestURI().getPath().substring(1).split("/", 2);
        this.bucket = parts[0];
        this.key = parts.length < 2 ? "" : parts[1];
        this.query = pairs(exchange.getRequestURI().getRawQuery());
    }

    String bucket() {
        return bucket;
    }

    /** Empty for the bucket itself. */
    String key() {
        return key;
    }

    Map<String, String> query() {
        return query;
    }

    byte[] body() {
        return body;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    /** Of the request, with names in lower case. */
    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        return headers;
    }

    /** The name that S3's API has for it. */
    String operation() {
        String method = exchange.getRequestMethod();
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

    /** Sets a header of the answer. */
    void set(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
    }

    void error(int status, String code) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        send(status, head ? "" : "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>");
    }

    void send(int status, String text) throws IOException {
        set("Content-Type", "application/xml");
        send(status, text.getBytes(StandardCharsets.UTF_8));
    }

    void send(int status, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /** The pairs of a query, or of tags in a header. */
    static Map<String, String> pairs(@Nullable String raw) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (raw == null || raw.isEmpty()) {
            return pairs;
        }
        for (String part : raw.split("&", -1)) {
            String[] pair = part.split("=", 2);
            pairs.put(decoded(pair[0]), pair.length < 2 ? "" : decoded(pair[1]));
        }
        return pairs;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    static String plain(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }
}
