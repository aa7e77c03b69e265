package io.lakeproof.jobs.verify;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class VerifyJobTest extends SparkTest {
    @TempDir
    Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void sealedTable() {
        pipeline = new Pipeline(spark(), folder);
        for (int day = 5; day <= 7; day++) {
            String date = "2024-11-0" + day;
            pipeline.raw(
                    "date=" + date + "/a.json",
                    IntStream.range(0, 20)
                            .mapToObj(i -> event("user" + i, date + "T10:00:00Z", date + "T10:01:00Z", i))
                            .toArray(String[]::new));
        }
        pipeline.dedup("2024-11-05", "2024-11-06");
        pipeline.dedup("2024-11-07", "2024-11-07");
    }

    @Test
    void everySealedVersionIsOk() {
        assertThat(pipeline.verify(Optional.empty()).digest()).isEqualTo(pipeline.digestNow());
        assertThat(pipeline.verify(Optional.of(0L)).version()).isZero();
        assertThat(pipeline.verify(Optional.of(1L)).version()).isEqualTo(1);
    }

    @Test
    void aFlippedByteNamesThePartition() throws IOException {
        Path file = dataFile("2024-11-06");
        byte[] bytes = Files.readAllBytes(file);
        // In the first value of the first column; a byte elsewhere may be one that no reader looks at.
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("user") + 2] ^= 0x10;
        Files.write(file, bytes);

        assertThatThrownBy(() -> pipeline.verify(Optional.empty()))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("1 difference:\n  event_date=2024-11-06: ");
        assertThatThrownBy(() -> pipeline.verify(Optional.of(0L))).isInstanceOf(Failure.Integrity.class);
    }

    @Test
    void aMissingFileNamesThePartition() throws IOException {
        Files.delete(dataFile("2024-11-05"));

        assertThatThrownBy(() -> pipeline.verify(Optional.empty()))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("1 difference:\n  event_date=2024-11-05: cannot be read: ");
    }

    @Test
    void whatPlainDeltaDidBehindTheJobsBackIsFound() {
        DeltaTable table = DeltaTable.forPath(spark(), pipeline.table().toString());
        table.delete("user_id = 'user3' and event_date = '2024-11-05'");
        table.update(
                functions.expr("user_id = 'user4' and event_date = '2024-11-06'"),
                Map.of("value", functions.lit(99.0)));

        assertThatThrownBy(() -> pipeline.verify(Optional.empty()))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("version 3 of")
                .hasMessageContaining("event_date=2024-11-05: sealed with 20 rows, now 19")
                .hasMessageContaining("event_date=2024-11-06: 20 rows as sealed, but their content differs");
        assertThat(pipeline.verify(Optional.of(1L)).version()).isEqualTo(1);
    }

    @Test
    void aTableThatWasOnlyCompactedIsOk() {
        DeltaTable.forPath(spark(), pipeline.table().toString()).optimize().executeCompaction();

        assertThat(pipeline.verify(Optional.empty()).digest()).isEqualTo(pipeline.digestNow());
    }

    @Test
    void aVersionThatIsNotThereIsAWrongCall() {
        assertThatThrownBy(() -> pipeline.verify(Optional.of(9L)))
                .isInstanceOf(Failure.Usage.class)
                .hasMessage("there is no version 9 of " + pipeline.table());
    }

    /** The data file of a date, without the side file in which Hadoop keeps its checksum; object stores have none. */
    private Path dataFile(String date) throws IOException {
        try (Stream<Path> files = Files.list(pipeline.table().resolve("event_date=" + date))) {
            List<Path> all = files.toList();
            for (Path side : all) {
                if (side.toString().endsWith(".crc")) {
                    Files.delete(side);
                }
            }
            return all.stream()
                    .filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
