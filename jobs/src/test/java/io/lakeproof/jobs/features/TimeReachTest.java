package io.lakeproof.jobs.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.config.Aggregate;
import io.lakeproof.config.FeatureSpec;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.Ties;
import io.lakeproof.config.Window;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeReachTest {
    @ParameterizedTest
    @CsvSource({
        "P7D, UTC, 2024-11-08, 2024-11-01",
        "PT1H, UTC, 2024-11-08, 2024-11-07",
        "PT24H, UTC, 2024-11-08, 2024-11-07",
        "PT25H, UTC, 2024-11-08, 2024-11-06",
        // A day of 25 hours began at 22:00Z and ended at 23:00Z: of the night after it, 25 hours before is its start.
        "PT25H, Europe/Berlin, 2024-10-28, 2024-10-27",
        "PT26H, Europe/Berlin, 2024-10-28, 2024-10-26",
        "P366000D, UTC, 9999-12-31, 8997-12-03",
        "P366000D, UTC, 0001-01-01, 0001-01-01"
    })
    void isTheDateOfTheFirstRowThatAWindowCanHold(String window, String zone, String date, String first) {
        FeaturesConfig config = config(Window.range(window), ZoneId.of(zone).normalized());
        TimeReach reach = new TimeReach(new Reach(config), config.zone());

        assertThat(reach.back(date)).isEqualTo(first);
        assertThat(reach.back(List.of(date), new TreeSet<>(List.of("0001-01-01", first, date, "9999-12-31"))))
                .contains(first, date);
    }

    private static FeaturesConfig config(Window window, ZoneId zone) {
        FeatureSpec spec = new FeatureSpec("n", Aggregate.COUNT, "*", window, false, Ties.EXCLUDE, 0, Optional.empty());
        return new FeaturesConfig(
                zone, List.of(), List.of("e"), "t", "v1", "source", "target", 1, List.of(), List.of(spec));
    }
}
