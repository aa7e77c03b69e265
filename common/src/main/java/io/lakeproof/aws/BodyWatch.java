package io.lakeproof.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Sees the bodies of one call as they go over the wire, for what the SDK's model may leave out. */
final class BodyWatch implements ExecutionInterceptor, SdkPlugin {
    private final Consumer<String> sent;
    private volatile String received = "";

    /** Looks at the answer alone. */
    BodyWatch() {
        this(body -> {});
    }

    /**
     * Looks at both.
     *
     * @param sent gets the request's body before it is sent; if it throws, nothing is
     */
    BodyWatch(Consumer<String> sent) {
        this.sent = sent;
    }

    /** The answer's body; empty if there was none, or an error. */
    String received() {
        return received;
    }

    @Override
    public void configureClient(SdkServiceClientConfiguration.Builder config) {
        config.overrideConfiguration(config.overrideConfiguration().toBuilder()
                .addExecutionInterceptor(this)
                .build());
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        context.requestBody()
                .ifPresent(body -> sent.accept(text(body.contentStreamProvider().newStream())));
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        if (!context.httpResponse().isSuccessful()) {
            return context.responseBody();
        }
        return context.responseBody().map(body -> {
            received = text(body);
            return new ByteArrayInputStream(received.getBytes(StandardCharsets.UTF_8));
        });
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
