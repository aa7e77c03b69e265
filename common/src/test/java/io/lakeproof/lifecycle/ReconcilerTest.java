package io.lakeproof.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.error.Failure;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
    private static final Tier HOT = LifecycleCases.CONFIG.tiers().get(0);
    private static final Tier COLD = LifecycleCases.CONFIG.tiers().get(1);

    /** A bucket in memory that counts the writes of each object, and dies after so many. */
    private static final class Bucket implements ObjectTagging {
        final Map<String, Map<String, String>> objects = new ConcurrentHashMap<>();
        final Map<String, Integer> writes = new ConcurrentHashMap<>();
        final AtomicInteger lives = new AtomicInteger(Integer.MAX_VALUE);

        Bucket with(int count) {
            IntStream.range(0, count).forEach(i -> objects.put("k" + i, Map.of()));
            return this;
        }

        @Override
        public Optional<Map<String, String>> tags(String key) {
            return Optional.ofNullable(objects.get(key));
        }

        @Override
        public boolean tag(String key, Map<String, String> tags) {
            if (lives.decrementAndGet() < 0) {
                throw new Failure.Conflict("the connection is gone", "Run again.");
            }
            writes.merge(key, 1, Integer::sum);
            return objects.replace(key, Map.copyOf(tags)) != null;
        }
    }

    private static Reconciler reconciler(Bucket bucket, boolean write) {
        Pace pace = new Pace(Clock.systemUTC(), 1, millis -> {});
        return new Reconciler(bucket, pace, 8, write);
    }

    private static List<Reconciler.Wanted> wanted(int count, Tier tier) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Reconciler.Wanted(
                        "k" + i,
                        ObjectTags.of("training", "p/t", tier, Optional.empty(), Optional.of("0123456789abcdef"))))
                .toList();
    }

    @Test
    void aRunThatDiesHalfWayIsFinishedByTheNextWithOneWriteForEachObject() {
        int count = 10_000;
        Bucket bucket = new Bucket().with(count);
        bucket.lives.set(count / 2);

        assertThatThrownBy(() -> reconciler(bucket, true).run(wanted(count, HOT)))
                .isInstanceOf(Failure.Conflict.class)
                .hasMessage("the connection is gone");
        assertThat(bucket.writes).hasSize(count / 2);
        bucket.lives.set(Integer.MAX_VALUE);
        Reconciler.Tally second = reconciler(bucket, true).run(wanted(count, HOT));

        assertThat(second).isEqualTo(new Reconciler.Tally(count, count / 2, count / 2, 0, 0, List.of()));
        assertThat(bucket.writes).hasSize(count);
        assertThat(bucket.writes.values()).containsOnly(1);
        assertThat(reconciler(bucket, true).run(wanted(count, HOT)).same()).isEqualTo(count);
        assertThat(bucket.writes.values()).containsOnly(1);
        assertThat(bucket.objects.values())
                .containsOnly(
                        Map.of("class", "training", "dataset", "p/t", "tier", "hot", "lineage", "0123456789abcdef"));
    }

    @Test
    void writesOnlyWhatDiffersAndKeepsTheTagsOfOthers() {
        Bucket bucket = new Bucket().with(4);
        reconciler(bucket, true).run(wanted(4, HOT));
        bucket.writes.clear();
        Map<String, String> tagged = new TreeMap<>(bucket.objects.get("k1"));
        tagged.put("owner", "ml");
        tagged.put("lineage", "ffffffffffffffff");
        tagged.put("model", "v1");
        bucket.objects.put("k1", tagged);
        List<Reconciler.Wanted> wanted = new ArrayList<>(wanted(1, HOT));
        wanted.add(new Reconciler.Wanted(
                "k1", ObjectTags.of("training", "p/t", COLD, Optional.of("v2"), Optional.empty())));
        wanted.add(new Reconciler.Wanted(
                "gone", ObjectTags.of("training", "p/t", COLD, Optional.of("v2"), Optional.empty())));

        assertThat(reconciler(bucket, false).run(wanted)).isEqualTo(new Reconciler.Tally(3, 1, 1, 1, 0, List.of()));
        assertThat(bucket.writes).isEmpty();
        reconciler(bucket, true).run(wanted);

        assertThat(bucket.writes).isEqualTo(Map.of("k1", 1));
        assertThat(bucket.objects.get("k1"))
                .isEqualTo(Map.of(
                        "class",
                        "training",
                        "dataset",
                        "p/t",
                        "tier",
                        "cold",
                        "model",
                        "v2",
                        "owner",
                        "ml",
                        "lineage",
                        "ffffffffffffffff"));
    }

    @Test
    void leavesAnObjectAloneOnWhichThereIsNoRoomForOurTags() {
        Bucket bucket = new Bucket().with(2);
        Map<String, String> others = IntStream.range(0, 7).boxed().collect(Collectors.toMap(i -> "o" + i, i -> "x"));
        bucket.objects.put("k1", others);

        Reconciler.Tally tally = reconciler(bucket, true).run(wanted(2, HOT));

        assertThat(tally).isEqualTo(new Reconciler.Tally(2, 0, 2, 0, 1, List.of("k1")));
        assertThat(tally.written()).isEqualTo(1);
        assertThat(bucket.objects.get("k1")).isEqualTo(others);
    }

    @Test
    void tagsAreSpelledAsS3TakesThem() {
        ObjectTags tags = ObjectTags.of(
                "training set",
                ObjectTags.dataset("p", new S3Location("b", "x/t*1/")),
                HOT,
                Optional.of("v2"),
                Optional.empty());

        assertThat(tags.header()).isEqualTo("class=training%20set&dataset=p/x/t_1-06b21aa4&model=v2&tier=hot");
    }

    @Test
    void theyComeNoFasterThanThePace() {
        List<Long> waits = new ArrayList<>();
        Pace pace = new Pace(Clock.fixed(java.time.Instant.EPOCH, java.time.ZoneOffset.UTC), 4, waits::add);

        IntStream.range(0, 5).forEach(i -> pace.await());

        assertThat(waits).containsExactly(250L, 500L, 750L, 1000L);
    }
}
