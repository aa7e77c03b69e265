package io.lakeproof.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.digest.TableDigest;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChainTest {
    private static final Seal FIRST = seal(1, "run 1", "");
    private static final Seal SECOND = seal(2, "run 2", FIRST.hex());
    private static final Seal THIRD = seal(3, "run 3", SECOND.hex());

    @Test
    void isIntactIfEachSealFollowsFromTheOneBefore() {
        assertThat(Chain.of(List.of(FIRST, SECOND, THIRD)).broken()).isEmpty();
        assertThat(Chain.of(List.of()).broken()).isEmpty();
    }

    @Test
    void breaksWhereASealIsMissing() {
        assertThat(broken(SECOND, THIRD)).contains("seal 1 is missing");
        assertThat(broken(FIRST, THIRD)).contains("seal 2 is missing");
    }

    @Test
    void breaksWhereASealWasMadeAnew() {
        Seal forged = seal(2, "forged", FIRST.hex());

        assertThat(broken(FIRST, forged, THIRD)).contains("seal 3 does not follow from seal 2");
        assertThat(broken(seal(1, "forged", ""), SECOND)).contains("seal 2 does not follow from seal 1");
        assertThat(broken(seal(1, "forged", "of another chain"))).contains("seal 1 does not follow from seal 0");
    }

    @Test
    void sealsEveryFieldThroughTheDigest() {
        assertThat(FIRST.hex())
                .isNotEqualTo(seal(1, "run 1", "x").hex())
                .isNotEqualTo(seal(1, "run 2", "").hex())
                .isNotEqualTo(seal(2, "run 1", "").hex())
                .hasSize(64);
    }

    private static Optional<String> broken(Seal... seals) {
        return Chain.of(List.of(seals)).broken();
    }

    private static Seal seal(long sequence, String runId, String previous) {
        return new Seal(
                sequence,
                "table",
                "/data/clean/events",
                sequence,
                sequence - 1,
                "user-events",
                "dedup",
                Outcome.COMMITTED,
                "key",
                runId,
                Instant.EPOCH,
                DateScope.ALL,
                Optional.empty(),
                List.of(),
                List.of(),
                new TableDigest("00".repeat(32), new TreeMap<>()),
                "",
                List.of(),
                List.of(),
                Counts.ZERO,
                "1.2.3",
                previous);
    }
}
