package io.lakeproof.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import org.apache.logging.log4j.core.config.Configurator;
import org.slf4j.MDC;

/** The logs of this process as lines of JSON, without secrets; {@code log4j2-json.properties} says how a line looks. */
final class JsonLog {
    private JsonLog() {}

    /** Replaces what logging the platform has set up in this process: the driver, not its executors. */
    static void start(String runId) {
        Configurator.reconfigure(configuration());
        MDC.put("runId", runId);
    }

    static URI configuration() {
        try {
            return Objects.requireNonNull(JsonLog.class.getResource("log4j2-json.properties"))
                    .toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
