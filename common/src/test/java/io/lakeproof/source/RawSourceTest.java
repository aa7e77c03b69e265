package io.lakeproof.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.SparkTest;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.run.Foreign;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawSourceTest extends SparkTest {
    private static final PipelineConfig JSON = Pipelines.json("a BIGINT, s STRING", Map.of());

    @TempDir
    Path folder;

    @Test
    void aLineIsARowAndItsBytesAreThoseOfTheFile() throws IOException {
        write(
                "a.json",
                "{\"a\":1,\"s\":\"é\"}\n\n \t\r\n{\"a\":2}\r\n{\"a\":x}\r\n",
                "\u00ff{\"a\":4,\"s\":\"\u0080\"}\n{\"a\":5} \u0000\n [] \n{\"a\":6}");

        assertThat(rows(JSON))
                .containsExactly(
                        "1, é, «{\"a\":1,\"s\":\"Ã©\"}», a.json, null, null",
                        "2, null, «{\"a\":2}\r», a.json, null, null",
                        "null, null, «{\"a\":x}\r», a.json, malformed, column 7: Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
                        "null, null, «\u00ff{\"a\":4,\"s\":\"\u0080\"}», a.json, invalid_utf8, the line is not UTF-8: byte 0xff at offset 0",
                        "null, null, «{\"a\":5} \u0000», a.json, malformed, column 10: Illegal character ((CTRL-CHAR, code 0)): only regular white space (\\r, \\n, \\t) is allowed between tokens",
                        "null, null, « [] », a.json, malformed, expected one JSON object, found an array",
                        "6, null, «{\"a\":6}», a.json, null, null");
    }

    /** A file of 100 lines in many parts gives what it gives in one. */
    @ParameterizedTest
    @ValueSource(strings = {"200", "1000", "100000"})
    void whereAFileIsSplitDoesNotMatter(String partBytes) throws IOException {
        StringBuilder lines = new StringBuilder("a,s\n");
        IntStream.range(0, 100)
                .forEach(i ->
                        lines.append(i).append(",").append("x".repeat(i % 50)).append("\r\n"));
        write("a.csv", lines.toString());
        write("b.csv", "a,s\n-1,b\n");
        SparkSession session = session();
        session.conf().set("spark.sql.files.maxPartitionBytes", partBytes);

        List<Row> rows = read(session, csv()).collectAsList();

        assertThat(rows.stream().filter(row -> row.getAs(RawColumns.REASON) != null))
                .isEmpty();
        assertThat(rows.stream().map(row -> row.getLong(0)).sorted())
                .containsExactlyElementsOf(
                        IntStream.range(-1, 100).mapToObj(i -> (long) i).toList());
    }

    @Test
    void everyCsvFileOfATaskHasAHeaderOfItsOwn() throws IOException {
        write("a.csv", "a,s\n1,x\n\n\r\n2,\"\"\n");
        write("b.csv.gz", "a,s\r\n3,y\r\n4\r\na,s\r\n");
        write("c.csv", "\u00ef\u00bb\u00bfa,s\n");
        write("d.csv", "");
        write("e.csv", "a,s\n5,z");
        SparkSession session = session();
        session.conf().set("spark.sql.files.openCostInBytes", "0");
        session.conf().set("spark.sql.files.minPartitionNum", "1");

        Dataset<Row> rows = read(session, csv());

        assertThat(rows.javaRDD().getNumPartitions()).isEqualTo(1);
        assertThat(shown(rows))
                .containsExactlyInAnyOrder(
                        "1, x, «1,x», a.csv, null, null",
                        "2, , «2,\"\"», a.csv, null, null",
                        "3, y, «3,y\r», b.csv.gz, null, null",
                        "null, null, «4\r», b.csv.gz, wrong_column_count, expected 2 columns, found 1",
                        "null, null, «a,s\r», b.csv.gz, type_mismatch, a: expected BIGINT, found \"a\"",
                        "5, z, «5,z», e.csv, null, null");
    }

    @Test
    void theHeaderOfACsvFileMayFollowBlankLines() throws IOException {
        write("a.csv", "\n\r\na,s\n1,x\n");

        assertThat(rows(csv())).containsExactly("1, x, «1,x», a.csv, null, null");
    }

    @Test
    void aCsvFileWithoutAHeaderIsAllRows() throws IOException {
        write("a.csv", "1;x\n2;'a;''b'\n3;NA\n");

        assertThat(rows(csv("header=false", "separator=;", "quote='", "null-value=NA")))
                .containsExactly(
                        "1, x, «1;x», a.csv, null, null",
                        "2, a;'b, «2;'a;''b'», a.csv, null, null",
                        "3, null, «3;NA», a.csv, null, null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "s,a    | column 1: expected \"a\", found \"s\"",
                "a      | column 2: expected \"s\", found no more columns",
                "a,s,t  | column 3: expected no more columns, found \"t\"",
                "A,s    | column 1: expected \"a\", found \"A\"",
                "1,x    | column 1: expected \"a\", found \"1\"",
            })
    void anotherHeaderStopsTheRun(String header, String difference) throws IOException {
        write("a.csv", "a,s\n1,x\n");
        write("b.csv.gz", header + "\n1,x\n");

        Throwable thrown =
                Foreign.explained(catchThrowable(() -> read(session(), csv()).collectAsList()));

        assertThat(thrown)
                .isInstanceOf(Failure.DataGate.class)
                .hasMessage("file:" + folder + "/raw/b.csv.gz: its header is not source.schema: " + difference);
        assertThat(List.of(((Failure) thrown).exitCode(), ((Failure) thrown).fix()))
                .containsExactly(65, "Mend the file, or read it in a run of its own with the schema that it has.");
    }

    /** Hadoop's reader of lines takes the mark that starts a file; one that starts another line is left. */
    @Test
    void aByteOrderMarkIsNoPartOfTheFirstLine() throws IOException {
        write("a.json", "\u00ef\u00bb\u00bf{\"a\":[]}\n\u00ef\u00bb\u00bf{\"a\":1}\n");

        assertThat(rows(JSON))
                .containsExactly(
                        "null, null, «{\"a\":[]}», a.json, type_mismatch, a: expected BIGINT, found an array",
                        "1, null, «\u00ef\u00bb\u00bf{\"a\":1}», a.json, null, null");
    }

    @Test
    void refusedRowsHaveNullsEvenInFieldsThatMayNotBeNull() throws IOException {
        write("a.json", "{\"a\":1}\n{\"a\":null}\n{}\n");

        assertThat(rows(Pipelines.json("a BIGINT NOT NULL", Map.of())))
                .containsExactly(
                        "1, «{\"a\":1}», a.json, null, null",
                        "null, «{\"a\":null}», a.json, null_value, a: expected BIGINT, found null",
                        "null, «{}», a.json, null_value, a: expected BIGINT, found no such field");
    }

    @Test
    void readsParquetFilesWhoseColumnsHaveAnyName() throws IOException {
        Path raw = folder.resolve("raw");
        SparkSession session = session();
        session.sql("select 1 as `a b`, 'x' as `c.d`, 2.5D as `e``f`")
                .coalesce(1)
                .write()
                .parquet(raw.resolve("date=2024-11-03").toString());
        session.sql("select 2 as `a b`, 'y' as `c.d`, 3.5D as `e``f`, true as later")
                .coalesce(1)
                .write()
                .parquet(raw.resolve("date=2024-11-04").toString());
        PipelineConfig parquet = Pipelines.of("source.format=parquet");

        Dataset<Row> rows = read(session, parquet);

        assertThat(rows.schema().toDDL().replace(" NOT NULL", ""))
                .isEqualTo(
                        "`a b` INT,`c.d` STRING,`e``f` DOUBLE,later BOOLEAN,_lakeproof_raw BINARY,_lakeproof_file STRING,"
                                + "_lakeproof_reason STRING,_lakeproof_detail STRING");
        assertThat(shown(rows).stream().map(row -> row.replaceAll("part-[^,]*", "part")))
                .containsExactlyInAnyOrder(
                        "1, x, 2.5, null, «{\"a b\":1,\"c.d\":\"x\",\"e`f\":2.5}», date=2024-11-03/part, null, null",
                        "2, y, 3.5, true, «{\"a b\":2,\"c.d\":\"y\",\"e`f\":3.5,\"later\":true}», date=2024-11-04/part, null, null");
    }

    @Test
    void readsDeltaTablesAtTheVersionOfTheManifest() {
        String one = folder.resolve("raw/one table").toString();
        String two = folder.resolve("raw/two").toString();
        SparkSession session = session();
        session.sql("select 1L as a, 'x' as s").write().format("delta").save(one);
        session.sql("select 2L as a, 'y' as s")
                .write()
                .format("delta")
                .mode("append")
                .save(one);
        session.sql("select 's' as s, 3L as a").write().format("delta").save(two);

        Dataset<Row> rows = new RawSource(session, Pipelines.of("source.format=delta"))
                .read(List.of(new InputFile("file:" + one, 0, 0, "id"), new InputFile("file:" + two, 0, 0, "id")));

        assertThat(shown(rows))
                .containsExactlyInAnyOrder(
                        "1, x, «{\"a\":1,\"s\":\"x\"}», one table, null, null",
                        "3, s, «{\"s\":\"s\",\"a\":3}», two, null, null");
    }

    @Test
    void noRowsHaveTheColumnsOfAll() throws IOException {
        write("a.json", "{\"a\":1}\n");
        RawSource source = new RawSource(session(), JSON);

        assertThat(source.none().schema()).isEqualTo(read(session(), JSON).schema());
        assertThat(source.none().collectAsList()).isEmpty();
        assertThat(RawSource.declared(JSON)).isEqualTo(StructType.fromDDL("a BIGINT, s STRING"));
    }

    /** Format and schema, and how the message begins. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "json | a CHAR(3)              | CHAR and VARCHAR are not stored as such; write STRING",
                "json | a STRUCT<b: VARCHAR(3)> | CHAR and VARCHAR are not stored as such; write STRING",
                "json | a STRUNG               | [UNSUPPORTED_DATATYPE]",
                "json | a                      | [PARSE_SYNTAX_ERROR]",
                "json | a INTERVAL DAY         | column a is INTERVAL DAY: ",
                "csv  | a ARRAY<INT>           | column a is ARRAY<INT>: a CSV file holds flat values only; use JSON lines for nested ones",
                "json | a INT, A INT           | A is there twice; Delta does not tell upper from lower case",
                "csv  | a INT, a INT           | a is there twice; Delta does not tell upper from lower case",
            })
    void refusesASchemaThatTheFormatCannotHold(String format, String schema, String problem) {
        PipelineConfig pipeline = Pipelines.of("source.format=" + format, "source.schema=" + schema);

        Failure.Configuration failure =
                catchThrowableOfType(Failure.Configuration.class, () -> RawSource.declared(pipeline));

        assertThat(failure)
                .hasMessageStartingWith("--set source.schema: source.schema = \"" + schema + "\": " + problem);
        assertThat(failure.fix())
                .isEqualTo("Write columns and Spark SQL types, for example \"user_id STRING, event_time TIMESTAMP\".");
    }

    private static PipelineConfig csv(String... options) {
        List<String> sets = new java.util.ArrayList<>(List.of("source.format=csv", "source.schema=a BIGINT, s STRING"));
        List.of(options).forEach(option -> sets.add("source.options." + option));
        return Pipelines.of(sets.toArray(String[]::new));
    }

    /** Every file of the folder, as a run would list and read them. */
    private Dataset<Row> read(SparkSession session, PipelineConfig pipeline) {
        io.lakeproof.config.SourceConfig source = new io.lakeproof.config.SourceConfig(
                List.of(folder.resolve("raw").toString()), pipeline.source().format(), null, Map.of(), Map.of());
        List<InputFile> files = new InputListing(source, DateScope.ALL, new Configuration())
                .list()
                .files();
        return new RawSource(session, pipeline).read(files);
    }

    private List<String> rows(PipelineConfig pipeline) {
        return shown(read(session(), pipeline));
    }

    /** The values of each row; bytes as ISO 8859-1 between «», paths below the folder. */
    private List<String> shown(Dataset<Row> rows) {
        String root = "file:" + folder.resolve("raw") + "/";
        return rows.collectAsList().stream()
                .map(row -> IntStream.range(0, row.length())
                        .mapToObj(i -> row.get(i) instanceof byte[] bytes
                                ? "«" + new String(bytes, ISO_8859_1) + "»"
                                : row.schema().fieldNames()[i].equals(RawColumns.FILE)
                                        ? InputListing.ofUri(row.getString(i)).replace(root, "")
                                        : String.valueOf(row.get(i)))
                        .collect(java.util.stream.Collectors.joining(", ")))
                .toList();
    }

    /** Text in UTF-8, then bytes that are given as the characters of ISO 8859-1. */
    private void write(String name, String text, String bytes) throws IOException {
        Path file = folder.resolve("raw").resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream plain = Files.newOutputStream(file);
                OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
            out.write(text.getBytes(UTF_8));
            out.write(bytes.getBytes(ISO_8859_1));
        }
    }

    private void write(String name, String bytes) throws IOException {
        write(name, "", bytes);
    }
}
