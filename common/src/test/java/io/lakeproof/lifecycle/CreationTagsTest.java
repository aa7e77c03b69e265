package io.lakeproof.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreationTagsTest {
    private static final CreationTags TAGS = new CreationTags(
            LifecycleCases.CONFIG,
            LocalDate.parse("2026-03-01"),
            List.of(
                    new CreationTags.Table("p/clean", new S3Location("data", "clean/events/")),
                    new CreationTags.Table("p/features", new S3Location("data", "features/"))));

    @Test
    void aKeyTellsAllButTheLineage() {
        assertThat(TAGS.of("data", "clean/events/event_date=2026-02-01/part-0.parquet")
                        .orElseThrow()
                        .tags())
                .isEqualTo(Map.of("class", "training", "dataset", "p/clean", "tier", "hot"));
        // A late row of an old date is live: it does not go where nobody can read it.
        assertThat(TAGS.of("data", "features/year=2024/month=01/day=31/model=v2/x.parquet")
                        .orElseThrow()
                        .tags())
                .isEqualTo(Map.of("class", "training", "dataset", "p/features", "tier", "cold", "model", "v2"));
        assertThat(TAGS.of("data", "features/x.parquet").orElseThrow().tags()).containsEntry("tier", "hot");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "clean/events/_delta_log/00000000000000000001.json",
                "clean/events/_delta_log/_sidecars/x.parquet",
                "clean/events/event_date=2026-02-01/_tmp/x",
                "clean/events/event_date=2026-02-01/",
                "clean/events/Xy/part-0.parquet",
                "clean/events2/event_date=2026-02-01/part-0.parquet",
                "_lakeproof/ledger/part-0.parquet"
            })
    void whatIsNoDataObjectOfATableGetsNone(String key) {
        assertThat(TAGS.of("data", key)).isEmpty();
        assertThat(TAGS.of("other", "clean/events/event_date=2026-02-01/x.parquet"))
                .isEmpty();
    }

    @Test
    void theTextSaysItAll() {
        CreationTags read = CreationTags.parse(TAGS.text());

        assertThat(read.tables()).isEqualTo(TAGS.tables());
        assertThat(read.asOf()).isEqualTo(TAGS.asOf());
        assertThat(read.config().tiers()).isEqualTo(TAGS.config().tiers());
        assertThat(read.config().dataClass()).isEqualTo("training");
        assertThat(read.text()).isEqualTo(TAGS.text());
        assertThatThrownBy(() -> CreationTags.parse("x=1")).hasMessage("\"x=1\" is no line of tags for new objects");
    }
}
