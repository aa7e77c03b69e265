package io.lakeproof.lifecycle;

import io.lakeproof.error.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings the tags of objects in line with what they shall be, and writes those that differ and no others. A run that was
 * killed is made again: what it had written does not differ any more.
 */
public final class Reconciler {
    private static final int SHOWN = 20;

    private final ObjectTagging bucket;
    private final Pace pace;
    private final int threads;
    private final boolean write;

    /**
     * Makes one.
     *
     * @param threads how many requests are under way at a time
     * @param write false to count only
     */
    public Reconciler(ObjectTagging bucket, Pace pace, int threads, boolean write) {
        this.bucket = bucket;
        this.pace = pace;
        this.threads = threads;
        this.write = write;
    }

    /**
     * What an object shall have.
     *
     * @param tags ours
     */
    public record Wanted(String key, ObjectTags tags) {}

    /**
     * How it went. Read = same + differing + missing.
     *
     * @param read whose tags were asked for
     * @param same that had what they shall have
     * @param differing that had not, and that were given it unless this only counts
     * @param missing that are not in the bucket
     * @param full among the differing: that have so many tags of others that there is no room for ours, and that were left as
     *     they are
     * @param shown some of the keys of these
     */
    public record Tally(long read, long same, long differing, long missing, long full, List<String> shown) {
        public static final Tally NONE = new Tally(0, 0, 0, 0, 0, List.of());

        public Tally {
            shown = List.copyOf(shown);
        }

        /** That were written, or would be. */
        public long written() {
            return differing - full;
        }

        /** Of both. */
        public Tally plus(Tally other) {
            List<String> keys = new ArrayList<>(shown);
            keys.addAll(other.shown);
            keys.sort(null);
            return new Tally(
                    read + other.read,
                    same + other.same,
                    differing + other.differing,
                    missing + other.missing,
                    full + other.full,
                    keys.subList(0, Math.min(keys.size(), SHOWN)));
        }
    }

    /** Does the work. The first failure stops it, and is thrown once no request is under way any more. */
    public Tally run(List<Wanted> wanted) {
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean stopped = new AtomicBoolean();
        Callable<Tally> worker = () -> {
            Tally tally = Tally.NONE;
            try {
                for (int i = next.getAndIncrement(); i < wanted.size() && !stopped.get(); i = next.getAndIncrement()) {
                    tally = tally.plus(reconcile(wanted.get(i)));
                }
                return tally;
            } catch (RuntimeException e) {
                stopped.set(true);
                throw e;
            }
        };
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "lakeproof-tags");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<Tally>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(pool.submit(worker));
            }
            return sum(workers);
        } finally {
            pool.shutdownNow();
        }
    }

    private static Tally sum(List<Future<Tally>> workers) {
        Tally sum = Tally.NONE;
        RuntimeException failure = null;
        for (Future<Tally> worker : workers) {
            try {
                sum = sum.plus(worker.get());
            } catch (ExecutionException e) {
                failure = failure != null
                        ? failure
                        : e.getCause() instanceof RuntimeException thrown ? thrown : new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure.Cancelled();
            }
        }
        if (failure != null) {
            throw failure;
        }
        return sum;
    }

    private Tally reconcile(Wanted wanted) {
        pace.await();
        Optional<Map<String, String>> present = bucket.tags(wanted.key());
        if (present.isEmpty()) {
            return new Tally(1, 0, 0, 1, 0, List.of());
        }
        SortedMap<String, String> tags = wanted.tags().over(present.get());
        if (tags.equals(present.get())) {
            return new Tally(1, 1, 0, 0, 0, List.of());
        }
        if (tags.size() > ObjectTags.MOST) {
            return new Tally(1, 0, 1, 0, 1, List.of(wanted.key()));
        }
        if (write) {
            pace.await();
            if (!bucket.tag(wanted.key(), tags)) {
                return new Tally(1, 0, 0, 1, 0, List.of());
            }
        }
        return new Tally(1, 0, 1, 0, 0, List.of());
    }
}
