package io.lakeproof.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log's files tell of a version, against what Delta's reader opens for it. */
class LogReplayTest extends SparkTest {
    private static final StructType SCHEMA = StructType.fromDDL("d STRING, x INT");

    @TempDir
    private Path folder;

    private SparkSession spark;
    private Path table;
    private DeltaStore store;

    @BeforeEach
    void newTable() {
        spark = session();
        table = folder.resolve("a [table] {of} 100%");
        store = new DeltaStore(spark, table.toString());
    }

    @Test
    void tellsTheFilesOfEveryVersionWithAndWithoutCheckpoints() throws IOException {
        write(4, Map.of("delta.checkpointInterval", "3"), "a", "b");
        assertThat(log().resolve("00000000000000000003.checkpoint.parquet")).exists();
        for (long version = 0; version <= 4; version++) {
            assertFiles(version);
        }

        Files.delete(log().resolve("00000000000000000003.checkpoint.parquet"));
        assertThat(store.replay().versions()).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertFiles(4);
    }

    @Test
    void tellsTheFilesOfALogThatWasCleaned() throws IOException {
        write(4, Map.of("delta.checkpointInterval", "3"), "a");
        for (long version = 0; version <= 2; version++) {
            Files.delete(log().resolve("%020d.json".formatted(version)));
        }

        assertThat(store.replay().versions()).containsExactly(3L, 4L);
        assertFiles(3);
        assertFiles(4);
        assertThatThrownBy(() -> store.files(2))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessage("commit 0 of " + table + " is missing from its log");
    }

    @Test
    void tellsTheFilesOfPartitionsWithAnyCharacters() throws IOException {
        write(1, Map.of(), "a b", "50%", "x/y", "k=v", "q?*[1]{2}", "a:b", "ü€", "'\"\\", "");

        assertFiles(1);
        assertThat(store.files(1).stream()
                        .map(file -> file.partition().get("d"))
                        .collect(Collectors.toSet()))
                .contains("a b", "50%", "x/y", "k=v", "q?*[1]{2}", "a:b", "ü€", "'\"\\", null);
        assertThat(sorted(store.read(store.files(1), SCHEMA))).isEqualTo(sorted(store.read(1)));
    }

    @Test
    void tellsWhatMasksRows() throws IOException {
        write(0, Map.of("delta.enableDeletionVectors", "true"), "a", "b");
        DeltaTable.forPath(spark, table.toString()).delete("d = 'a' and x = 1");

        assertFiles(1);
        List<DataFile> masked =
                store.files(1).stream().filter(file -> !file.isPlain()).toList();
        assertThat(masked).hasSize(1);
        assertThat(masked.get(0).records()).hasValue(3);
        assertThat(masked.get(0).visibleRecords()).hasValue(2);
        DeletionVector vector = masked.get(0).deletionVector().orElseThrow();
        assertThat(vector.rows()).isEqualTo(1);
        assertThat(table.resolve(vector.path().orElseThrow())).exists();
        assertThat(store.replay().at(1).features()).contains("deletionVectors");
    }

    @Test
    void tellsTheFilesOfAShallowCloneThatLieElsewhere() throws IOException {
        write(1, Map.of(), "a b", "100%");
        Path clone = folder.resolve("clone");
        spark.sql("CREATE TABLE delta.`" + clone + "` SHALLOW CLONE delta.`" + table + "`");
        DeltaStore cloned = new DeltaStore(spark, clone.toString());

        List<DataFile> files = cloned.files(0);

        assertThat(files).hasSize(4).noneMatch(DataFile::isPlain);
        assertThat(files.stream()
                        .map(file -> Path.of(file.at(clone.toString()).toUri().getPath())))
                .allMatch(file -> file.startsWith(table) && Files.exists(file));
    }

    @Test
    void tellsWhatItCannotParse() throws IOException {
        write(1, Map.of(), "a");
        Path commit = log().resolve("00000000000000000001.json");
        Files.writeString(commit, Files.readString(commit).replace("\"add\"", "add\""));
        Files.deleteIfExists(commit.resolveSibling("." + commit.getFileName() + ".crc"));

        assertThatThrownBy(() -> store.files(1))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("00000000000000000001.json, line 3, is not what Delta's protocol has there: ");
    }

    /** Of each value one file a version, three rows in each. */
    private void write(int versions, Map<String, String> properties, String... values) {
        for (int version = 0; version <= versions; version++) {
            List<Row> rows = Arrays.stream(values)
                    .flatMap(value -> Stream.of(1, 2, 3).map(x -> RowFactory.create(value, x)))
                    .toList();
            spark.createDataFrame(rows, SCHEMA)
                    .coalesce(1)
                    .write()
                    .format("delta")
                    .options(properties)
                    .partitionBy("d")
                    .mode(SaveMode.Append)
                    .option("txnAppId", "test")
                    .option("txnVersion", version + 1)
                    .save(table.toString());
        }
    }

    private void assertFiles(long version) throws IOException {
        Map<Path, Long> opened = new TreeMap<>();
        for (String file : store.read(version).inputFiles()) {
            Path path = Path.of(new org.apache.hadoop.fs.Path(file).toUri().getPath());
            opened.put(path, Files.size(path));
        }
        Map<Path, Long> told = new TreeMap<>();
        for (DataFile file : store.files(version)) {
            told.put(Path.of(file.at(table.toString()).toUri().getPath()), file.length());
        }
        assertThat(told).isEqualTo(opened).isNotEmpty();
        long rows = store.files(version).stream()
                .mapToLong(file -> file.visibleRecords().orElseThrow())
                .sum();
        assertThat(store.read(version).count()).isEqualTo(rows);
    }

    private Path log() {
        return table.resolve("_delta_log");
    }

    private static List<String> sorted(Dataset<Row> rows) {
        return rows.select(functions.col("d"), functions.col("x")).collectAsList().stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }
}
