package io.lakeproof.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.config.RecordShape;
import io.lakeproof.config.RecordShape.OnExtra;
import io.lakeproof.config.RecordShape.OnMissing;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of fields that the schema lacks, and of those that the record lacks. */
class ExtraFieldsTest {
    private static final String SCHEMA =
            "id BIGINT, o STRUCT<a: BIGINT>, l ARRAY<STRUCT<a: BIGINT>>, m MAP<STRING, STRUCT<a: BIGINT>>";

    /** A line, and the JSON of what its schema lacks. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"id\":1}                              | null",
                "{}                                      | null",
                "{\"z\":1,\"b\":2,\"id\":3,\"a\":null}   | {\"a\":null,\"b\":2,\"z\":1}",
                "{\"x\":1.50e+3,\"y\":-0,\"w\":10000000000000000000000.10} | {\"w\":10000000000000000000000.10,\"x\":1.50e+3,\"y\":-0}",
                "{\"x\": { \"b\" : [ 1 , {\"d\":1, \"c\":true} ] , \"a\":\"\\u0041\\u000a\\/\\\"\" } } | {\"x\":{\"a\":\"A\\n/\\\"\",\"b\":[1,{\"c\":true,\"d\":1}]}}",
                "{\"o\":{\"a\":1,\"b\":2}}               | {\"o\":{\"b\":2}}",
                "{\"o\":{\"a\":1}}                       | null",
                "{\"l\":[{\"a\":1},{\"b\":[]},null]}     | {\"l\":[null,{\"b\":[]},null]}",
                "{\"l\":[{\"a\":1},{}]}                  | null",
                "{\"m\":{\"k\":{\"b\":1},\"j\":{\"a\":1}}} | {\"m\":{\"k\":{\"b\":1}}}",
                "{\"\":1,\"é\":2,\"\\u001f\":3}          | {\"\":1,\"\\u001f\":3,\"é\":2}",
                "{\"ID\":1}                              | {\"ID\":1}",
            })
    void keepsThemAsTheRecordWithoutItsDeclaredFields(String line, String extra) throws Exception {
        Object[] values = parser(OnExtra.KEEP_JSON, OnMissing.NULL).parse(line.getBytes(StandardCharsets.UTF_8));

        assertThat(values).hasSize(5);
        assertThat(String.valueOf(values[4])).isEqualTo(extra);
    }

    /** A line, and how it is refused. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "QUARANTINE | NULL | {\"id\":1,\"x\":2}  | extra_field: x: source.schema has no such field",
                "QUARANTINE | NULL | {\"o\":{\"b\":2}}   | extra_field: o.b: source.schema has no such field",
                "QUARANTINE | NULL | {\"l\":[{},{\"b\":2}]} | extra_field: l[1].b: source.schema has no such field",
                "DROP | QUARANTINE | {\"id\":1}          | missing_field: o: expected STRUCT<a: BIGINT>, found no such field",
                "DROP | QUARANTINE | {\"id\":1,\"o\":{},\"l\":[],\"m\":{}} | missing_field: o.a: expected BIGINT, found no such field",
                "KEEP_JSON | NULL | {\"x\":\"\\ud800\"}  | invalid_utf8: x: the text holds half of a surrogate pair",
                "KEEP_JSON | NULL | {\"x\":{\"\\udc00\":1}} | invalid_utf8: x.\\udc00: the text holds half of a surrogate pair",
                "KEEP_JSON | NULL | {\"x\":1,\"x\":2}    | duplicate_field: x: found twice in one object",
                "KEEP_JSON | NULL | {\"x\":{\"y\":1,\"y\":2}} | duplicate_field: x.y: found twice in one object",
                "DROP      | NULL | {\"x\":{\"y\":1,\"y\":2}} | duplicate_field: x.y: found twice in one object",
            })
    void refusesThemByName(OnExtra onExtra, OnMissing onMissing, String line, String refusal) {
        String found;
        try {
            found = "accepted " + parser(onExtra, onMissing).parse(line.getBytes(StandardCharsets.UTF_8)).length;
        } catch (MalformedRecord e) {
            found = e.getMessage();
        }

        assertThat(found).isEqualTo(refusal);
    }

    @Test
    void aRefusedLineLeavesNothingForTheNext() throws Exception {
        JsonRecordParser parser = parser(OnExtra.KEEP_JSON, OnMissing.NULL);
        try {
            parser.parse("{\"o\":{\"b\":1},\"id\":\"x\"}".getBytes(StandardCharsets.UTF_8));
        } catch (MalformedRecord e) {
            assertThat(e.reason()).isEqualTo("type_mismatch");
        }

        assertThat(parser.parse("{\"id\":1}".getBytes(StandardCharsets.UTF_8))[4])
                .isNull();
    }

    /** Sorted by UTF-16 code units, as RFC 8785 says: U+1F600 before U+FB33. */
    @Test
    void namesAreInTheOrderOfRfc8785() throws Exception {
        String line = "{\"\\ufb33\":1,\"\\ud83d\\ude00\":2,\"a\":3}";

        Object[] values = parser(OnExtra.KEEP_JSON, OnMissing.NULL).parse(line.getBytes(StandardCharsets.UTF_8));

        assertThat(values[4]).isEqualTo("{\"a\":3,\"\ud83d\ude00\":2,\"\ufb33\":1}");
    }

    private static JsonRecordParser parser(OnExtra onExtra, OnMissing onMissing) {
        return new JsonRecordParser(
                StructType.fromDDL(SCHEMA),
                ZoneOffset.UTC,
                new RecordShape(onExtra, "_extra", onMissing, RecordShape.MAX_LINE));
    }
}
