package io.lakeproof.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordParserTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void readsEveryType() throws Exception {
        String schema = "s STRING, b BOOLEAN, i8 TINYINT, i16 SMALLINT, i32 INT, i64 BIGINT, f FLOAT, d DOUBLE, "
                + "m DECIMAL(10,2), x BINARY, t TIMESTAMP, n TIMESTAMP_NTZ, day DATE, v VARCHAR(2), missing STRING";
        String line = "{\"s\":\"é\\u00e9\\ud83d\\ude00\",\"b\":true,\"i8\":-128,\"i16\":32767,\"i32\":-2147483648,"
                + "\"i64\":9223372036854775807,\"f\":0.1,\"d\":1,\"m\":12.5,\"x\":\"AQI=\","
                + "\"t\":\"2024-01-02T03:04:05.123456Z\",\"n\":\"2024-01-02 03:04\","
                + "\"day\":\"2024-02-29\",\"v\":\"abc\"}";

        Object[] values = parse(schema, line);

        assertThat(values)
                .containsExactly(
                        "éé😀",
                        true,
                        (byte) -128,
                        (short) 32767,
                        -2147483648,
                        9223372036854775807L,
                        0.1f,
                        1.0,
                        new BigDecimal("12.50"),
                        new byte[] {1, 2},
                        Instant.parse("2024-01-02T03:04:05.123456Z"),
                        LocalDateTime.parse("2024-01-02T03:04:00"),
                        LocalDate.parse("2024-02-29"),
                        "abc",
                        null);
    }

    @Test
    void readsNestedValuesAsTheRowEncoderTakesThem() throws Exception {
        String schema = "o STRUCT<a: BIGINT, l: ARRAY<STRUCT<m: MAP<STRING, ARRAY<DOUBLE>>>>>";

        Object[] values =
                parse(schema, "{\"o\": {\"x\": [{}], \"l\": [null, {\"m\": {\"k\": [1, null], \"\": null}}]}}");

        Row outer = (Row) values[0];
        Map<String, ?> map = outer.<Row>getList(1).get(1).getJavaMap(0);
        assertThat(outer.get(0)).isNull();
        assertThat(outer.getList(1).get(0)).isNull();
        assertThat(map).containsOnlyKeys("k", "").containsEntry("", null);
        assertThat(RowFactory.create(map.get("k")).getList(0)).containsExactly(1.0, null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"Id\":1,\"x\":{\"a\":[1,{\"b\":\"\\n\"}]}}", "{}", " { } ", "{\"id\":null}\r", "\uFEFF{}"})
    void aFieldThatTheRecordLacksIsNullAndAnUnknownOneIsDropped(String line) throws Exception {
        assertThat(parse("id BIGINT", line)).containsExactly((Object) null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``              | expected one JSON object, found an empty line",
                "` `             | expected one JSON object, found an empty line",
                "[{}]            | expected one JSON object, found an array",
                "null            | expected one JSON object, found null",
                "12              | expected one JSON object, found the number 12",
                "{} {}           | expected one JSON object, found an object after it",
                "{\"id\":1}{\"id\":2}| expected one JSON object, found an object after it",
                "{},             | Unexpected character (',' (code 44))",
                "{}x             | Unrecognized token 'x'",
                "{\"id\":1       | Unexpected end-of-input: expected close marker for Object",
                "{\"id\":1,}     | Unexpected character ('}' (code 125))",
                "{\"id\":\"a     | Unexpected end-of-input: was expecting closing quote for a string value",
                "{'id':1}        | Unexpected character (''' (code 39))",
                "{\"id\":NaN}    | Non-standard token 'NaN'",
                "{\"id\":-Infinity}| Non-standard token '-Infinity'",
                "{\"id\":01}     | Invalid numeric value: Leading zeroes not allowed",
                "{\"id\":+1}     | Unexpected character ('+' (code 43))",
                "{\"id\":1}//    | Unexpected character ('/' (code 47))",
                "{\"x\":\"\\q\"} | Unrecognized character escape 'q' (code 113)",
            })
    void refusesALineThatIsNotExactlyOneObject(String line, String detail) {
        MalformedRecord refused = refused("id BIGINT", line);

        assertThat(refused.reason()).isEqualTo("malformed");
        assertThat(refused.detail()).contains(detail).doesNotContain("Source", "enable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "STRING        | 1                | type_mismatch       | expected STRING, found the number 1",
                "STRING        | true             | type_mismatch       | expected STRING, found true",
                "STRING        | {}               | type_mismatch       | expected STRING, found an object",
                "STRING        | \"a\\ud800\"     | invalid_utf8        | expected STRING, found \"a\\ud800\": it"
                        + " holds half of a surrogate pair",
                "BOOLEAN       | \"true\"         | type_mismatch       | expected BOOLEAN, found the string \"true\"",
                "BOOLEAN       | 1                | type_mismatch       | expected BOOLEAN, found the number 1",
                "BIGINT        | \"7\"            | type_mismatch       | expected BIGINT, found the string \"7\"",
                "BIGINT        | 1.0              | type_mismatch       | expected BIGINT, found 1.0",
                "BIGINT        | 1e2              | type_mismatch       | expected BIGINT, found 1e2",
                "BIGINT        | 9223372036854775808 | number_out_of_range | expected BIGINT, found"
                        + " 9223372036854775808",
                "INT           | 2147483648       | number_out_of_range | expected INT, found 2147483648",
                "SMALLINT      | -32769           | number_out_of_range | expected SMALLINT, found -32769",
                "TINYINT       | 128              | number_out_of_range | expected TINYINT, found 128",
                "DOUBLE        | 1e999            | number_out_of_range | expected DOUBLE, found 1e999",
                "DOUBLE        | \"NaN\"          | type_mismatch       | expected DOUBLE, found the string \"NaN\"",
                "FLOAT         | 3.5e38           | number_out_of_range | expected FLOAT, found 3.5e38",
                "DECIMAL(4,2)  | 1.005            | number_out_of_range | expected DECIMAL(4,2), found 1.005: it would"
                        + " be rounded to scale 2",
                "DECIMAL(4,2)  | 100              | number_out_of_range | expected DECIMAL(4,2), found 100",
                "DECIMAL(4,2)  | 1e999999999      | number_out_of_range | expected DECIMAL(4,2), found 1e999999999",
                "DECIMAL(4,2)  | 1e9999999999     | number_out_of_range | expected DECIMAL(4,2), found 1e9999999999:"
                        + " its exponent is too large",
                "BINARY        | \"A*==\"         | type_mismatch       | expected BINARY, found \"A*==\": it is not"
                        + " Base64 (RFC 4648, section 4)",
                "ARRAY<INT>    | {}               | type_mismatch       | expected ARRAY<INT>, found an object",
                "STRUCT<a:INT> | []               | type_mismatch       | expected STRUCT<a: INT>, found an array",
                "MAP<STRING,INT> | 1              | type_mismatch       | expected MAP<STRING, INT>, found the number"
                        + " 1",
                "DATE          | \"2024-1-02\"    | type_mismatch       | expected DATE, found \"2024-1-02\"",
                "DATE          | \"2024-01-02T00:00:00Z\" | type_mismatch | expected DATE, found"
                        + " \"2024-01-02T00:00:00Z\"",
                "DATE          | \"2023-02-29\"   | invalid_time        | expected DATE, found \"2023-02-29\": no"
                        + " calendar has this date",
                "DATE          | \"0000-01-01\"   | invalid_time        | expected DATE, found \"0000-01-01\": the"
                        + " years are 0001 to 9999 (UTC)",
            })
    void refusesAValueOfAnotherTypeAndNamesTheField(String type, String json, String reason, String detail) {
        MalformedRecord refused = refused("v " + type, "{\"v\":" + json + "}");

        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused.detail()).isEqualTo("v: " + detail);
    }

    @ParameterizedTest
    @CsvSource({
        "0.5e1, 5.00",
        "-12.3400, -12.34",
        "0e999999999, 0.00",
        "1E1, 10.00",
        "-0, 0.00",
        "99.99, 99.99",
    })
    void aDecimalIsExactWithTheDeclaredScale(String json, BigDecimal expected) throws Exception {
        assertThat(parse("v DECIMAL(4,2)", "{\"v\":" + json + "}")).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2024-06-01T12:00:00Z, 2024-06-01T12:00:00Z",
        "2024-06-01 12:00:00.5+02:00, 2024-06-01T10:00:00.5Z",
        "2024-06-01T12:00:00.123456000-0130, 2024-06-01T13:30:00.123456Z",
        "2024-06-01T12:00+02, 2024-06-01T10:00:00Z",
        "2024-06-01T12:00:00, 2024-06-01T10:00:00Z",
        "2024-10-27T02:30:00+01:00, 2024-10-27T01:30:00Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z",
    })
    void readsAnInstantInIsoForm(String text, Instant expected) throws Exception {
        assertThat(parse("t TIMESTAMP", "{\"t\":\"" + text + "\"}")).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2024-03-31T02:30:00, nonexistent_time, Europe/Berlin skips this local time",
        "2024-10-27 02:30:00, ambiguous_time, Europe/Berlin has this local time twice",
        "2024-06-01T12:00:00.1234567Z, invalid_time, it has digits below the microsecond",
        "2024-02-30T00:00:00Z, invalid_time, no calendar has this date",
        "2024-06-01T24:00:00Z, invalid_time, no clock has this time",
        "2024-06-01T23:59:60Z, invalid_time, no clock has this time",
        "2024-06-01T12:00:00+19:00, invalid_time, offsets go from -18:00 to +18:00",
        "0000-06-01T12:00:00Z, invalid_time, the years are 0001 to 9999 (UTC)",
        "+12024-06-01T12:00:00Z, invalid_time, the years are 0001 to 9999 (UTC)",
        "0001-01-01T00:00:00+05:00, invalid_time, the years are 0001 to 9999 (UTC)",
        "9999-12-31T23:59:59-01:00, invalid_time, the years are 0001 to 9999 (UTC)",
    })
    void refusesATimeThatIsNotOneInstant(String text, String reason, String why) {
        MalformedRecord refused = refused("t TIMESTAMP", "{\"t\":\"" + text + "\"}");

        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused.detail()).isEqualTo("t: expected TIMESTAMP, found \"" + text + "\": " + why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-06-01",
                "2024-06-01T",
                "2024-06-01T12",
                "2024-06-01T12:0",
                "2024-06-01t12:00:00Z",
                "20240601T120000Z",
                "2024-06-01T12:00:00z",
                "2024-06-01T12:00:00.Z",
                "2024-06-01T12:00:00.1234567890Z",
                "2024-06-01T12:00:00 Z",
                "2024-06-01T12:00:00+1",
                "2024-06-01T12:00:00+1:00",
                "2024-06-01T12:00:00+01:00x",
                "2024-06-01T12:00:00UTC",
                "2024-06-01T12:00:00+001:00",
                " 2024-06-01T12:00:00Z",
                "1717243200",
                "",
                "２024-06-01T12:00:00Z",
            })
    void refusesOtherFormsOfATime(String text) {
        assertThat(refused("t TIMESTAMP", "{\"t\":\"" + text + "\"}").reason()).isEqualTo("type_mismatch");
    }

    @Test
    void refusesAZoneInATimestampWithoutOne() {
        assertThat(refused("n TIMESTAMP_NTZ", "{\"n\":\"2024-03-31T02:30:00Z\"}"))
                .hasMessage("type_mismatch: n: expected TIMESTAMP_NTZ, found \"2024-03-31T02:30:00Z\":"
                        + " this type has no zone");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":1,\"id\":1}               | id: found twice in one object",
                "{\"z\":1,\"z\":2}                 | z: found twice in one object",
                "{\"z\":[0,{\"b\":{\"c\":1,\"c\":2}}]} | z[1].b.c: found twice in one object",
                "{\"m\":{\"k\":1,\"k\":2}}         | m.k: found twice in one object",
                "{\"id\":1,\"\\u0069d\":2}         | id: found twice in one object",
            })
    void refusesADuplicateFieldInAnyObject(String line, String detail) {
        MalformedRecord refused = refused("id BIGINT, m MAP<STRING, INT>", line);

        assertThat(refused.reason()).isEqualTo("duplicate_field");
        assertThat(refused.detail()).isEqualTo(detail);
    }

    @ParameterizedTest
    @CsvSource({"ff, 0xff", "c080, 0xc0", "eda080, 0xed", "c3, 0xc3"})
    void refusesBytesThatAreNotUtf8EvenInAnUnknownField(String hex, String first) {
        byte[] line = bytes("{\"x\":\"" + "?".repeat(hex.length() / 2) + "\"}");
        System.arraycopy(HexFormat.of().parseHex(hex), 0, line, 6, hex.length() / 2);

        assertThatThrownBy(() -> parser("id BIGINT").parse(line))
                .isInstanceOf(MalformedRecord.class)
                .hasMessage("invalid_utf8: the line is not UTF-8: byte " + first + " at offset 6");
    }

    @Test
    void keepsAReplacementCharacterThatTheLineReallyHolds() throws Exception {
        assertThat(parse("s STRING", "{\"s\":\"\uFFFD\"}")).containsExactly("\uFFFD");
    }

    @Test
    void aNullInANotNullColumnIsRefused() {
        StructType schema = new StructType().add("id", DataTypes.LongType, false);

        JsonRecordParser parser = new JsonRecordParser(schema, BERLIN);

        assertThatThrownBy(() -> parser.parse(bytes("{}")))
                .hasMessage("null_value: id: expected BIGINT, found no such field");
        assertThatThrownBy(() -> parser.parse(bytes("{\"id\":null}")))
                .hasMessage("null_value: id: expected BIGINT, found null");
    }

    @Test
    void nestsToDepthOneHundredAndNoFurther() throws Exception {
        assertThat(parse("id BIGINT", "{\"x\":" + "[".repeat(99) + "]".repeat(99) + "}"))
                .hasSize(1);
        assertThat(refused("id BIGINT", "{\"x\":" + "[".repeat(100) + "]".repeat(100) + "}"))
                .hasMessageStartingWith("malformed: ")
                .hasMessageContaining("(101) exceeds the maximum allowed");
        assertThat(refused("id BIGINT", "{\"x\":" + "[".repeat(1_000_000)).reason())
                .isEqualTo("malformed");
    }

    @Test
    void cutsALongValueAndKeepsTheMessageOnOneLine() {
        String value = "\\n" + "x".repeat(77) + "😀yy";

        assertThat(refused("a STRUCT<b: ARRAY<INT>>", "{\"a\":{\"b\":[1,\"" + value + "\"]}}")
                        .detail())
                .isEqualTo("a.b[]: expected INT, found the string \"\\u000a" + "x".repeat(77) + "…\"");
    }

    @Test
    void carriesNoStackTrace() {
        assertThat(refused("id BIGINT", "").getStackTrace()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a STRUCT<i: INTERVAL DAY> | column a.i is INTERVAL DAY: a text file cannot hold this type; declare"
                        + " STRING and convert it later",
                "a ARRAY<VOID>             | column a[] is VOID: a text file cannot hold this type; declare STRING and"
                        + " convert it later",
                "a MAP<INT, INT>           | column a is MAP<INT, INT>: the keys of a JSON object are strings; declare"
                        + " MAP<STRING, …>",
                "a INT, b INT, a STRING    | column a is STRING: the schema names it twice",
            })
    void refusesASchemaThatJsonCannotHold(String schema, String message) {
        assertThatThrownBy(() -> parser(schema))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aSerializedCopyGivesTheSameAnswers() throws Exception {
        RecordParser copy = copy(parser("id BIGINT, t TIMESTAMP"));

        assertThat(copy.parse(bytes("{\"id\":1,\"t\":\"2024-06-01T12:00:00\"}")))
                .containsExactly(1L, Instant.parse("2024-06-01T10:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(longs = {20240601})
    void noMutationOfALineThrowsAnythingElseOrGivesTwoAnswers(long seed) throws Exception {
        String schema = "id BIGINT, t TIMESTAMP, s STRING, d DECIMAL(10,2), v DOUBLE, x BINARY, day DATE, "
                + "o STRUCT<a: INT, l: ARRAY<BOOLEAN>, m: MAP<STRING, DOUBLE>>";
        List<String> lines = List.of(
                "{\"id\":12,\"t\":\"2024-06-01T12:00:00.5+02:00\",\"s\":\"a\\u00e9\\n\",\"d\":1.25,\"v\":-1e3}",
                "{\"x\":\"AQI=\",\"day\":\"2024-02-29\","
                        + "\"o\":{\"a\":1,\"l\":[true,null],\"m\":{\"k\":1.5}},\"z\":[{}]}");

        Mutations.tryAll(() -> parser(schema), lines, seed, 10_000);
    }

    private static Object[] parse(String schema, String line) throws MalformedRecord {
        return parser(schema).parse(bytes(line));
    }

    private static MalformedRecord refused(String schema, String line) {
        return catchThrowableOfType(MalformedRecord.class, () -> parse(schema, line));
    }

    private static JsonRecordParser parser(String schema) {
        return new JsonRecordParser(StructType.fromDDL(schema), BERLIN);
    }

    private static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.UTF_8);
    }

    static RecordParser copy(RecordParser parser) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(parser);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (RecordParser) in.readObject();
        }
    }
}
