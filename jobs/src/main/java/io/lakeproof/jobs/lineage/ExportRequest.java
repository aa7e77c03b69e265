package io.lakeproof.jobs.lineage;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * What to export, and where to.
 *
 * @param to {@code http://…} or {@code https://…}, or else the path or URI of a file
 * @param apiKey for the receiver; only over HTTP
 * @param version of the table; empty for the newest sealed one
 * @param all exports every sealed version instead
 */
public record ExportRequest(String to, Optional<String> apiKey, Optional<Long> version, boolean all) {
    public ExportRequest {
        if (all && version.isPresent()) {
            throw new Failure.Usage("--version and --all exclude each other", "Give one of them.");
        }
        if (to.isBlank()) {
            throw new Failure.Usage("--to is empty", "Name a file, or a receiver such as http://localhost:5000.");
        }
        if (isHttp(to)) {
            endpoint(to);
        }
    }

    /** The address without what may be secret. */
    String shown() {
        return isHttp(to) ? EventEndpoint.shown(endpoint(to)) : to;
    }

    EventTransport open(Configuration hadoop, Redactor redactor) {
        return isHttp(to) ? new EventEndpoint(endpoint(to), apiKey, redactor) : new EventFile(to, hadoop, redactor);
    }

    /** No key in a record's printed form. */
    @Override
    public String toString() {
        return "ExportRequest[to=" + shown() + ", version=" + version + ", all=" + all + "]";
    }

    private static boolean isHttp(String to) {
        String lower = to.toLowerCase(Locale.ROOT);
        return lower.startsWith("http:") || lower.startsWith("https:");
    }

    private static URI endpoint(String to) {
        try {
            URI uri = new URI(to);
            if (uri.getHost() == null) {
                throw new Failure.Usage("--to " + to + " names no host", "Write for example http://localhost:5000.");
            }
            if (uri.getRawUserInfo() != null) {
                throw new Failure.Usage(
                        "--to holds a user or password, which everybody sees who can list processes",
                        "Put the key into an environment variable and name that with --api-key-env.");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new Failure.Usage("--to " + to + ": " + e.getReason(), "Write for example http://localhost:5000.");
        }
    }
}
