package io.lakeproof.jobs.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.config.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowStartTest {
    /** The clocks of Berlin skip 02:00 to 03:00 on 31 March 2024, and repeat it on 27 October. */
    @ParameterizedTest
    @CsvSource({
        "2024-03-31T12:00:00Z, 2024-03-30T13:00:00Z", // 23 hours
        "2024-04-01T00:30:00Z, 2024-03-31T01:00:00Z", // 02:30 was skipped: the gap's end
        "2024-04-01T01:00:00Z, 2024-03-31T01:00:00Z",
        "2024-10-27T12:00:00Z, 2024-10-26T11:00:00Z", // 25 hours
        "2024-10-27T00:30:00Z, 2024-10-26T00:30:00Z", // 02:30 for the first time
        "2024-10-27T01:30:00Z, 2024-10-26T01:00:00Z", // 02:30 again: as at 03:00
        "2024-10-28T01:30:00Z, 2024-10-27T00:30:00Z", // the first 02:30 of the day before
        "2024-07-01T00:00:00Z, 2024-06-30T00:00:00Z",
    })
    void aCalendarDayBeginsWhereTheWallClockShowedTheSame(String end, String start) {
        WindowStart windows = WindowStart.of(new Window.Days(1), ZoneId.of("Europe/Berlin"));

        assertThat(windows.of(micros(Instant.parse(end)))).isEqualTo(micros(Instant.parse(start)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"})
    void isWhatTheOracleSaysAndNeverGoesBack(String zone) {
        ZoneId rules = ZoneId.of(zone);
        Random random = new Random(zone.length());
        for (int days : new int[] {1, 2, 7, 90}) {
            Window window = new Window.Days(days);
            WindowStart windows = WindowStart.of(window, rules);
            long micros = micros(Instant.parse("2011-11-01T00:00:00Z"));
            long before = Long.MIN_VALUE;
            for (int i = 0; i < 4_000; i++) {
                long start = windows.of(micros);
                assertThat(start)
                        .as("%s, %s days before %s", zone, days, instant(micros))
                        .isEqualTo(micros(WindowOracle.start(window, rules, instant(micros))))
                        .isGreaterThanOrEqualTo(before);
                long last = windows.lastFrom(micros);
                assertThat(windows.of(last)).isLessThanOrEqualTo(micros);
                assertThat(windows.of(last + 1)).isGreaterThan(micros);
                before = start;
                micros += random.nextInt(i % 200 < 100 ? 20 : 600) * 60_000_000L;
            }
        }
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L);
    }
}
