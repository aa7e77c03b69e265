package io.lakeproof.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lakeproof.SparkTest;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.SourceConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.model.DateScope;
import io.lakeproof.run.Foreign;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that is not whole stops the run and is named; none of its rows passes for all of them. */
class BrokenInputTest extends SparkTest {
    private static final PipelineConfig JSON = Pipelines.json("a BIGINT", Map.of());
    private static final PipelineConfig PARQUET = Pipelines.of("source.format=parquet");

    @TempDir
    Path folder;

    /** What is done to a gzip file of 5,000 lines, and how the run ends. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "half     | 66 | ends too early: it was cut off, or is still being written; none of its rows was taken",
                "one less | 66 | ends too early: it was cut off, or is still being written; none of its rows was taken",
                "header   | 66 | ends too early: it was cut off, or is still being written; none of its rows was taken",
                "plain    | 66 | ends too early: it was cut off, or is still being written; none of its rows was taken",
                "checksum | 65 | cannot be read: gzip stream CRC failure; none of its rows was taken",
                "garbage  | 65 | cannot be read: not a gzip file; none of its rows was taken",
            })
    void aGzipFileThatIsNotWholeStopsTheRun(String damage, int exitCode, String problem) throws IOException {
        byte[] whole = gzip();
        write("a.json.gz", whole);
        write("b.json.gz", damaged(damage, whole));

        Throwable thrown = Foreign.explained(
                catchThrowable(() -> InputFailures.reading(() -> read(JSON).collectAsList())));

        assertThat(thrown).isInstanceOf(Failure.class).hasMessage("file:" + folder + "/raw/b.json.gz " + problem);
        assertThat(((Failure) thrown).exitCode()).isEqualTo(exitCode);
    }

    private static byte[] damaged(String how, byte[] whole) {
        byte[] copy = whole.clone();
        return switch (how) {
            case "half" -> Arrays.copyOf(whole, whole.length / 2);
            case "one less" -> Arrays.copyOf(whole, whole.length - 1);
            case "header" -> Arrays.copyOf(whole, 5);
            case "plain" -> "{\"a\":1}\n".getBytes(UTF_8);
            case "garbage" -> Arrays.copyOf(whole, whole.length + 20);
            default -> {
                copy[whole.length - 6] ^= 1;
                yield copy;
            }
        };
    }

    @Test
    void emptyFilesHaveNoRowsAndJoinedGzipFilesHaveThoseOfAll() throws IOException {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.writeBytes(gzip());
        two.writeBytes(gzip());
        write("empty.json", new byte[0]);
        write("empty.json.gz", new byte[0]);
        write("two.json.gz", two.toByteArray());

        assertThat(read(JSON).count()).isEqualTo(10_000);
    }

    @ParameterizedTest
    @CsvSource({"''", "this is no Parquet file but long enough for one"})
    void aFileThatIsNoParquetIsNamed(String content) throws IOException {
        parquet("one", "select 1L as a");
        write("b.parquet", content.getBytes(UTF_8));

        Throwable thrown = catchThrowable(() -> read(PARQUET).collectAsList());

        assertThat(thrown)
                .isInstanceOf(Failure.DataGate.class)
                .hasMessageStartingWith("file:" + folder + "/raw/b.parquet ")
                .hasMessageContaining("is not a Parquet file");
    }

    @Test
    void aFooterThatIsDamagedIsNamed() throws IOException {
        parquet("one", "select 1L as a");
        parquet("two", "select 2L as a");
        Path file = dataFile("two");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = bytes.length - 60; i < bytes.length - 8; i++) {
            bytes[i] ^= 0x5a;
        }
        Files.write(file, bytes);

        Throwable thrown = catchThrowable(() -> read(PARQUET).collectAsList());

        assertThat(thrown).isInstanceOf(Failure.DataGate.class).hasMessageContaining("file:" + file);
    }

    @Test
    void aPageThatIsDamagedIsFoundByItsChecksum() throws IOException {
        parquet("one", "select id as a from range(1000)");
        Path file = dataFile("one");
        byte[] bytes = Files.readAllBytes(file);
        bytes[60] ^= 1;
        Files.write(file, bytes);

        Throwable thrown =
                catchThrowable(() -> InputFailures.reading(() -> read(PARQUET).collectAsList()));

        assertThat(thrown)
                .isInstanceOf(Failure.DataGate.class)
                .hasMessageStartingWith("file:" + file + " cannot be read: ");
    }

    @ParameterizedTest
    @CsvSource({"select 'x' as a, string", "select 1 as a, int"})
    void aColumnThatChangesItsTypeIsNamedWithBothFiles(String query, String type) throws IOException {
        parquet("one", "select 1L as a");
        parquet("two", query);

        Throwable thrown = catchThrowable(() -> read(PARQUET).collectAsList());

        assertThat(thrown)
                .isInstanceOf(Failure.DataGate.class)
                .hasMessage("file:" + dataFile("two") + ": column a is a " + type + ", but a bigint in file:"
                        + dataFile("one"));
    }

    @Test
    void aColumnThatAFileLacksIsNull() throws IOException {
        parquet("one", "select 1L as a, 'x' as b");
        parquet("two", "select 2L as a");

        List<String> rows = read(PARQUET).select("a", "b").collectAsList().stream()
                .map(Row::toString)
                .sorted()
                .toList();

        assertThat(rows).containsExactly("[1,x]", "[2,null]");
    }

    /** Fifty megabytes in one line are refused as they stand; the lines around them are rows. */
    @Test
    void aLineThatIsTooLongIsRefusedWholeAndUnparsed() throws IOException {
        byte[] large = new byte[50_000_000];
        Arrays.fill(large, (byte) 'x');
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        lines.writeBytes("{\"a\":1}\n".getBytes(UTF_8));
        lines.writeBytes(large);
        lines.writeBytes("\n{\"a\":2}".getBytes(UTF_8));
        write("a.json", lines.toByteArray());

        List<String> rows = read(JSON)
                .selectExpr("a", "length(_lakeproof_raw)", "_lakeproof_reason", "_lakeproof_detail")
                .collectAsList()
                .stream()
                .map(Row::toString)
                .toList();

        assertThat(rows)
                .containsExactly(
                        "[1,7,null,null]",
                        "[null,50000000,line_too_long,the line has 50000000 bytes, more than source.max-line = 16777216]",
                        "[2,7,null,null]");
    }

