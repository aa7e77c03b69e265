package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EndingTest {
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());
    private final Ending ending = new Ending();

    @Test
    void aSignalIsTheEndAndTheJobSaysNothingMore() {
        ending.bySignal(() -> said.add("cancelled"));

        assertThat(ending.byJob(() -> say("done", 0))).isEqualTo(143);
        assertThat(said).containsExactly("cancelled");
    }

    @Test
    void aSignalThatComesWhileTheJobSaysItsEndWaitsForIt() throws InterruptedException {
        CountDownLatch saying = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Thread job = new Thread(() -> ending.byJob(() -> {
            saying.countDown();
            await(mayEnd);
            return say("done", 0);
        }));
        job.start();
        await(saying);
        Thread signal = new Thread(() -> {
            ending.bySignal(() -> said.add("cancelled"));
            said.add("the JVM may stop");
        });
        signal.start();
        while (signal.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        mayEnd.countDown();
        job.join();
        signal.join();

        assertThat(said).containsExactly("done", "the JVM may stop");
    }

    @Test
    void theJobsCodeIsReturnedAndASignalAfterItWaitsForNothing() {
        assertThat(ending.byJob(() -> say("done", 66))).isEqualTo(66);
        ending.bySignal(() -> said.add("cancelled"));

        assertThat(said).containsExactly("done");
    }

    private int say(String what, int code) {
        said.add(what);
        return code;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
