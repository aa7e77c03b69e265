package io.lakeproof.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lakeproof.digest.DigestVectors.Vector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowEncodingTest {
    private static final int ROWS = 10;

    @TestFactory
    Stream<DynamicTest> agreesWithEveryValueAndRowOfTheSpecification() {
        return DigestVectors.read().stream()
                .filter(vector -> vector.json().has("value") || vector.json().has("values"))
                .map(vector -> dynamicTest(vector.name(), () -> {
                    RowEncoding encoding = new RowEncoding(schema(vector));
                    Row row = TypedJson.external(schema(vector), values(vector));

                    assertThat(hex(encoding.bytes(row))).isEqualTo(vector.text("encoded"));
                    assertThat(hex(encoding.digest(row))).isEqualTo(vector.text("sha256"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithTheRowDigestsOfEverySetOfTheSpecification() {
        return DigestVectors.read().stream()
                .filter(vector -> vector.json().has("rowDigests"))
                .map(vector -> dynamicTest(vector.name(), () -> {
                    RowEncoding encoding = new RowEncoding(schema(vector));
                    List<String> expected = new ArrayList<>();
                    vector.json().get("rowDigests").forEach(digest -> expected.add(digest.textValue()));

                    List<String> digests = new ArrayList<>();
                    for (JsonNode values : vector.json().get("rows")) {
                        digests.add(hex(encoding.digest(TypedJson.external(schema(vector), values))));
                    }

                    assertThat(digests).isEqualTo(expected);
                }));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTheReferenceOnRandomRowsOfARandomSchema(long seed) {
        RandomRows random = new RandomRows(seed);
        StructType schema = random.schema();
        RowEncoding encoding = new RowEncoding(schema);
        for (int i = 0; i < ROWS; i++) {
            ArrayNode values = random.row(schema);

            String digest = hex(encoding.digest(TypedJson.external(schema, values)));

            assertThat(digest)
                    .as("seed %d, row %d: %s %s", seed, i, schema.catalogString(), values)
                    .isEqualTo(hex(ReferenceDigest.rowDigest(RandomRows.typed(schema, values))));
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 100);
    }

    @Test
    void encodesTheColumnsAtThePositionsThatItIsGivenInTheirOrder() {
        RowEncoding encoding = new RowEncoding(StructType.fromDDL("a INT, b STRING, c BOOLEAN"));
        Row row = RowFactory.create(1, "x", true);

        String encoded = hex(encoding.encode(row, new int[] {2, 1}));

        assertThat(encoded).isEqualTo("0101" + "05" + "00000001" + "78");
    }

    @Test
    void forgetsTheRowBefore() {
        RowEncoding encoding = new RowEncoding(StructType.fromDDL("a STRING"));
        String first = hex(encoding.digest(RowFactory.create("a long first row")));

        encoding.digest(RowFactory.create("b"));

        assertThat(hex(encoding.digest(RowFactory.create("a long first row")))).isEqualTo(first);
    }

    @Test
    void roundsAnInstantDownToTheMicrosecondAsSparkDoes() {
        RowEncoding encoding = new RowEncoding(StructType.fromDDL("t TIMESTAMP"));

        String encoded = hex(encoding.bytes(RowFactory.create(Instant.parse("1969-12-31T23:59:59.999998001Z"))));

        assertThat(encoded).isEqualTo("08" + "fffffffffffffffe");
    }

    @Test
    void growsForALongRow() {
        StructType schema = new StructType();
        for (int i = 100; i < 400; i++) {
            schema = schema.add("c" + i, "bigint");
        }
        Object[] values = IntStream.range(0, 300).mapToObj(i -> (long) i).toArray();

        byte[] encoded = new RowEncoding(schema).bytes(RowFactory.create(values));

        String expected = IntStream.range(0, 300)
                .mapToObj("02%016x"::formatted)
                .reduce(String::concat)
                .orElseThrow();
        assertThat(hex(encoded)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"interval day to second", "interval year to month", "interval"})
    void refusesATypeWithoutAnEncodingAtAnyDepth(String type) {
        DataType refused = type.equals("interval") ? DataTypes.CalendarIntervalType : DataType.fromDDL(type);
        DataType nested = DataTypes.createMapType(
                DataTypes.StringType, DataTypes.createArrayType(new StructType().add("f", refused)));

        assertThatThrownBy(() -> new RowEncoding(new StructType().add("c", refused)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column c: no digest is defined for the type " + refused.catalogString());
        assertThatThrownBy(() -> new RowEncoding(new StructType().add("c", nested)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column c: no digest is defined for the type " + refused.catalogString());
    }

    @Test
    void refusesTwoColumnsOrTwoFieldsOfTheSameName() {
        StructType twice = new StructType().add("b", "int").add("a", "int").add("b", "string");

        assertThatThrownBy(() -> new RowEncoding(twice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two columns or fields are named b");
        assertThatThrownBy(() -> new RowEncoding(new StructType().add("s", twice)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column s: two columns or fields are named b");
    }

    private static StructType schema(Vector vector) {
        return vector.json().has("schema")
                ? TypedJson.schema(vector.json().get("schema"))
                : new StructType().add("v", DataType.fromDDL(vector.text("type")));
    }

    private static JsonNode values(Vector vector) {
        return vector.json().has("values")
                ? vector.json().get("values")
                : JsonNodeFactory.instance.arrayNode().add(vector.json().get("value"));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
