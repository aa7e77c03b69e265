package io.lakeproof.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.config.PriceTable;
import io.lakeproof.model.StorageClass;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static final double GIB = Math.pow(2, 30);
    private static PriceTable prices;

    @BeforeAll
    static void read() throws IOException {
        prices = LifecycleCases.prices();
    }

    private static Forecast forecast(int cold, int archive, long objects, long bytes) {
        return new Forecast(
                new LifecycleConfig(
                        "training",
                        List.of(
                                new Tier("hot", 0, Optional.empty()),
                                new Tier("cold", cold, Optional.of(StorageClass.STANDARD_IA)),
                                new Tier("archive", archive, Optional.of(StorageClass.GLACIER))),
                        true,
                        Optional.empty(),
                        200),
                prices,
                objects,
                bytes);
    }

    /**
     * On day d (0 the first) there are min(d + 1, 90) days of data that are younger than 90 days, and so on: the cost of each
     * day is told by these three numbers, without following any object.
     */
    @Test
    void aYearOfTenTerabytesADayCostsWhatTheSumOverItsDaysSays() {
        long objects = 78_125;
        long bytes = 128_000_000;
        double perDay = 1e13 / GIB;

        Forecast.Day last = forecast(90, 180, objects, bytes).days(365).get(364);

        double storage = 0;
        for (int d = 0; d < 365; d++) {
            double hot = Math.min(d + 1, 90);
            double cold = Math.max(0, Math.min(d + 1, 180) - 90);
            double archived = Math.max(0, d + 1 - 180);
            double standard = hot * perDay + archived * objects * 8_192 / GIB;
            double stepped =
                    0.021 * standard + Math.min(standard, 500 * 1024) * 0.001 + Math.min(standard, 50 * 1024) * 0.001;
            storage += stepped + 0.0125 * cold * perDay + 0.0036 * archived * (perDay + objects * 32_768 / GIB);
        }
        double months = 12.0 / 365;
        assertThat(last.spent().storage()).isCloseTo(storage * months, within(1e-6 * storage));
        // 365 days are tagged, 275 have come to 90 days, 185 to 180.
        assertThat(last.spent().requests())
                .isCloseTo(78.125 * (365 * (0.005 + 0.0054) + 275 * 0.0054 + 185 * 0.011), within(1e-6));
        assertThat(last.spent().transitions()).isCloseTo(78.125 * (275 * 0.01 + 185 * 0.03), within(1e-6));
        assertThat(last.spent().tags())
                .isCloseTo(objects * 365.0 * 366 / 2 * 5 / 10_000 * 0.0065 * months, within(1e-6));
        assertThat(last.spent().early()).isZero();
        assertThat(last.stock().bytes()).isEqualTo(365L * 10_000_000_000_000L);
        assertThat(last.stock().of(StorageClass.GLACIER).objects()).isEqualTo(185 * objects);
    }

    @Test
    void withoutTiersAllStaysInStandard() {
        Forecast.Day last =
                forecast(90, 180, 78_125, 128_000_000).untiered().days(365).get(364);

        // Sum of 1 to 365 days of data, with the steps at 50 and 500 TiB.
        double full = 0;
        for (int d = 1; d <= 365; d++) {
            double gib = d * 1e13 / GIB;
            full += gib <= 51_200
                    ? gib * 0.023
                    : gib <= 512_000
                            ? 51_200 * 0.023 + (gib - 51_200) * 0.022
                            : 51_200 * 0.023 + 460_800 * 0.022 + (gib - 512_000) * 0.021;
        }
        assertThat(last.spent().storage()).isCloseTo(full * 12 / 365, within(1e-6 * full));
        assertThat(last.spent().requests()).isCloseTo(365 * 78.125 * 0.005, within(1e-6));
        assertThat(last.spent().total())
                .isEqualTo(last.spent().storage() + last.spent().requests());
    }

    @Test
    void whatLeavesBeforeTheMinimumDurationIsBilledToItsEnd() {
        Forecast.Day last = forecast(30, 40, 1, 1L << 30).days(60).get(59);

        // 20 objects have left STANDARD_IA after 10 of its 30 days.
        assertThat(last.spent().early()).isCloseTo(20 * 20 * 0.0125 * 12 / 365, within(1e-9));
    }

    @Test
    void whatTheNewestVersionNeedsIsNotArchivedUnlessTold() throws IOException {
        Forecast.Day last = new Forecast(LifecycleCases.config(false), prices, 10, 1L << 20)
                .days(400)
                .get(399);

        assertThat(last.stock().of(StorageClass.GLACIER).objects()).isZero();
        assertThat(last.stock().of(StorageClass.STANDARD_IA).objects()).isEqualTo(3_100);
        assertThat(last.spent().transitions()).isCloseTo(3.1 * 0.01, within(1e-9));
        assertThat(last.spent().requests()).isCloseTo(4.0 * 0.0104 + 3.1 * 0.0054, within(1e-9));
    }

    @Test
    void smallObjectsStayWhereTheyAre() {
        Forecast.Day last = forecast(30, 60, 1_000, 131_071).days(100).get(99);

        assertThat(last.stock().of(StorageClass.STANDARD).objects()).isEqualTo(100_000);
        assertThat(last.spent().transitions()).isZero();
    }

    @Test
    void aStockIsBilledByMinimumSizesAndOverheads() {
        assertThat(Stock.of(StorageClass.STANDARD_IA, 8_192, 1, prices).monthlyCost(prices))
                .isCloseTo(0.0125, within(1e-12));
        assertThat(Stock.of(StorageClass.DEEP_ARCHIVE, 1L << 15, 1L << 20, prices)
                        .monthlyCost(prices))
                .isCloseTo(0.00099 * (32 + 1) + 0.023 / 4, within(1e-12));
        assertThat(Stock.of(StorageClass.INTELLIGENT_TIERING, 2_000, 131_072, prices)
                        .plus(Stock.of(StorageClass.INTELLIGENT_TIERING, 2_000, 131_071, prices))
                        .monthlyCost(prices))
                .isCloseTo(0.005 + 0.023 * (2_000 * 131_072.0 + 2_000 * 131_071.0) / GIB, within(1e-12));
    }
}
