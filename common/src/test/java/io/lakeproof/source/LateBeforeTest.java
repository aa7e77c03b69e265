package io.lakeproof.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.model.DateScope;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LateBeforeTest {
    /** The limit is the end of the day of arrival, minus the lateness; days are of the calendar. */
    @ParameterizedTest
    @CsvSource({
        "UTC,           P1D,  2024-11-05, 2024-11-05T00:00:00Z",
        "UTC,           P30D, 2024-11-05, 2024-10-07T00:00:00Z",
        "UTC,           PT24H, 2024-11-05, 2024-11-05T00:00:00Z",
        "UTC,           PT1S, 2024-11-05, 2024-11-05T23:59:59Z",
        "UTC,           P1M,  2024-03-30, 2024-02-29T00:00:00Z",
        "Europe/Berlin, P1D,  2024-03-31, 2024-03-30T23:00:00Z", // 23 hours long
        "Europe/Berlin, PT24H, 2024-03-31, 2024-03-30T22:00:00Z",
        "Europe/Berlin, P1D,  2024-10-27, 2024-10-26T22:00:00Z", // 25 hours long
        "Europe/Berlin, PT24H, 2024-10-27, 2024-10-26T23:00:00Z",
        "Europe/Berlin, P7D,  2024-03-31, 2024-03-24T23:00:00Z",
    })
    void isCountedBackFromTheEndOfTheDay(String zone, String lateness, String day, Instant limit) {
        long micros = before(zone, lateness, "file:/raw/date=" + day + "/a%20b.json", null);

        assertThat(Instant.EPOCH.plus(micros, ChronoUnit.MICROS)).isEqualTo(limit);
    }

    @Test
    void anInputWithoutADateArrivesOnTheDayOfTheRunOrIsNeverLate() {
        assertThat(before("UTC", "P1D", "file:/elsewhere/a.json", LocalDate.of(1970, 1, 2)))
                .isEqualTo(86_400_000_000L);
        assertThat(before("UTC", "P1D", "file:/elsewhere/a.json", null)).isNull();
    }

    private static Long before(String zone, String lateness, String uri, LocalDate day) {
        PipelineConfig pipeline = ConfigLoader.load("test.conf", """
                pipeline { name = test, zone = "%s" }
                source { path = "/raw/date={date}", format = json, schema = "event_time TIMESTAMP" }
                dedup { key = [event_time], target = clean, lateness = %s }
                ledger { path = ledger }
                """.formatted(zone, lateness), List.of());
        InputListing listing = new InputListing(pipeline.source(), DateScope.ALL, new Configuration());
        return new Lateness(pipeline, DateScope.ALL, listing).before(uri, day);
    }
}
