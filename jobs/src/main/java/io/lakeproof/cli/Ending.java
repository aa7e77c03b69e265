package io.lakeproof.cli;

import io.lakeproof.error.Failure;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * Lets a run say once how it ended: its job, or the signal that came before. A signal that comes while the job says it waits, since
 * the JVM stops as soon as the shutdown hooks have returned.
 */
final class Ending {
    private static final long PATIENCE_SECONDS = 30;

    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch said = new CountDownLatch(1);

    /** Lets the job say its end, and returns the exit code; {@value Failure#CANCELLED} if the signal was first. */
    int byJob(IntSupplier say) {
        if (!taken.compareAndSet(false, true)) {
            return Failure.CANCELLED;
        }
        try {
            return say.getAsInt();
        } finally {
            said.countDown();
        }
    }

    /** Lets the signal say the end, or waits until the job has. */
    void bySignal(Runnable say) {
        if (taken.compareAndSet(false, true)) {
            say.run();
            return;
        }
        try {
            // If it never says it, the JVM stops all the same.
            boolean unused = said.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
