package io.lakeproof.jobs.lineage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A receiver of events on this machine, that answers as it is told. */
final class Receiver implements AutoCloseable {
    /** What was posted. */
    record Post(String path, String key, String type, String body) {}

    private final HttpServer server;
    private final List<Post> posts = Collections.synchronizedList(new ArrayList<>());
    private volatile int refusing;
    private volatile int from = Integer.MAX_VALUE;

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Answers this to every post after some. */
    Receiver refusing(int code, int after) {
        refusing = code;
        from = after;
        return this;
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Post> posts() {
        return List.copyOf(posts);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int code = posts.size() >= from ? refusing : 201;
        posts.add(new Post(
                exchange.getRequestURI().getPath(),
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                body));
        if (code / 100 == 3) {
            exchange.getResponseHeaders().set("Location", address() + "/login");
        }
        byte[] text =
                code == 201 ? new byte[0] : ("refused, key " + posts.get(0).key()).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, text.length == 0 ? -1 : text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
