package io.lakeproof.telemetry;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The span that a run belongs to, as its caller names it (W3C Trace Context, section 3.2).
 *
 * @param header {@code 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01}: version, trace, span, flags
 */
public record TraceParent(String header) {
    /** The environment variables of the caller's context ("Environment Variables as Context Propagation Carriers"). */
    static final String VARIABLE = "TRACEPARENT";

    static final String STATE_VARIABLE = "TRACESTATE";

    /** A version later than 00 may add fields, each after a hyphen; ff is none. */
    private static final Pattern FORM = Pattern.compile(
            "(00|(?!00|ff)[0-9a-f]{2}(?=.{53}(-|$)))-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
                    + "(?<more>-.*)?");

    /** @throws IllegalArgumentException saying what a header looks like */
    public TraceParent {
        var matcher = FORM.matcher(header);
        if (!matcher.matches() || (header.startsWith("00") && matcher.group("more") != null)) {
            throw new IllegalArgumentException("'" + header + "' is no traceparent of W3C Trace Context: expected"
                    + " 00-<32 hexadecimal digits>-<16>-<2>, in lower case, neither id all zeros");
        }
    }

    /** That of the environment; empty if there is none, or one that is to be ignored, as the recommendation demands. */
    static Optional<TraceParent> in(Map<String, String> environment) {
        try {
            return Optional.ofNullable(environment.get(VARIABLE))
                    .map(String::strip)
                    .map(TraceParent::new);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
