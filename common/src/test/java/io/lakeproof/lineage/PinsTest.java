package io.lakeproof.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinsTest extends SparkTest {
    private static final String TABLE = "0c5c2b1e";
    private static final String PATH = "/data/clean/events";
    private static final Instant AT = Instant.parse("2024-11-05T01:02:03.123456Z");

    @TempDir
    private Path folder;

    private Pins pins;

    @BeforeEach
    void newPins() {
        pins = new Pins(session(), folder.resolve("pins").toString());
    }

    @Test
    void aPinIsSetOnceAndTakenOffOnce() {
        assertThat(pins.of(TABLE)).isEmpty();

        assertThat(pins.pin(pin("release", 3))).isTrue();
        assertThat(pins.pin(pin("audit", 3))).isTrue();
        assertThat(pins.pin(pin("release", 3))).isFalse();

        assertThat(pins.of(TABLE)).containsExactly(pin("audit", 3), pin("release", 3));
        assertThat(pins.of("another table")).isEmpty();
        assertThat(pins.named(TABLE, "release")).contains(pin("release", 3));
        assertThat(pins.unpin(TABLE, PATH, "release", "run 9", AT)).isTrue();
        assertThat(pins.unpin(TABLE, PATH, "release", "run 9", AT)).isFalse();
        assertThat(pins.of(TABLE)).containsExactly(pin("audit", 3));
        assertThat(pins.state(TABLE).sequence()).isEqualTo(3);
    }

    @Test
    void aNameStaysOnItsVersion() {
        pins.pin(pin("release", 3));

        assertThatThrownBy(() -> pins.pin(pin("release", 4))).isInstanceOfSatisfying(Failure.Configuration.class, f -> {
            assertThat(f)
                    .hasMessage("the pin release of " + PATH + " is on version 3 (run run-3 at " + AT
                            + "), not on version 4");
            assertThat(f.fix()).isEqualTo("Unpin it first, or choose another name.");
        });
        pins.unpin(TABLE, PATH, "release", "run 9", AT);
        assertThat(pins.pin(pin("release", 4))).isTrue();
        assertThat(pins.of(TABLE)).containsExactly(pin("release", 4));
    }

    @Test
    void anUnknownNameIsToldTheKnownOnes() {
        assertThatThrownBy(() -> pins.unpin(TABLE, PATH, "x", "run", AT))
                .isInstanceOfSatisfying(
                        Failure.Usage.class,
                        f -> assertThat(f.fix()).isEqualTo("It has no pins; `lakeproof pin` sets one."));
        pins.pin(pin("release", 3));
        pins.pin(pin("audit", 5));

        assertThatThrownBy(() -> pins.unpin(TABLE, PATH, "x", "run", AT))
                .isInstanceOfSatisfying(Failure.Usage.class, f -> {
                    assertThat(f).hasMessage(PATH + " has no pin \"x\"");
                    assertThat(f.fix()).isEqualTo("Its pins are audit, release.");
                });
        assertThatThrownBy(() -> pin("no/name", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVersionThatIsNoLongerPromisedCannotBePinned() {
        pins.pin(pin("old", 2));
        pins.release(pins.state(TABLE), TABLE, PATH, 5, "run", AT);

        assertThat(pins.pin(pin("old-too", 2))).isTrue();
        assertThat(pins.pin(pin("new", 5))).isTrue();
        assertThatThrownBy(() -> pins.pin(pin("gone", 4)))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessage(
                        "version 4 of " + PATH + " is no longer promised: `retain` kept version 5 and later ones, and"
                                + " files of older ones may be gone");
    }

    @Test
    void aReleaseIsRefusedAfterAPinThatItHasNotSeen() {
        PinState before = pins.state(TABLE);
        pins.pin(pin("old", 2));

        assertThatThrownBy(() -> pins.release(before, TABLE, PATH, 5, "run", AT))
                .isInstanceOf(Failure.Conflict.class);

        assertThat(pins.state(TABLE).floor()).isEqualTo(-1);
    }

    @Test
    void ofWritersAtOnceEachLandsAndTheOneThatLosesDecidesAgain() throws Exception {
        long seed = 20241105;
        Random random = new Random(seed);
        List<Pin> wanted = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            wanted.add(pin("pin-" + i, random.nextInt(9)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CyclicBarrier start = new CyclicBarrier(4);
        try {
            List<Future<Boolean>> set = new ArrayList<>();
            for (Pin pin : List.of(wanted.get(0), wanted.get(0), wanted.get(1), wanted.get(2))) {
                set.add(threads.submit(() -> {
                    Pins own = new Pins(session(), pins.path());
                    start.await();
                    return own.pin(pin);
                }));
            }
            List<Boolean> results = new ArrayList<>();
            for (Future<Boolean> each : set) {
                results.add(each.get());
            }

            assertThat(results).as("seed " + seed).containsExactlyInAnyOrder(true, true, true, false);
            assertThat(results.subList(2, 4)).containsOnly(true);
            assertThat(pins.of(TABLE)).containsExactlyElementsOf(wanted);
            assertThat(pins.state(TABLE).sequence()).isEqualTo(3);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void randomEventsLeaveWhatAMapWouldHold() {
        long seed = 20241106;
        Random random = new Random(seed);
        TreeMap<String, Pin> oracle = new TreeMap<>();
        for (int i = 0; i < 12; i++) {
            Pin pin = pin(List.of("a", "b", "c").get(random.nextInt(3)), random.nextInt(2));
            Pin there = oracle.get(pin.name());
            if (random.nextInt(3) == 0 && there != null) {
                assertThat(pins.unpin(TABLE, PATH, pin.name(), "run", AT)).isTrue();
                oracle.remove(pin.name());
            } else if (there == null || there.version() == pin.version()) {
                assertThat(pins.pin(pin)).isEqualTo(there == null);
                oracle.put(pin.name(), pin);
            } else {
                assertThatThrownBy(() -> pins.pin(pin)).isInstanceOf(Failure.Configuration.class);
            }
        }
        assertThat(pins.of(TABLE)).as("seed " + seed).containsExactlyElementsOf(oracle.values());
    }

    private static Pin pin(String name, long version) {
        return new Pin(name, TABLE, PATH, version, "digest " + version, "seal", "run-" + version, AT, "why");
    }
}
