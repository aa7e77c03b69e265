package io.lakeproof.lifecycle;

import static io.lakeproof.lifecycle.LifecycleCases.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.model.StorageClass;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TieringTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-03-01");

    @ParameterizedTest
    @CsvSource({
        // age, live, pinned, archive.live, tier
        "0, true, false, false, hot",
        "-5, true, false, false, hot",
        "89, true, false, false, hot",
        "90, true, false, false, cold",
        "364, false, false, false, cold",
        "365, false, false, false, archive",
        "365, true, false, false, cold",
        "365, true, false, true, archive",
        "365, false, true, true, hot",
        "365, true, true, true, hot"
    })
    void theTierFollowsTheAgeOfTheEventDate(long age, boolean live, boolean pinned, boolean archiveLive, String tier) {
        TableObject object = new TableObject(
                "k", Optional.of(TODAY.minusDays(age)), Optional.empty(), live, pinned, Optional.empty());

        assertThat(new Tiering(config(archiveLive), TODAY).of(object).name()).isEqualTo(tier);
    }

    @Test
    void withoutADateNothingGrowsOld() {
        TableObject object = new TableObject("k", Optional.empty(), Optional.empty(), false, false, Optional.empty());

        assertThat(new Tiering(config(true), TODAY).of(object).name()).isEqualTo("hot");
        assertThat(EventDate.of(Map.of("event_date", "2024-02-29"))).contains(LocalDate.parse("2024-02-29"));
        assertThat(EventDate.of(Map.of("year", "2024", "month", "02", "day", "29", "model", "v2")))
                .contains(LocalDate.parse("2024-02-29"));
        assertThat(EventDate.of(Map.of("event_date", "2023-02-29"))).isEmpty();
        assertThat(EventDate.of(Map.of("year", "2024", "month", "02"))).isEmpty();
    }

    /** Nothing that a reader of the newest version or of a pin needs is ever in a tier whose class cannot be read. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatMustBeReadableIsNeverArchived(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            boolean archiveLive = random.nextBoolean();
            TableObject object = new TableObject(
                    "k",
                    Optional.of(TODAY.minusDays(random.nextInt(2_000) - 100)),
                    Optional.empty(),
                    random.nextBoolean(),
                    random.nextInt(4) == 0,
                    Optional.empty());
            StorageClass now = List.of(StorageClass.values()).get(random.nextInt(5));
            StoredObject stored = new StoredObject("k", random.nextInt(300_000), Optional.of(now));

            StorageClass settled = Tiering.settled(stored, new Tiering(config(archiveLive), TODAY).of(object));

            if (object.pinned()) {
                assertThat(settled).as("seed %d, %s", seed, object).isEqualTo(now);
            }
            if (object.live() && !archiveLive) {
                assertThat(settled.isReadable()).as("seed %d, %s", seed, object).isTrue();
            }
            if (stored.bytes() < 131_072) {
                assertThat(settled).as("seed %d, %s", seed, stored).isEqualTo(now);
            }
            assertThat(settled.compareTo(now)).as("seed %d, %s", seed, stored).isNotNegative();
        }
    }

    @Test
    void anObjectThatServesSeveralTakesTheYoungestDate() {
        TableObject old = new TableObject(
                "dv", Optional.of(TODAY.minusDays(400)), Optional.of("v1"), false, false, Optional.of("a"));
        TableObject young = new TableObject(
                "dv", Optional.of(TODAY.minusDays(4)), Optional.of("v2"), true, false, Optional.empty());

        assertThat(old.and(young))
                .isEqualTo(new TableObject(
                        "dv", Optional.of(TODAY.minusDays(4)), Optional.empty(), true, false, Optional.of("a")));
        assertThat(young.and(old))
                .isEqualTo(new TableObject(
                        "dv", Optional.of(TODAY.minusDays(4)), Optional.empty(), true, false, Optional.empty()));
    }
}
