package io.lakeproof.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.digest.DigestVectors.Vector;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The digests above the rows; {@link ContentDigestVectorsTest} goes from the rows to the table. */
class TableDigestTest {
    private static final MultisetDigest ONE = new MultisetDigest(1, 1, 2, 3, 4);
    private static final StructType SCHEMA = StructType.fromDDL("p STRING");

    @TestFactory
    Stream<DynamicTest> agreesWithEverySchemaOfTheSpecification() {
        return vectors("schema")
                .map(vector -> dynamicTest(vector.name(), () -> {
                    StructType schema = TypedJson.schema(vector.json().get("schema"));

                    assertThat(TableDigest.schemaDigest(schema)).isEqualTo(vector.text("sha256"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithEveryPartitionOfTheSpecification() {
        return vectors("partition")
                .map(vector -> dynamicTest(vector.name(), () -> {
                    MultisetDigest rows = digest(vector.json());

                    assertThat(TableDigest.partitionDigest(rows)).isEqualTo(vector.text("sha256"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithEveryTableOfTheSpecification() {
        return vectors("table")
                .map(vector -> dynamicTest(vector.name(), () -> {
                    Map<String, MultisetDigest> partitions = new TreeMap<>();
                    for (JsonNode partition : vector.json().get("partitions")) {
                        partitions.put(partition.get("path").textValue(), digest(partition));
                    }

                    TableDigest table =
                            TableDigest.of(TypedJson.schema(vector.json().get("schema")), partitions);

                    assertThat(table.schemaDigest()).isEqualTo(vector.text("schemaDigest"));
                    assertThat(table.hex()).isEqualTo(vector.text("sha256"));
                    assertThat(table.rows()).isEqualTo(vector.json().get("rows").size());
                }));
    }

    @Test
    void leavesOutPartitionsWithoutRows() {
        TableDigest with = TableDigest.of(SCHEMA, Map.of("p=a", ONE, "p=b", MultisetDigest.EMPTY));

        assertThat(with).isEqualTo(TableDigest.of(SCHEMA, Map.of("p=a", ONE)));
        assertThat(with.hex())
                .isEqualTo(TableDigest.of(SCHEMA, Map.of("p=a", ONE)).hex());
    }

    @Test
    void sortsPathsByTheirBytesInUtf8() {
        Map<String, MultisetDigest> partitions =
                Map.of("p=\ud83d\ude00", ONE, "p=\ufb00", ONE, "p=b", ONE, "p=", ONE, "p=B", ONE);

        TableDigest table = TableDigest.of(SCHEMA, partitions);

        assertThat(table.partitions().keySet()).containsExactly("p=", "p=B", "p=b", "p=\ufb00", "p=\ud83d\ude00");
        assertThat(table.hex())
                .isEqualTo(ReferenceDigest.tableDigest(
                        table.schemaDigest(),
                        partitions.keySet().stream()
                                .map(path -> new ReferenceDigest.Partition(path, 1, new BigInteger(1, ONE.sumBytes())))
                                .toList()));
    }

    @Test
    void ignoresNullabilityAndCommentsOfAColumn() {
        StructField plain = SCHEMA.fields()[0];
        StructField commented =
                new StructField("p", plain.dataType(), false, Metadata.fromJson("{\"comment\":\"a comment\"}"));

        assertThat(TableDigest.schemaDigest(new StructType(new StructField[] {commented})))
                .isEqualTo(TableDigest.schemaDigest(SCHEMA));
    }

    @Test
    void doesNotShortenTheTypeOfAStructWithManyFields() {
        StructType many = new StructType();
        for (int i = 0; i < 200; i++) {
            many = many.add("field_" + i, "int");
        }
        StructType schema = new StructType().add("s", many);

        String reference = ReferenceDigest.schemaDigest(List.<String[]>of(new String[] {
            "s",
            Stream.of(many.fieldNames()).map(name -> name + ":int").collect(Collectors.joining(",", "struct<", ">"))
        }));

        assertThat(TableDigest.schemaDigest(schema)).isEqualTo(reference);
    }

    private static Stream<Vector> vectors(String kind) {
        return DigestVectors.read().stream().filter(vector -> vector.kind().equals(kind));
    }

    private static MultisetDigest digest(JsonNode partition) {
        return MultisetDigest.parse(
                partition.get("count").longValue(), partition.get("sum").textValue());
    }
}
