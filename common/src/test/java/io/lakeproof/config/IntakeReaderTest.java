package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.config.LatenessConfig.LatePolicy;
import io.lakeproof.config.RecordShape.OnExtra;
import io.lakeproof.config.RecordShape.OnMissing;
import io.lakeproof.error.Failure;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntakeReaderTest {
    private static final String TEXT = """
            pipeline { name = p }
            source { path = raw, format = json, schema = "event_time TIMESTAMP" }
            dedup { key = [event_time], target = clean }
            ledger { path = ledger }
            """;

    @Test
    void readsEverySetting() {
        PipelineConfig pipeline = load(
                "source.on-extra=keep-json",
                "source.extra-column=rest",
                "source.on-missing=quarantine",
                "source.max-line=1MiB",
                "quality.min-rows=10",
                "quality.expect.rows-vs-previous={min = 50%, max = 200.5%, window = 14}",
                "dedup.lateness=P30D",
                "dedup.late=fail",
                "dedup.future-tolerance=PT1H");

        assertThat(pipeline.source().shape())
                .isEqualTo(new RecordShape(OnExtra.KEEP_JSON, "rest", OnMissing.QUARANTINE, 1 << 20));
        assertThat(pipeline.quality().minRows()).isEqualTo(10);
        assertThat(pipeline.quality().rowsVersusPrevious())
                .contains(new RowsExpectation(
                        Optional.of(new BigDecimal("50")), Optional.of(new BigDecimal("200.5")), 14));
        assertThat(pipeline.dedup().lateness())
                .isEqualTo(new LatenessConfig(
                        Optional.of(Period.ofDays(30)), LatePolicy.FAIL, Optional.of(Duration.ofHours(1))));
    }

    @Test
    void byDefaultNothingIsLateAndExtraFieldsAreDropped() {
        assertThat(load().source().shape()).isEqualTo(RecordShape.DEFAULT);
        assertThat(load().dedup().lateness()).isEqualTo(LatenessConfig.NONE);
        assertThat(load().quality().rowsVersusPrevious()).isEmpty();
    }

    /** A setting, and what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "source.on-extra=keep | source.on-extra = \"keep\": known: drop, keep-json, quarantine",
                "source.extra-column=x | source.extra-column does nothing without on-extra = keep-json; delete it or set that",
                "source.on-missing=nul | source.on-missing = \"nul\": did you mean null? known: null, quarantine",
                "source.max-line=16 megs | source.max-line = \"16 megs\": write bytes with a unit, for example 16MiB",
                "source.max-line=2GiB | source.max-line = \"2GiB\": a line has 1 byte to 1GiB",
                "quality.min-rows=-1 | quality.min-rows = \"-1\": write a number of rows, for example 1000",
                "quality.expect.rows-vs-previous={} | quality.expect.rows-vs-previous.min and max are both missing: at least one of them, for example min = 50%",
                "quality.expect.rows-vs-previous={min = 0.5} | quality.expect.rows-vs-previous.min = \"0.5\": write a percentage, for example 50%",
                "quality.expect.rows-vs-previous={min = 90%, max = 80%} | quality.expect.rows-vs-previous.min = 90% is above max",
                "quality.expect.rows={} | quality.expect.rows is not a setting; known here: rows-vs-previous",
                "dedup.late=fail | dedup.late does nothing here: without dedup.lateness nothing is late; delete it",
                "dedup.lateness=30 | dedup.lateness = \"30\": Text cannot be parsed to a Period",
                "dedup.lateness=P0D | dedup.lateness = \"P0D\": with nothing allowed every row is late; P1D is the day itself",
                "dedup.lateness=-P1D | dedup.lateness = \"-P1D\": write calendar days as P30D, or a duration as PT36H",
                "dedup.lateness=P1DT1H | dedup.lateness = \"P1DT1H\": days and hours cannot be mixed; write calendar days as P30D, or a duration as PT36H",
            })
    void aWrongSettingIsNamedWithTheFix(String set, String problem) {
        Failure.Configuration failure = catchThrowableOfType(Failure.Configuration.class, () -> load(set));

        assertThat(failure).hasMessageContaining(problem);
    }

    /** Each of these would be an option that does nothing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "csv     | on-extra=drop    | a csv line has exactly the columns of source.schema",
                "csv     | on-missing=null  | a csv line has exactly the columns of source.schema",
                "parquet | on-extra=drop    | a parquet input carries its own columns",
                "delta   | max-line=1MiB    | delta has no lines",
            })
    void aSettingOfAnotherFormatIsRefused(String format, String set, String why) {
        String text = format.equals("csv") ? TEXT : TEXT.replace(", schema = \"event_time TIMESTAMP\"", "");

        Failure.Configuration failure = catchThrowableOfType(
                Failure.Configuration.class,
                () -> ConfigLoader.load("f", text, List.of("source.format=" + format, "source." + set)));

        assertThat(failure).hasMessageContaining("does nothing here: " + why);
    }

    @ParameterizedTest
    @CsvSource({
        "source.on-extra=keep-json",
        "source.on-extra=quarantine",
        "source.on-missing=quarantine",
        "source.max-line=1MiB",
        "dedup.lateness=P30D",
        "dedup.future-tolerance=PT1H",
    })
    void whatShapesRowsIsInTheDigest(String set) {
        assertThat(load(set).dedupDigest()).isNotEqualTo(load().dedupDigest());
        assertThat(load(set).requeueDigest()).isNotEqualTo(load().requeueDigest());
        assertThat(load(set).requeueDigest()).isNotEqualTo(load(set).dedupDigest());
    }

    @Test
    void gatesAndWhatIsCountedOnlyAreNotInTheDigest() {
        assertThat(load("quality.min-rows=3", "dedup.lateness=P3D", "dedup.late=accept")
                        .dedupDigest())
                .isEqualTo(load().dedupDigest());
        assertThat(load("dedup.lateness=P3D", "dedup.late=fail").dedupDigest())
                .isEqualTo(load("dedup.lateness=P3D").dedupDigest());
    }

    private static PipelineConfig load(String... sets) {
        return ConfigLoader.load("f", TEXT, List.of(sets));
    }
}
