package io.lakeproof.config;

import java.util.Optional;

/**
 * What a run says of itself beside its result.
 *
 * @param emf true for a line of metrics in CloudWatch's embedded metric format
 * @param namespace of the metrics
 * @param emfFile local file to which the line is appended; empty for standard output
 */
public record TelemetryConfig(boolean emf, String namespace, Optional<String> emfFile) {
    public static final TelemetryConfig OFF = new TelemetryConfig(false, "Lakeproof", Optional.empty());

    static TelemetryConfig read(Section section) {
        boolean emf = section.textOr("emf", TelemetryConfig::flag, false);
        String namespace = section.textOr("namespace", TelemetryConfig::namespace, OFF.namespace);
        Optional<String> file = section.textOr("emf-file", text -> Optional.of(localPath(text)), Optional.empty());
        if (!emf && (section.has("namespace") || section.has("emf-file"))) {
            section.problem(
                    section.has("emf-file") ? "emf-file" : "namespace",
                    "does nothing without telemetry.emf = true; delete it or set that");
        }
        section.refuseUnknownKeys();
        return new TelemetryConfig(emf, namespace, file);
    }

    private static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("true or false");
        }
        return text.equals("true");
    }

    /** As the service takes them. */
    private static String namespace(String text) {
        if (!text.matches("[A-Za-z0-9._/#-]{1,255}") || text.startsWith("AWS/")) {
            throw new IllegalArgumentException(
                    "a namespace has 1 to 255 letters, digits, dots, hyphens, underscores, slashes"
                            + " or hashes, and does not begin with AWS/");
        }
        return text;
    }

    private static String localPath(String text) {
        if (text.isBlank() || text.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")) {
            throw new IllegalArgumentException(
                    "a local path is needed, which an agent follows; for example /var/log/lakeproof/metrics.json");
        }
        return text;
    }
}