    /** Hadoop would skip the line without a word. */
    @Test
    void aLimitOfHadoopsIsNotHeeded() throws IOException {
        write("a.json", "{\"a\":1}\n{\"a\":22222222222}\n".getBytes(UTF_8));
        SparkSession session = session();
        session.conf().set("mapreduce.input.linerecordreader.line.maxlength", "8");

        assertThat(read(session, JSON).count()).isEqualTo(2);
    }

    private static byte[] gzip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Random random = new Random(1);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < 5000; i++) {
                out.write(("{\"a\":" + random.nextLong() + "}\n").getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private void parquet(String name, String query) throws IOException {
        Path at = folder.resolve("raw").resolve(name);
        session().sql(query).coalesce(1).write().parquet(at.toString());
        try (Stream<Path> files = Files.list(at)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".crc")).toList()) {
                Files.delete(file); // of the local file system alone
            }
        }
    }

    private Path dataFile(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("raw").resolve(name))) {
            return files.filter(f -> f.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve("raw").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private org.apache.spark.sql.Dataset<Row> read(PipelineConfig pipeline) {
        return read(session(), pipeline);
    }

    private org.apache.spark.sql.Dataset<Row> read(SparkSession session, PipelineConfig pipeline) {
        SourceConfig source = new SourceConfig(
                List.of(folder.resolve("raw").toString()), pipeline.source().format(), null, Map.of(), Map.of());
        return new RawSource(session, pipeline)
                .read(new InputListing(source, DateScope.ALL, new Configuration())
                        .list()
                        .files());
    }
}
