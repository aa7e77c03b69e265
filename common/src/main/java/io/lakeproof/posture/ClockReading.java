package io.lakeproof.posture;

import java.time.Duration;
import java.time.Instant;

/**
 * One answer of a server, by both clocks.
 *
 * @param server its header {@code Date}, whole seconds
 * @param local when it came
 */
public record ClockReading(Instant server, Instant local) {
    /** How far the local clock is ahead; negative if it is behind. Exact to a second and the way of the answer. */
    public Duration ahead() {
        return Duration.between(server, local);
    }
}
