package io.lakeproof.delta;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One commit of a Delta table's history.
 *
 * @param operation Delta's name of it, such as WRITE or OPTIMIZE
 * @param metadata what the writer noted with it; null if it noted nothing
 */
public record Commit(
        long version,
        Instant timestamp,
        String operation,
        @Nullable String metadata) {}
