package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a configuration counts as the same work: {@link PipelineConfig#dedupDigest}. */
class DedupDigestTest {
    private static final String TEXT = """
            pipeline { name = user-events, zone = Europe/Berlin }
            source {
              path = "raw/date={date}/"
              format = csv
              schema = "id STRING, t STRING, value DOUBLE"
              columns { user_id = id, event_time = "to_timestamp(t)", a = value }
              options { separator = ";" }
            }
            quality { rules = [ { name = r, expr = "a > 0" }, { name = s, expr = "a < 9" } ], max-quarantined = 1% }
            dedup {
              key = [user_id, event_time]
              order = ["a desc", user_id]
              target = clean
              retention = P30D
            }
            ledger { path = ledger }
            quarantine { path = refused }
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pipeline.zone=Europe/Paris",
                "source.format=json",
                "source.schema=id STRING, t STRING, value FLOAT",
                "source.columns={user_id = id, event_time = \"to_timestamp(t)\", a = \"value + 1\"}",
                "source.columns={user_id = id, event_time = \"to_timestamp(t)\", b = value}",
                "source.columns={user_id = id, event_time = \"to_timestamp(t)\", a = value, b = value}",
                "source.options.separator=:",
                "source.options.header=false",
                "quality.rules=[]",
                "quality.rules=[{name=r, expr=\"a > 0\"}]",
                "quality.rules=[{name=r, expr=\"a > 1\"}, {name=s, expr=\"a < 9\"}]",
                "quality.rules=[{name=x, expr=\"a > 0\"}, {name=s, expr=\"a < 9\"}]",
                "quality.rules=[{name=s, expr=\"a < 9\"}, {name=r, expr=\"a > 0\"}]",
                "dedup.key=[event_time]",
                "dedup.key=[event_time, user_id]",
                "dedup.key=[user_id, event_time, a]",
                "dedup.order=[]",
                "dedup.order=[user_id, \"a desc\"]",
                "dedup.order=[\"a asc\", user_id]",
            })
    void changesWithEverySettingThatShapesRows(String set) {
        assertThat(digest(set)).isNotEqualTo(digest());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pipeline.name=other",
                "source.path=elsewhere",
                "quality.max-quarantined=5%",
                "dedup.target=/elsewhere",
                "dedup.retention=P90D",
                "dedup.event-time=event_time",
                "dedup.order=[\"a DESC\", \"user_id asc\"]",
                "ledger.path=/elsewhere",
                "quarantine.path=/elsewhere",
            })
    void staysWithEverySettingThatDoesNot(String set) {
        assertThat(digest(set)).isEqualTo(digest());
    }

    @Test
    void tellsApartWhatTheSameTextsSpellInOtherFields() {
        assertThat(digest("dedup.key=[\"user_id, event_time\", event_time]"))
                .isNotEqualTo(digest("dedup.key=[user_id, event_time, event_time2]"))
                .isNotEqualTo(digest());
        assertThat(digest("dedup.key=[a, event_time]", "dedup.event-time=event_time"))
                .isNotEqualTo(digest("dedup.key=[a, event_time]", "dedup.event-time=a"));
    }

    /** The digest goes into run keys, which are stored: it must not change by itself. */
    @Test
    void isTheSameInEveryBuild() {
        assertThat(digest()).isEqualTo("674af21a65ac2d65e3f25302d4ec94f2f16f111e5911916335d5e3f8033b45e9");
    }

    private static String digest(String... sets) {
        String text =
                List.of(sets).contains("source.format=json") ? TEXT.replace("options { separator = \";\" }", "") : TEXT;
        return ConfigLoader.load("events.conf", text, List.of(sets)).dedupDigest();
    }
}
