package io.lakeproof;

import io.delta.storage.LocalLogStore;
import io.lakeproof.delta.LinkLogStore;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The log store of the tests: {@link LinkLogStore}, until a test asks for a fault at one of the next commits. A crash is an
 * {@link Error}, so that it passes every handler of the code under test as a kill would; a lost answer is an IOException
 * after the commit has landed.
 */
public final class FaultyLogStore extends LocalLogStore {
    /** What happens at the commit that the countdown reaches. */
    public enum Fault {
        CRASH_BEFORE,
        CRASH_AFTER,
        LOST_ANSWER
    }

    /** Stands for the death of the process. */
    public static final class Crash extends Error {
        Crash(String message) {
            super(message);
        }
    }

    private static final AtomicInteger COUNTDOWN = new AtomicInteger(-1);
    private static volatile Fault fault = Fault.CRASH_BEFORE;

    private final LinkLogStore store;

    public FaultyLogStore(Configuration hadoopConf) {
        super(hadoopConf);
        this.store = new LinkLogStore(hadoopConf);
    }

    /** Arms the fault for the commit after {@code commits} others. */
    public static void arm(Fault next, int commits) {
        fault = next;
        COUNTDOWN.set(commits);
    }

    /** Takes back a fault that did not happen; returns true if it had happened. */
    public static boolean disarm() {
        return COUNTDOWN.getAndSet(-1) < 0;
    }

    @Override
    public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoopConf)
            throws IOException {
        boolean now = !overwrite && COUNTDOWN.get() >= 0 && COUNTDOWN.getAndDecrement() == 0;
        if (now && fault == Fault.CRASH_BEFORE) {
            throw new Crash("before " + path);
        }
        store.write(path, actions, overwrite, hadoopConf);
        if (now && fault == Fault.CRASH_AFTER) {
            throw new Crash("after " + path);
        }
        if (now) {
            throw new IOException("the answer to the write of " + path + " was lost");
        }
    }
}
