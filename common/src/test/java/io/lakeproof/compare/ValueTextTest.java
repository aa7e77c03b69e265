package io.lakeproof.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueTextTest {
    @Test
    void valuesOfEachTypeCanBeToldApart() {
        assertThat(text("double", 0.1 + 0.2)).isEqualTo("0.30000000000000004");
        assertThat(text("double", Double.NaN)).isEqualTo("NaN");
        assertThat(text("double", -0.0)).isEqualTo("0.0");
        assertThat(text("float", 0.1f)).isEqualTo("0.1");
        assertThat(text("bigint", Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
        assertThat(text("decimal(20,10)", new BigDecimal("1E-10"))).isEqualTo("0.0000000001");
        assertThat(text("boolean", true)).isEqualTo("true");
        assertThat(text("date", -1)).isEqualTo("1969-12-31");
        assertThat(text("timestamp", -1L)).isEqualTo("1969-12-31 23:59:59.999999Z");
        assertThat(text("timestamp_ntz", LocalDateTime.parse("2024-11-05T10:00:00.5")))
                .isEqualTo("2024-11-05 10:00:00.5");
        assertThat(text("binary", new byte[] {0, -1})).isEqualTo("X'00ff'");
        assertThat(ValueText.of(null, DataType.fromDDL("string"))).isEqualTo("null");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '^',
            value = {
                "null, ^\"null\"^",
                "^^, ^\"\"^",
                "^a \"b\" \\^, ^\"a \\\"b\\\" \\\\\"^",
                "^tab\there^, ^\"tab\\there\"^",
                "^e\u0301^, ^\"e\\u0301\"^",
                "^a\u00a0b\u200b^, ^\"a\\u00a0b\\u200b\"^",
                "\ud83d\ude00\u65e5, ^\"\ud83d\ude00\u65e5\"^"
            })
    void stringsAreInQuotesAndWhatCannotBeSeenIsEscaped(String value, String expected) {
        assertThat(text("string", value.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
    }

    @Test
    void bytesThatAreNoUtf8AreShownOneByOne() {
        assertThat(text("string", new byte[] {'a', (byte) 0xff, '"'})).isEqualTo("\"a\\xff\\x22\"");
    }

    @Test
    void nestedValuesAreShownWithTheirNames() {
        byte[] x = {'x'};
        assertThat(text("array<string>", List.of(x, x))).isEqualTo("[\"x\", \"x\"]");
        assertThat(text("map<int,string>", Map.of(2, x, 1, x))).isEqualTo("{1: \"x\", 2: \"x\"}");
        assertThat(text("struct<a:int,b:array<int>>", RowFactory.create(null, List.of(1))))
                .isEqualTo("(a: null, b: [1])");
    }

    @Test
    void longTextsThatDifferAtTheEndStayApart() {
        String one = text("string", ("a".repeat(999) + "x").getBytes(StandardCharsets.UTF_8));
        String other = text("string", ("a".repeat(999) + "y").getBytes(StandardCharsets.UTF_8));

        assertThat(one)
                .hasSizeLessThan(260)
                .contains("\u2026 (1,002 characters, SHA-256 ")
                .isNotEqualTo(other);
    }

    private static String text(String type, Object value) {
        return ValueText.of(value, DataType.fromDDL(type));
    }
}
