package io.lakeproof.run;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run that loses to another writer starts over with its reads, a few times. */
public final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final int ATTEMPTS = 3;

    private Attempts() {}

    /**
     * Makes attempts until one ends other than by a conflict that may be retried.
     *
     * @throws Failure.Conflict of the last attempt
     */
    public static <T> T of(String runId, Supplier<T> attempt) {
        for (int number = 1; ; number++) {
            try {
                return attempt.get();
            } catch (Failure.Conflict conflict) {
                if (number == ATTEMPTS || conflict.retry() != Retry.SAFE) {
                    throw conflict;
                }
                LOG.info("{}: reads again after a conflict: {}", runId, conflict.problem());
            }
        }
    }
}
