package io.lakeproof.lifecycle;

import io.lakeproof.error.Failure;
import java.time.Clock;
import java.time.Duration;

/** Lets so many calls through in a second; those that come sooner wait for their turn. */
public final class Pace {
    private final Clock clock;
    private final Waiting waiting;
    private final double millisBetween;
    private double next = Double.NEGATIVE_INFINITY;

    /** How to wait. */
    @FunctionalInterface
    public interface Waiting {
        void forMillis(long millis) throws InterruptedException;

        /** Waits by the thread's clock; a run that is told to stop meanwhile stops. */
        static void sleep(Waiting waiting, Duration time) {
            try {
                waiting.forMillis(time.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure.Cancelled();
            }
        }
    }

    public Pace(Clock clock, int callsPerSecond) {
        this(clock, callsPerSecond, Thread::sleep);
    }

    Pace(Clock clock, int callsPerSecond, Waiting waiting) {
        this.clock = clock;
        this.millisBetween = 1000.0 / callsPerSecond;
        this.waiting = waiting;
    }

    /** Returns when it is the caller's turn. */
    public void await() {
        long wait = take();
        if (wait > 0) {
            Waiting.sleep(waiting, Duration.ofMillis(wait));
        }
    }

    private synchronized long take() {
        double now = clock.millis();
        double turn = Math.max(next, now);
        next = turn + millisBetween;
        return Math.round(turn - now);
    }
}
