package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.error.Failure;
import io.lakeproof.model.StorageClass;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleConfigTest {
    private static final String PIPELINE = """
            pipeline { name = test }
            source { path = raw, format = json, schema = "user_id STRING, event_time TIMESTAMP" }
            dedup { key = [user_id, event_time], target = clean }
            ledger { path = ledger }
            """;

    private static LifecycleConfig lifecycle(String section) {
        return ConfigLoader.load("test.conf", PIPELINE + section, List.of())
                .lifecycle()
                .orElseThrow();
    }

    @Test
    void readsTiersAndHasDefaultsForTheRest() {
        LifecycleConfig config = lifecycle("""
                lifecycle { class = training, tiers = [
                  { name = hot }, { name = warm, after = P10D }, { name = cold, after = P90D, storage-class = STANDARD_IA },
                  { name = archive, after = P365D, storage-class = GLACIER } ] }
                """);

        assertThat(config)
                .isEqualTo(new LifecycleConfig(
                        "training",
                        List.of(
                                new Tier("hot", 0, Optional.empty()),
                                new Tier("warm", 10, Optional.empty()),
                                new Tier("cold", 90, Optional.of(StorageClass.STANDARD_IA)),
                                new Tier("archive", 365, Optional.of(StorageClass.GLACIER))),
                        false,
                        Optional.empty(),
                        200));
        assertThat(config.tiers()).extracting(Tier::isReadable).containsExactly(true, true, true, false);
    }

    @Test
    void reportsEveryProblemAtOnce() {
        assertThatThrownBy(() -> lifecycle("""
                        lifecycle {
                          class = "a&b"
                          tiers = [ { name = Hot, after = P1D },
                                    { name = cold, after = P20D, storage-class = STANDARD_IA },
                                    { name = cold, after = P20D, storage-class = STANDARD },
                                    { name = back, after = P60D },
                                    { name = x } ]
                          archive { alive = true }
                          requests-per-second = 5000
                          prices = " "
                        }
                        """))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("test.conf: 6: lifecycle.class = \"a&b\": a tag has 1 to 128 of")
                .hasMessageContaining("test.conf: 7: lifecycle.tiers[0].name = \"Hot\": a tier has 1 to 32 of")
                .hasMessageContaining("lifecycle.tiers[0].after = \"P1D\": the first tier begins at once")
                .hasMessageContaining(
                        "lifecycle.tiers[1].after = P20D: S3 moves nothing to STANDARD_IA before it is 30")
                .hasMessageContaining("lifecycle.tiers[2].name = \"cold\" is the name of an earlier tier too")
                .hasMessageContaining("lifecycle.tiers[2].after = P20D is not later than P20D")
                .hasMessageContaining("lifecycle.tiers[2].storage-class = \"STANDARD\": known: STANDARD_IA, ")
                .hasMessageContaining(
                        "lifecycle.tiers[3].storage-class is missing: the tier before goes to STANDARD_IA")
                .hasMessageContaining("lifecycle.tiers[4].after is missing")
                .hasMessageContaining("lifecycle.archive.alive is not a setting; did you mean live?")
                .hasMessageContaining("lifecycle.requests-per-second = \"5000\": 1 to 3000")
                .hasMessageContaining("lifecycle.prices = \" \": a path is needed");
        assertThatThrownBy(() -> lifecycle("lifecycle { class = a }"))
                .hasMessageContaining("lifecycle.tiers is missing or empty: for example");
    }

    @ParameterizedTest
    @CsvSource({
        "GLACIER, STANDARD_IA",
        "ONEZONE_IA, GLACIER_IR",
        "DEEP_ARCHIVE, GLACIER",
        "INTELLIGENT_TIERING, STANDARD_IA"
    })
    void refusesWhatS3MovesNowhere(String from, String to) {
        assertThatThrownBy(() -> lifecycle(
                        "lifecycle { class = a, tiers = [ { name = a }, { name = b, after = P40D," + " storage-class = "
                                + from + " }, { name = c, after = P80D, storage-class = " + to + " } ] }"))
                .hasMessageContaining(
                        "lifecycle.tiers[2].storage-class = " + to + ": S3 moves nothing from " + from + " to " + to);
    }

    @Test
    void namesWhatIsWrongWithATableOfPrices() {
        assertThatThrownBy(() -> PriceTable.load("p.conf", """
                        region = x
                        date = yesterday
                        source = "https://example.org"
                        tags = -1
                        classes { STANDARD { storage = [ { usd = 1, up-to-tib = 5 }, { usd = 2, up-to-tib = 5 } ], put = 1, get = 1 }
                          COLD { } }
                        """))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("p.conf: 2: date = \"yesterday\"")
                .hasMessageContaining("p.conf: 4: tags = \"-1\": write US dollars")
                .hasMessageContaining("classes.STANDARD.storage must be a list of steps")
                .hasMessageContaining("classes.STANDARD_IA.put is missing")
                .hasMessageContaining("classes.COLD is not a setting");
    }
}
