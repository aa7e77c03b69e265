package io.lakeproof.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.lineage.Rollbacks.Rollback;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollbacksTest {
    private static final List<String> PARTITIONS = List.of("d=1", "d=2", "d=3");
    private static final int CHAINS = 200;
    private static final int VERSIONS = 25;

    /** The oracle copies, at each version, which writes every partition holds; a rollback copies those of the old version. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aWriteStandsIfTheCopiesOfTheOracleStillHaveIt(long seed) {
        Random random = new Random(seed);
        for (int chain = 0; chain < CHAINS; chain++) {
            List<Map<String, Set<Long>>> versions = new ArrayList<>();
            List<Rollback> rollbacks = new ArrayList<>();
            Set<Long> writes = new TreeSet<>();
            for (long version = 0; version < VERSIONS; version++) {
                Set<String> some = some(random);
                Map<String, Set<Long>> next =
                        version == 0 ? new TreeMap<>() : new TreeMap<>(versions.get(versions.size() - 1));
                if (version > 0 && random.nextInt(3) == 0) {
                    long to = random.nextInt((int) version);
                    some.forEach(path -> next.put(path, versions.get((int) to).getOrDefault(path, Set.of())));
                    rollbacks.add(new Rollback(version, to, some));
                } else {
                    for (String path : some) {
                        Set<Long> held = new TreeSet<>(next.getOrDefault(path, Set.of()));
                        held.add(version);
                        next.put(path, held);
                    }
                    writes.add(version);
                }
                versions.add(next);
            }
            Map<String, Set<Long>> last = versions.get(VERSIONS - 1);
            Rollbacks all = new Rollbacks(rollbacks);
            for (String path : PARTITIONS) {
                for (long version : writes) {
                    boolean wrote = versions.get((int) version)
                            .getOrDefault(path, Set.of())
                            .contains(version);
                    assertThat(wrote && all.stands(version, path))
                            .as("seed %d, chain %d: %s of version %d after %s", seed, chain, path, version, rollbacks)
                            .isEqualTo(last.getOrDefault(path, Set.of()).contains(version));
                }
            }
        }
    }

    @Test
    void whatWasTakenBackLaterStoodBefore() {
        Rollbacks rollbacks =
                new Rollbacks(List.of(new Rollback(5, 2, Set.of("d=1")), new Rollback(7, 4, Set.of("d=1"))));

        assertThat(rollbacks.stands(4, "d=1")).isTrue();
        assertThat(rollbacks.stands(6, "d=1")).isFalse();
        assertThat(rollbacks.stands(6, "d=2")).isTrue();
        assertThat(rollbacks.upTo(5).stands(4, "d=1")).isFalse();
        assertThat(rollbacks.upTo(5).stands(6, "d=1")).isTrue();
        assertThat(rollbacks.isAnyAfter(6)).isTrue();
        assertThat(rollbacks.isAnyAfter(7)).isFalse();
    }

    private static Set<String> some(Random random) {
        Set<String> some = new TreeSet<>();
        PARTITIONS.stream().filter(path -> random.nextBoolean()).forEach(some::add);
        return some;
    }
}
