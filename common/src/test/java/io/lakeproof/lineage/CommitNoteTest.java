package io.lakeproof.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.delta.Commit;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.ModelVersion;
import io.lakeproof.model.Outcome;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommitNoteTest {
    @ParameterizedTest
    @EnumSource(Outcome.class)
    void readsWhatItWrote(Outcome outcome) {
        CommitNote note = new CommitNote(
                "dedup",
                "user-events",
                "key",
                "run \"1\"\n\\ \u00fc \ud83d\ude00",
                "attempt",
                5_000_000_000L,
                outcome,
                new DateScope(Optional.of(LocalDate.of(2024, 11, 3)), Optional.empty()),
                Optional.of(new ModelVersion("v2", "d16e57")),
                List.of("2024-11-03", "x,y"),
                List.of("year=2024/month=11/day=03/model=v2", "x\u00fc"),
                "c0ffee",
                List.of(
                        new SealedInput(
                                new InputFile("file:/a b%20.json", 7, 1_700_000_000_123L, null), List.of("2024-11-03")),
                        new SealedInput(new InputFile("s3a://b/c", 0, 0, "\"etag\""), List.of()),
                        new SealedInput(
                                new InputFile("s3a://b/clean", 7, 0, "table id"),
                                List.of(),
                                new TreeMap<>(Map.of("event_date=2024-11-03", "00", "event_date=2024-11-04", "11"))),
                        SealedInput.gone("file:/d")),
                Instant.parse("2024-11-08T00:00:00.123456Z"),
                Optional.of(new Counts(9, 1, 2, 3, 1, new TreeMap<>(Map.of("nan", 2L)))));

        assertThat(CommitNote.of(commit(note.json()))).contains(note);
    }

    @Test
    void isOneLineOfJson() {
        CommitNote note = new CommitNote(
                "j",
                "p",
                "k",
                "r\n",
                "a",
                -1,
                Outcome.COMMITTED,
                DateScope.ALL,
                Optional.empty(),
                List.of(),
                List.of(),
                "c",
                List.of(),
                Instant.EPOCH);

        assertThat(note.json())
                .isEqualTo(
                        "{\"lakeproof\":1,\"job\":\"j\",\"pipeline\":\"p\",\"runKey\":\"k\",\"runId\":\"r\\n\",\"attempt\":\"a\",\"versionBefore\":-1,"
                                + "\"outcome\":\"COMMITTED\",\"from\":null,\"to\":null,\"model\":null,\"definitions\":null,\"dates\":[],\"partitions\":[],\"configDigest\":\"c\",\"clock\":\"1970-01-01T00:00:00Z\",\"inputs\":[],\"counts\":null}");
        assertThat(CommitNote.of(commit(note.json()))).contains(note);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "nightly load",
                "{}",
                "null",
                "{\"lakeproof\":2,\"runKey\":\"k\",\"outcome\":\"COMMITTED\"}",
                "{\"lakeproof\":10,\"runKey\":\"k\",\"outcome\":\"COMMITTED\"}",
                "{\"lakeproof\":1,\"runKey\":\"k\",\"outcome\":\"COMM",
                "{\"lakeproof\":1,\"runKey\":\"k\"}",
                "{\"lakeproof\":1,\"runKey\":\"k\",\"outcome\":\"INVENTED\"}",
                "{\"seal\":\"00\",\"runId\":\"r\"}"
            })
    void takesNoNoteFromMetadataOfOthers(String metadata) {
        assertThat(CommitNote.of(commit(metadata))).isEmpty();
    }

    private static Commit commit(String metadata) {
        return new Commit(7, Instant.EPOCH, "WRITE", metadata);
    }
}
