package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.error.Failure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowConfigTest {
    private static final String TEXT = """
            pipeline { name = events }
            source { path = raw, format = json, schema = "user_id STRING, event_time TIMESTAMP" }
            dedup { key = [user_id, event_time], order = ["user_id desc"], target = clean }
            ledger { path = ledger }
            """;
    private static final String WITHIN = "dedup.within=PT10M";
    private static final String TARGET = "dedup.windowed-target=windowed/";

    @Test
    void readsAWindow() {
        assertThat(load(WITHIN, TARGET).dedup().window())
                .contains(new WindowConfig(Duration.ofMinutes(10), WindowAnchor.BUCKET, "windowed"));
        assertThat(load("dedup.within=PT0.000001S", "dedup.anchor=kept", TARGET)
                        .dedup()
                        .window()
                        .orElseThrow()
                        .micros())
                .isEqualTo(1);
        assertThat(load().dedup().window()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dedup.within=P1D | dedup.within = \"P1D\": write hours, minutes and seconds",
                "dedup.within=PT0S | a window is whole microseconds, from PT0.000001S to PT8784H",
                "dedup.within=PT0.0000001S | a window is whole microseconds",
                "dedup.within=PT8785H | a window is whole microseconds",
                "dedup.within=PT-1M | a window is whole microseconds",
                "dedup.anchor=first | dedup.anchor = \"first\": known: bucket, kept, previous",
                "dedup.key=[event_time] | dedup.key = [event_time] has nothing else; add a column",
                "dedup.windowed-target=clean | dedup.windowed-target = \"clean\" is the path of another table",
                "dedup.windowed-target=ledger | dedup.windowed-target = \"ledger\" is the path of another table",
            })
    void refusesWhatIsNoWindow(String set, String problem) {
        assertThatThrownBy(() -> load(WITHIN, TARGET, set))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining(problem);
    }

    @Test
    void refusesTheOtherSettingsWithoutAWindowAndAWindowWithoutATarget() {
        assertThatThrownBy(() -> load("dedup.anchor=kept", TARGET))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("dedup.anchor does nothing without dedup.within")
                .hasMessageContaining("dedup.windowed-target does nothing without dedup.within");
        assertThatThrownBy(() -> load(WITHIN))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("dedup.windowed-target is missing");
    }

    @Test
    void theWindowedTableHasADigestOfItsOwnSettings() {
        String digest = load(WITHIN, TARGET).windowDigest();

        assertThat(load(WITHIN, TARGET).dedupDigest()).isEqualTo(load().dedupDigest());
        assertThat(load(WITHIN, "dedup.windowed-target=other").windowDigest()).isEqualTo(digest);
        assertThat(List.of(
                        load("dedup.within=PT11M", TARGET).windowDigest(),
                        load(WITHIN, TARGET, "dedup.anchor=kept").windowDigest(),
                        load(WITHIN, TARGET, "pipeline.zone=Europe/Paris").windowDigest(),
                        load(WITHIN, TARGET, "dedup.null-key=group").windowDigest(),
                        load(WITHIN, TARGET, "dedup.order=[]").windowDigest()))
                .doesNotContain(digest)
                .doesNotHaveDuplicates();
        assertThat(load(WITHIN, TARGET, "dedup.anchor=kept", "dedup.order=[]").windowDigest())
                .isEqualTo(load(WITHIN, TARGET, "dedup.anchor=kept").windowDigest());
    }

    private static PipelineConfig load(String... sets) {
        return ConfigLoader.load("events.conf", TEXT, List.of(sets));
    }
}
