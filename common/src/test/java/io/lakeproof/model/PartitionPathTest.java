package io.lakeproof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionPathTest extends SparkTest {
    @TempDir
    private Path folder;

    @Test
    void namesPartitionsAsSparkNamesTheirFolders() throws IOException {
        List<String> columns = List.of("p", "a b%:\u00fc}");
        List<List<String>> partitions = partitions();
        List<Row> rows = partitions.stream()
                .map(values -> RowFactory.create(values.get(0), values.get(1), 1))
                .toList();
        StructType schema = new StructType()
                .add(columns.get(0), "string")
                .add(columns.get(1), "string")
                .add("x", "int");
        Path table = folder.resolve("table");

        session()
                .createDataFrame(rows, schema)
                .coalesce(1)
                .write()
                .partitionBy(columns.toArray(String[]::new))
                .parquet(table.toString());

        List<String> expected = partitions.stream()
                .map(values -> PartitionPath.of(columns, values))
                .distinct()
                .sorted()
                .toList();
        assertThat(folders(table)).isEqualTo(expected);
        assertThat(expected).hasSize(partitions.size() - 1);
        assertThat(expected).allSatisfy(path -> {
            Map<String, String> values = PartitionPath.parse(path);
            assertThat(values.keySet()).containsExactlyElementsOf(columns);
            assertThat(PartitionPath.of(columns, new ArrayList<>(values.values())))
                    .isEqualTo(path);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024", "=x", "year=2024/", "/year=2024"})
    void takesNoOtherTextApart(String text) {
        assertThatThrownBy(() -> PartitionPath.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" is no path of a partition");
    }

    @Test
    void isEmptyWithoutColumns() {
        assertThat(PartitionPath.of(List.of(), List.of())).isEmpty();
        assertThat(PartitionPath.parse("")).isEmpty();
    }

    @Test
    void joinsTheColumnsInTheirOrder() {
        assertThat(PartitionPath.of(List.of("year", "month", "day", "model"), Arrays.asList("2024", "11", "05", null)))
                .isEqualTo("year=2024/month=11/day=05/model=__HIVE_DEFAULT_PARTITION__");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01 00:00:00",
        "-1, 1969-12-31 23:59:59.999999",
        "1700000000120000, 2023-11-14 22:13:20.12",
        "253402300800000000, +10000-01-01 00:00:00",
        "-62135596800000001, 0000-12-31 23:59:59.999999",
        "-62198755200000000, -0001-01-01 00:00:00"
    })
    void writesAnInstantInUtc(long micros, String text) {
        assertThat(PartitionPath.instant(micros)).isEqualTo(text);
    }

    /** Every character up to U+007F but U+0000, which no file system takes, a few at a time; and the special values. */
    private static List<List<String>> partitions() {
        List<List<String>> partitions = new ArrayList<>();
        for (int start = 1; start < 0x80; start += 8) {
            partitions.add(List.of("x" + characters(start, Math.min(start + 8, 0x80)), "y"));
        }
        for (String text : List.of("\u0080", "\u00e9", "e\u0301", "\ud83d\ude00", "%41", " ", "..", "null", "05")) {
            partitions.add(List.of("y", text));
        }
        partitions.add(Arrays.asList(null, "y"));
        partitions.add(List.of("", "y"));
        return partitions;
    }

    private static String characters(int from, int to) {
        return IntStream.range(from, to).mapToObj(Character::toString).collect(Collectors.joining());
    }

    private static List<String> folders(Path table) throws IOException {
        try (Stream<Path> all = Files.walk(table)) {
            return all.filter(path -> path.toString().endsWith(".parquet"))
                    .map(path -> table.relativize(path.getParent()).toString())
                    .distinct()
                    .sorted()
                    .toList();
        }
    }
}
