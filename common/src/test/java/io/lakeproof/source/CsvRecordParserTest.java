package io.lakeproof.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRecordParserTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void readsEveryType() throws Exception {
        String schema = "s STRING, b BOOLEAN, i8 TINYINT, i16 SMALLINT, i32 INT, i64 BIGINT, f FLOAT, d DOUBLE, "
                + "m DECIMAL(10,2), x BINARY, t TIMESTAMP, n TIMESTAMP_NTZ, day DATE, c CHAR(1)";
        String line = "\"a, \"\"b\"\"\",TRUE,-128,+32767,007,-9223372036854775808,.5,1e3,12.5,AQI=,"
                + "2024-06-01T12:00:00,2024-06-01 12:00:00.000001,2024-02-29,\"1\"\r";

        Object[] values = parse(schema, line);

        assertThat(values)
                .containsExactly(
                        "a, \"b\"",
                        true,
                        (byte) -128,
                        (short) 32767,
                        7,
                        -9223372036854775808L,
                        0.5f,
                        1000.0,
                        new BigDecimal("12.50"),
                        new byte[] {1, 2},
                        Instant.parse("2024-06-01T10:00:00Z"),
                        LocalDateTime.parse("2024-06-01T12:00:00.000001"),
                        LocalDate.parse("2024-02-29"),
                        "1");
    }

    @Test
    void onlyTheUnquotedNullValueIsNull() throws Exception {
        assertThat(parse("a STRING, b STRING, c INT, d INT", ",\"\",,\"\"")).containsExactly(null, "", null, null);
        assertThat(parse("a STRING", "")).containsExactly((Object) null);
        assertThat(parser("a STRING, b STRING, c STRING, d INT, e INT", with("NA"))
                        .parse(bytes("NA,\"NA\",,NA,")))
                .containsExactly(null, "NA", "", null, null);
    }

    @ParameterizedTest
    @CsvSource({"NaN, NaN", "Infinity, Infinity", "-Infinity, -Infinity", "-0, -0.0", "1., 1.0", "+1E+2, 100.0"})
    void readsADoubleInJavasDecimalSyntax(String text, Double expected) throws Exception {
        assertThat(parse("d DOUBLE", text)).containsExactly(expected);
        assertThat(parse("d FLOAT", text)).containsExactly(expected.floatValue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "BIGINT  | 1.0        | type_mismatch       | expected BIGINT, found 1.0",
                "BIGINT  | ` 1`       | type_mismatch       | expected BIGINT, found \" 1\"",
                "BIGINT  | -          | type_mismatch       | expected BIGINT, found \"-\"",
                "BIGINT  | ٣          | type_mismatch       | expected BIGINT, found \"٣\"",
                "BIGINT  | 9223372036854775808 | number_out_of_range | expected BIGINT, found 9223372036854775808",
                "DOUBLE  | 0x1p3      | type_mismatch       | expected DOUBLE, found \"0x1p3\"",
                "DOUBLE  | 1d         | type_mismatch       | expected DOUBLE, found \"1d\"",
                "DOUBLE  | nan        | type_mismatch       | expected DOUBLE, found \"nan\"",
                "DOUBLE  | +Infinity  | type_mismatch       | expected DOUBLE, found \"+Infinity\"",
                "DOUBLE  | 1e         | type_mismatch       | expected DOUBLE, found \"1e\"",
                "DOUBLE  | .          | type_mismatch       | expected DOUBLE, found \".\"",
                "DOUBLE  | 1e999      | number_out_of_range | expected DOUBLE, found 1e999",
                "DECIMAL(4,2) | NaN   | type_mismatch       | expected DECIMAL(4,2), found \"NaN\"",
                "DECIMAL(4,2) | 1.001 | number_out_of_range | expected DECIMAL(4,2), found 1.001: it would be rounded"
                        + " to scale 2",
                "BOOLEAN | yes        | type_mismatch       | expected BOOLEAN, found \"yes\"",
                "BOOLEAN | falſe      | type_mismatch       | expected BOOLEAN, found \"falſe\"",
                "DATE    | 01.02.2024 | type_mismatch       | expected DATE, found \"01.02.2024\"",
                "TIMESTAMP | 2024-06-01 | type_mismatch     | expected TIMESTAMP, found \"2024-06-01\"",
                "TIMESTAMP | 2024-10-27 02:30:00 | ambiguous_time | expected TIMESTAMP, found \"2024-10-27 02:30:00\":"
                        + " Europe/Berlin has this local time twice",
            })
    void refusesAValueOfAnotherTypeAndNamesTheField(String type, String text, String reason, String detail) {
        MalformedRecord refused = refused("v " + type, text);

        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused.detail()).isEqualTo("v: " + detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a          | wrong_column_count: expected 2 columns, found 1",
                "``         | wrong_column_count: expected 2 columns, found 1",
                "a,b,       | wrong_column_count: expected 2 columns, found 3",
                "a,\"b      | malformed: the line ends inside a quoted or escaped value",
                "\"a\"x,b   | malformed: a character after the closing quote that is no separator",
                "`\"a\nb\",c` | malformed: a line break inside the line",
                "`a,b\rc`   | malformed: a line break inside the line",
            })
    void refusesALineThatIsNotOneRecordAndReadsTheNext(String line, String message) throws Exception {
        CsvRecordParser parser = parser("a STRING, b STRING", CsvOptions.DEFAULT);

        assertThatThrownBy(() -> parser.parse(bytes(line)))
                .isInstanceOf(MalformedRecord.class)
                .hasMessage(message);

        assertThat(parser.parse(bytes("a,b"))).containsExactly("a", "b");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        assertThatThrownBy(() -> parser("a STRING", CsvOptions.DEFAULT).parse(new byte[] {'a', (byte) 0xff}))
                .hasMessage("invalid_utf8: the line is not UTF-8: byte 0xff at offset 1");
    }

    @Test
    void aNullInANotNullColumnIsRefused() {
        StructType schema = new StructType().add("id", DataTypes.LongType, false);

        assertThatThrownBy(() -> new CsvRecordParser(schema, BERLIN, CsvOptions.DEFAULT).parse(bytes("")))
                .hasMessage("null_value: id: expected BIGINT, found null");
    }

    @Test
    void readsOtherSeparatorsQuotesAndEscapes() throws Exception {
        CsvOptions options = new CsvOptions('\t', '\'', '\\', "\\N", true, null);

        Object[] values = parser("a STRING, b STRING, c STRING, d STRING, e STRING, f STRING", options)
                .parse(bytes("'x\ty'\tit\\'s\t'it\\'s'\tq\"\\\t\"\t\\N\t\\q\\\\"));

        assertThat(values).containsExactly("x\ty", "it's", "it's", "q\"\t\"", null, "\\q\\");
        assertThatThrownBy(() -> parser("a STRING", options).parse(bytes("a\\")))
                .hasMessage("malformed: the line ends inside a quoted or escaped value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dd/MM/yyyy HH:mm:ss        | 01/06/2024 12:00:00            | 2024-06-01T10:00:00Z",
                "dd/MM/uuuu HH:mm           | 01/06/2024 12:00               | 2024-06-01T10:00:00Z",
                "MMM d, yyyy h:mm a         | Jun 1, 2024 12:00 PM           | 2024-06-01T10:00:00Z",
                "yyyy-MM-dd HH:mm:ss.SSSXXX | 2024-10-27 02:30:00.250+01:00  | 2024-10-27T01:30:00.250Z",
                "yyyyMMddHHmmss VV          | 20240601120000 America/New_York| 2024-06-01T16:00:00Z",
            })
    void readsATimestampByItsPattern(String pattern, String text, Instant expected) throws Exception {
        assertThat(parser("t TIMESTAMP", patterned(pattern)).parse(bytes('"' + text + '"')))
                .containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dd/MM/yyyy HH:mm          | 30/02/2024 12:00 | invalid_time     | the timestamp format is dd/MM/yyyy"
                        + " HH:mm",
                "dd/MM/yyyy HH:mm          | 01/06/2024 25:00 | invalid_time     | the timestamp format is dd/MM/yyyy"
                        + " HH:mm",
                "dd/MM/yyyy HH:mm          | 01/06/2024 24:00 | invalid_time     | the timestamp format is dd/MM/yyyy"
                        + " HH:mm",
                "dd/MM/yyyy HH:mm          | 2024-06-01T12:00 | type_mismatch    | the timestamp format is dd/MM/yyyy"
                        + " HH:mm",
                "dd/MM/yyyy HH:mm          | 31/03/2024 02:30 | nonexistent_time | Europe/Berlin skips this local time",
                "dd/MM/yyyy HH:mm          | 27/10/2024 02:30 | ambiguous_time   | Europe/Berlin has this local time"
                        + " twice",
                "uuuu-MM-dd HH:mm          | 0000-10-27 02:30 | invalid_time     | the timestamp format is uuuu-MM-dd"
                        + " HH:mm",
                "yyyy-MM-dd HH:mm:ss.SSSSSSSSS | 2024-06-01 12:00:00.000000001 | invalid_time | it has digits below"
                        + " the microsecond",
            })
    void refusesATimestampThatItsPatternDoesNotGive(String pattern, String text, String reason, String why) {
        assertThatThrownBy(() -> parser("t TIMESTAMP", patterned(pattern)).parse(bytes(text)))
                .hasMessage(reason + ": t: expected TIMESTAMP, found \"" + text + "\": " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dd/MM/yyyy", "HH:mm:ss", "yyyy-MM-dd hh:mm", "yyyy-bb", "yyyy-MM-dd'T"})
    void refusesAPatternThatSaysNoDateOrNoTime(String pattern) {
        assertThatThrownBy(() -> patterned(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the timestamp format " + pattern + " cannot be read back to a date and a time; write a"
                        + " pattern of java.time.format.DateTimeFormatter, for example dd/MM/yyyy HH:mm:ss");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id,name", "\"id\",name\r", "\uFEFFid,name", "\uFEFF\"id\",\"name\""})
    void acceptsAHeaderThatNamesTheColumnsInOrder(String header) throws Exception {
        parser("id BIGINT, name STRING", CsvOptions.DEFAULT).requireHeader(bytes(header));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name,id      | column 1: expected \"id\", found \"name\"",
                "id,Name      | column 2: expected \"name\", found \"Name\"",
                "id           | column 2: expected \"name\", found no more columns",
                "id,name,page | column 3: expected no more columns, found \"page\"",
                "id,          | column 2: expected \"name\", found \"\"",
            })
    void refusesAnotherHeaderAndNamesTheFirstDifference(String header, String detail) {
        assertThatThrownBy(() ->
                        parser("id BIGINT, name STRING", CsvOptions.DEFAULT).requireHeader(bytes(header)))
                .hasMessage("header_mismatch: " + detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a ARRAY<INT>       | column a is ARRAY<INT>: a CSV file holds flat values only; use JSON lines for"
                        + " nested ones",
                "a INTERVAL YEAR    | column a is INTERVAL YEAR: a text file cannot hold this type; declare STRING and"
                        + " convert it later",
            })
    void refusesASchemaThatCsvCannotHold(String schema, String message) {
        assertThatThrownBy(() -> parser(schema, CsvOptions.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesOptionsThatCannotBeToldApart() {
        assertThatThrownBy(() -> new CsvOptions(',', ',', null, "", true, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("separator, quote and escape of a CSV file must be three characters that differ and are no"
                        + " line breaks: found , , null");
    }

    @Test
    void aSerializedCopyGivesTheSameAnswers() throws Exception {
        RecordParser copy = JsonRecordParserTest.copy(parser("t TIMESTAMP", patterned("dd/MM/yyyy HH:mm")));

        assertThat(copy.parse(bytes("01/06/2024 12:00"))).containsExactly(Instant.parse("2024-06-01T10:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(longs = {20240601})
    void noMutationOfALineThrowsAnythingElseOrGivesTwoAnswers(long seed) {
        CsvOptions options = new CsvOptions(',', '"', '\\', "", true, null);
        List<String> lines = List.of(
                "12,2024-06-01T12:00:00.5+02:00,\"a, \"\"é\"\"\",1.25,true", "-1,,\"\",,false", ",,it\\'s,NaN,");

        Mutations.tryAll(
                () -> parser("id BIGINT, t TIMESTAMP, s STRING, v DOUBLE, b BOOLEAN", options), lines, seed, 10_000);
    }

    private static Object[] parse(String schema, String line) throws MalformedRecord {
        return parser(schema, CsvOptions.DEFAULT).parse(bytes(line));
    }

    private static MalformedRecord refused(String schema, String line) {
        return catchThrowableOfType(MalformedRecord.class, () -> parse(schema, line));
    }

    private static CsvRecordParser parser(String schema, CsvOptions options) {
        return new CsvRecordParser(StructType.fromDDL(schema), BERLIN, options);
    }

    private static CsvOptions with(String nullValue) {
        return new CsvOptions(',', '"', null, nullValue, true, null);
    }

    private static CsvOptions patterned(String timestampFormat) {
        return new CsvOptions(',', '"', null, "", true, timestampFormat);
    }

    private static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.UTF_8);
    }
}
