package io.lakeproof.lifecycle;

import io.lakeproof.error.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks for archived objects back, those that nobody has asked for yet, and waits for them. */
public final class Restoring {
    private final Archive archive;
    private final Pace pace;
    private final Clock clock;
    private final Pace.Waiting waiting;

    public Restoring(Archive archive, Pace pace, Clock clock) {
        this(archive, pace, clock, Thread::sleep);
    }

    Restoring(Archive archive, Pace pace, Clock clock, Pace.Waiting waiting) {
        this.archive = archive;
        this.pace = pace;
        this.clock = clock;
        this.waiting = waiting;
    }

    /**
     * What to ask for.
     *
     * @param days how long the copies stay
     * @param write false to count only
     */
    public record Request(int days, Archive.Speed speed, boolean write) {}

    /**
     * How it stands.
     *
     * @param readable that can be read
     * @param asked that were asked for now, or would be
     * @param restoring that had been asked for before and are not there yet
     * @param missing that are not in the bucket
     * @param pending keys of those that cannot be read yet
     */
    public record Standing(long readable, long asked, long restoring, long missing, List<String> pending) {
        public Standing {
            pending = List.copyOf(pending);
        }
    }

    /** Asks for those that are archived and not on their way. */
    public Standing ask(List<String> keys, Request request) {
        long readable = 0;
        long asked = 0;
        long restoring = 0;
        long missing = 0;
        List<String> pending = new ArrayList<>();
        for (String key : keys) {
            pace.await();
            Optional<Archive.State> state = archive.state(key);
            if (state.isEmpty()) {
                missing++;
                continue;
            }
            switch (state.get()) {
                case READABLE -> readable++;
                case RESTORING -> restoring++;
                case ARCHIVED -> {
                    if (request.write()) {
                        pace.await();
                        archive.restore(key, request.days(), request.speed());
                    }
                    asked++;
                }
            }
            if (state.get() != Archive.State.READABLE) {
                pending.add(key);
            }
        }
        return new Standing(readable, asked, restoring, missing, pending);
    }

    /**
     * Waits until all can be read.
     *
     * @param most how long, at most
     * @param between two looks
     * @throws Failure.Conflict if some cannot be read by then: the same call may be made again
     */
    public void await(List<String> keys, Duration most, Duration between) {
        Instant end = clock.instant().plus(most);
        List<String> pending = keys;
        while (true) {
            pending = pending.stream().filter(key -> !isReadable(key)).toList();
            if (pending.isEmpty()) {
                return;
            }
            Duration left = Duration.between(clock.instant(), end);
            if (left.isNegative() || left.isZero()) {
                throw new Failure.Conflict(
                        pending.size() + " of " + keys.size() + " objects are not restored after " + most
                                + ", the first " + pending.get(0),
                        "Run the same command again later: what was asked for is not asked for twice.");
            }
            Pace.Waiting.sleep(waiting, left.compareTo(between) < 0 ? left : between);
        }
    }

    private boolean isReadable(String key) {
        pace.await();
        return archive.state(key)
                .filter(state -> state != Archive.State.READABLE)
                .isEmpty();
    }
}
