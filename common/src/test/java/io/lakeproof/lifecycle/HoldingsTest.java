package io.lakeproof.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.config.PriceTable;
import io.lakeproof.model.StorageClass;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldingsTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-03-01");

    /** Every object of the listing is in one place, and every reference is found or missing. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyObjectIsCountedOnce(long seed) throws IOException {
        Random random = new Random(seed);
        PriceTable prices = LifecycleCases.prices();
        Tiering tiering = new Tiering(LifecycleCases.CONFIG, TODAY);
        List<StoredObject> listing = new ArrayList<>();
        Map<String, TableObject> referred = new HashMap<>();
        long missing = 0;
        long missingLive = 0;
        for (int i = 0; i < 500; i++) {
            String key = random.nextInt(10) == 0 ? "t/_delta_log/" + i + ".json" : "t/" + i;
            boolean isStored = random.nextInt(10) > 0;
            if (isStored) {
                StorageClass now = List.of(StorageClass.values()).get(random.nextInt(7));
                listing.add(new StoredObject(key, random.nextInt(1_000_000), Optional.of(now)));
            }
            if (!key.contains("_delta_log") && random.nextBoolean()) {
                TableObject object = new TableObject(
                        key,
                        Optional.of(TODAY.minusDays(random.nextInt(500))),
                        Optional.empty(),
                        random.nextBoolean(),
                        random.nextBoolean(),
                        Optional.empty());
                referred.put(key, object);
                missing += isStored ? 0 : 1;
                missingLive += !isStored && object.live() ? 1 : 0;
            }
        }

        Holdings holdings = Holdings.of(listing, referred, tiering, prices, "t/_delta_log/");

        long bytes = listing.stream().mapToLong(StoredObject::bytes).sum();
        assertThat(holdings.now().bytes()
                        + holdings.log().bytes()
                        + holdings.others().bytes())
                .as("seed %d", seed)
                .isEqualTo(bytes);
        assertThat(holdings.now().objects()
                        + holdings.log().objects()
                        + holdings.others().objects())
                .as("seed %d", seed)
                .isEqualTo(listing.size());
        assertThat(holdings.settled().bytes()).isEqualTo(holdings.now().bytes());
        assertThat(holdings.missing()).as("seed %d", seed).isEqualTo(missing);
        assertThat(holdings.missingLive()).as("seed %d", seed).hasSize((int) missingLive);
        long moved = listing.stream()
                .filter(stored -> referred.containsKey(stored.key()))
                .filter(stored -> Tiering.settled(stored, tiering.of(referred.get(stored.key())))
                        != stored.storageClass().get())
                .count();
        assertThat(holdings.transitions().objects()).as("seed %d", seed).isEqualTo(moved);
    }
}
