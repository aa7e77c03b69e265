package io.lakeproof.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lakeproof.SparkTest;
import io.lakeproof.digest.DigestVectors.Vector;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The vectors of docs/digest.md, read from real Datasets. */
class ContentDigestVectorsTest extends SparkTest {
    /** One row with a column for each value: its encoding is theirs, one after the other. */
    @Test
    void agreesWithEveryValueOfTheSpecificationInOneRow() throws NoSuchAlgorithmException {
        StructType schema = new StructType();
        ArrayNode values = JsonNodeFactory.instance.arrayNode();
        MessageDigest expected = MessageDigest.getInstance("SHA-256");
        for (Vector vector : vectors("value")) {
            schema = schema.add("v%03d".formatted(schema.length()), DataType.fromDDL(vector.text("type")));
            values.add(vector.json().get("value"));
            expected.update(HexFormat.of().parseHex(vector.text("encoded")));
        }

        var digest = ContentDigest.of(TypedJson.dataset(compiling(), schema, List.of(values)), List.of());

        assertThat(schema.length()).isGreaterThan(50);
        assertThat(digest).isEqualTo(Map.of("", MultisetDigest.ofRow(expected.digest())));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithEveryRowOfTheSpecification() {
        return vectors("row").stream()
                .map(vector -> dynamicTest(vector.name(), () -> {
                    StructType schema = TypedJson.schema(vector.json().get("schema"));

                    var digest = ContentDigest.of(
                            TypedJson.dataset(
                                    compiling(), schema, List.of(vector.json().get("values"))),
                            List.of());

                    assertThat(digest).isEqualTo(Map.of("", MultisetDigest.parse(1, vector.text("sha256"))));
                }));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithEveryPartitionOfTheSpecification() {
        return vectors("partition").stream()
                .map(vector -> dynamicTest(vector.name(), () -> {
                    MultisetDigest expected =
                            MultisetDigest.parse(vector.json().get("count").longValue(), vector.text("sum"));

                    var digest = ContentDigest.of(rows(vector), partitionColumns(vector));

                    assertThat(digest)
                            .isEqualTo(expected.count() == 0 ? Map.of() : Map.of(vector.text("path"), expected));
                }));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithEveryTableOfTheSpecification() {
        return vectors("table").stream()
                .map(vector -> dynamicTest(vector.name(), () -> {
                    Map<String, MultisetDigest> expected = new TreeMap<>();
                    for (JsonNode partition : vector.json().get("partitions")) {
                        expected.put(
                                partition.get("path").textValue(),
                                MultisetDigest.parse(
                                        partition.get("count").longValue(),
                                        partition.get("sum").textValue()));
                    }
                    Dataset<Row> rows = rows(vector);

                    var partitions = ContentDigest.of(rows, partitionColumns(vector));

                    assertThat(partitions).isEqualTo(expected);
                    assertThat(TableDigest.of(rows.schema(), partitions).hex()).isEqualTo(vector.text("sha256"));
                }));
    }

    private static List<Vector> vectors(String kind) {
        return DigestVectors.read().stream()
                .filter(vector -> vector.kind().equals(kind))
                .toList();
    }

    private Dataset<Row> rows(Vector vector) {
        List<JsonNode> rows = new ArrayList<>();
        vector.json().get("rows").forEach(rows::add);
        return TypedJson.dataset(compiling(), TypedJson.schema(vector.json().get("schema")), rows);
    }

    private static List<String> partitionColumns(Vector vector) {
        List<String> columns = new ArrayList<>();
        vector.json().get("partitionColumns").forEach(column -> columns.add(column.textValue()));
        return columns;
    }
}
