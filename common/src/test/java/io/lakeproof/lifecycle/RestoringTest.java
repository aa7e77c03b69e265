package io.lakeproof.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.Archive.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RestoringTest {
    private static final Restoring.Request REQUEST = new Restoring.Request(7, Archive.Speed.BULK, true);

    /** Restores take an hour; time passes by waiting only. */
    private static final class Hours extends Clock implements Archive, Pace.Waiting {
        final TreeMap<String, State> states = new TreeMap<>();
        final TreeMap<String, Instant> ready = new TreeMap<>();
        final List<String> asked = new ArrayList<>();
        Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Optional<State> state(String key) {
            if (states.get(key) == State.RESTORING && !now.isBefore(ready.get(key))) {
                states.put(key, State.READABLE);
            }
            return Optional.ofNullable(states.get(key));
        }

        @Override
        public void restore(String key, int days, Speed speed) {
            asked.add(key + " " + days + " " + speed);
            states.put(key, State.RESTORING);
            ready.put(key, now.plus(Duration.ofHours(1)));
        }

        @Override
        public void forMillis(long millis) {
            now = now.plusMillis(millis);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final Hours s3 = new Hours();
    private final Restoring restoring = new Restoring(s3, new Pace(s3, 1_000, s3), s3, s3);

    @Test
    void asksOnceForWhatIsArchivedAndWaits() {
        s3.states.put("a", State.ARCHIVED);
        s3.states.put("b", State.READABLE);
        List<String> keys = List.of("a", "b", "gone");

        assertThat(restoring.ask(keys, new Restoring.Request(7, Archive.Speed.BULK, false)))
                .isEqualTo(new Restoring.Standing(1, 1, 0, 1, List.of("a")));
        assertThat(s3.asked).isEmpty();
        assertThat(restoring.ask(keys, REQUEST)).isEqualTo(new Restoring.Standing(1, 1, 0, 1, List.of("a")));
        assertThat(restoring.ask(keys, REQUEST)).isEqualTo(new Restoring.Standing(1, 0, 1, 1, List.of("a")));
        restoring.await(List.of("a"), Duration.ofHours(2), Duration.ofMinutes(7));

        assertThat(s3.asked).containsExactly("a 7 BULK");
        assertThat(s3.state("a")).contains(State.READABLE);
        assertThat(Duration.between(Instant.parse("2026-01-01T00:00:00Z"), s3.now))
                .isBetween(Duration.ofHours(1), Duration.ofMinutes(68));
    }

    @Test
    void saysToComeAgainWhenTheTimeIsUp() {
        s3.states.put("a", State.ARCHIVED);
        restoring.ask(List.of("a"), REQUEST);

        assertThatThrownBy(() -> restoring.await(List.of("a"), Duration.ofMinutes(30), Duration.ofMinutes(7)))
                .isInstanceOf(Failure.Conflict.class)
                .hasMessage("1 of 1 objects are not restored after PT30M, the first a");
        assertThat(Duration.between(Instant.parse("2026-01-01T00:00:00Z"), s3.now))
                .isBetween(Duration.ofMinutes(30), Duration.ofMinutes(31));
    }
}
