package io.lakeproof.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Patience;
import io.lakeproof.config.S3Config.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Answers every request with one error of S3, and HEAD with its status alone, as S3 does. */
public final class RefusingServer implements AutoCloseable {
    private final HttpServer server;
    private final String code;
    private final int status;

    public RefusingServer(String code, int status) {
        this.code = code;
        this.status = status;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::refuse);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Settings that reach an endpoint and have little patience. */
    public static S3Config impatient(URI endpoint) {
        return new S3Config(
                new Place(Optional.of("us-east-1"), Optional.of(endpoint), true),
                S3Config.DEFAULT.writes(),
                new Patience(
                        S3Config.RetryMode.STANDARD,
                        2,
                        Duration.ofMillis(500),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(3)),
                S3Config.DEFAULT.writers());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void refuse(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code
                        + "</Code><Message>said by the test" + "</Message><RequestId>1</RequestId></Error>")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
