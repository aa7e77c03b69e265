package io.lakeproof.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakeproof.digest.DigestVectors.Vector;
import io.lakeproof.digest.ReferenceDigest.Partition;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceDigestTest {

    @TestFactory
    Stream<DynamicTest> agreesWithEveryVectorOfTheSpecification() {
        return DigestVectors.read().stream().map(vector -> dynamicTest(vector.name(), () -> check(vector)));
    }

    @Test
    void hasVectorsOfEveryKind() {
        assertThat(DigestVectors.read())
                .hasSizeGreaterThan(70)
                .extracting(Vector::kind)
                .containsOnly("value", "row", "partition", "schema", "table")
                .contains("value", "row", "partition", "schema", "table");
    }

    @Test
    void namesAVectorOnce() {
        assertThat(DigestVectors.read()).extracting(Vector::name).doesNotHaveDuplicates();
    }

    @Test
    void tellsApartAllVectorsButThoseThatTheSpecificationCallsTheSame() {
        Map<String, Set<String>> namesByDigest = new HashMap<>();
        for (Vector vector : DigestVectors.read()) {
            String name = vector.json().has("sameAs") ? vector.text("sameAs") : vector.name();
            namesByDigest
                    .computeIfAbsent(vector.text("sha256"), d -> new HashSet<>())
                    .add(name);
        }

        assertThat(namesByDigest.values()).allSatisfy(names -> assertThat(names).hasSize(1));
        assertThat(namesByDigest.values().stream().flatMap(Set::stream)).doesNotHaveDuplicates();
    }

    @Test
    void addsTheSumsOfTwoSets() {
        List<byte[]> left = List.of(digestOfInt(1), digestOfInt(2), digestOfInt(2));
        List<byte[]> right = List.of(digestOfInt(2), digestOfInt(3));
        List<byte[]> both = Stream.concat(right.stream(), left.stream()).toList();

        BigInteger added = ReferenceDigest.sum(left).add(ReferenceDigest.sum(right));

        assertThat(ReferenceDigest.sum(both)).isEqualTo(added.mod(BigInteger.TWO.pow(256)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "variant",
                "interval",
                "interval day to second",
                "interval year to month",
                "time(6)",
                "array<variant>"
            })
    void refusesATypeWithoutAnEncodingEvenForANull(String type) {
        assertThatThrownBy(() -> ReferenceDigest.encode(type, NullNode.instance))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("version 1 has no encoding for ");
    }

    @Test
    void refusesARestAfterAType() {
        assertThatThrownBy(() -> ReferenceDigest.encode("array<int>>", NullNode.instance))
                .hasMessage("array<int>>: not a type from character 10 on");
    }

    private static void check(Vector vector) throws NoSuchAlgorithmException {
        byte[] encoded = HexFormat.of().parseHex(vector.text("encoded"));
        assertThat(sha256(encoded)).isEqualTo(vector.text("sha256"));
        JsonNode json = vector.json();
        switch (vector.kind()) {
            case "value" ->
                assertThat(ReferenceDigest.encode(vector.text("type"), json.get("value")))
                        .isEqualTo(encoded);
            case "row" -> {
                assertThat(ReferenceDigest.encodeRow(json)).isEqualTo(encoded);
                assertThat(hex(ReferenceDigest.rowDigest(json))).isEqualTo(vector.text("sha256"));
            }
            case "partition" -> checkPartition(vector);
            case "schema" -> assertThat(schemaDigest(json)).isEqualTo(vector.text("sha256"));
            case "table" -> checkTable(vector);
            default -> throw new AssertionError(vector.kind() + " is not a kind of vector");
        }
    }

    private static void checkPartition(Vector vector) {
        List<String> rowDigests = new ArrayList<>();
        rows(vector.json()).forEach(row -> rowDigests.add(hex(ReferenceDigest.rowDigest(row))));
        List<String> expected = new ArrayList<>();
        vector.json().get("rowDigests").forEach(digest -> expected.add(digest.textValue()));
        assertThat(rowDigests).isEqualTo(expected);

        List<Partition> partitions = partitions(vector.json());
        Partition whole = new Partition(
                vector.text("path"), vector.json().get("count").longValue(), new BigInteger(vector.text("sum"), 16));
        assertThat(partitions).isEqualTo(whole.count() == 0 ? List.of() : List.of(whole));
        assertThat(ReferenceDigest.partitionDigest(whole.count(), whole.sum())).isEqualTo(vector.text("sha256"));
    }

    private static void checkTable(Vector vector) {
        List<Partition> expected = new ArrayList<>();
        for (JsonNode p : vector.json().get("partitions")) {
            BigInteger sum = new BigInteger(p.get("sum").textValue(), 16);
            expected.add(new Partition(p.get("path").textValue(), p.get("count").longValue(), sum));
        }
        List<Partition> partitions = partitions(vector.json());
        assertThat(partitions).containsExactlyInAnyOrderElementsOf(expected);

        String schemaDigest = schemaDigest(vector.json());
        assertThat(schemaDigest).isEqualTo(vector.text("schemaDigest"));
        assertThat(ReferenceDigest.tableDigest(schemaDigest, partitions)).isEqualTo(vector.text("sha256"));
    }

    private static List<Partition> partitions(JsonNode json) {
        List<String> columns = new ArrayList<>();
        json.get("partitionColumns").forEach(column -> columns.add(column.textValue()));
        Map<String, List<byte[]>> digestsByPath = new LinkedHashMap<>();
        for (JsonNode row : rows(json)) {
            digestsByPath
                    .computeIfAbsent(ReferenceDigest.partitionPath(columns, row), path -> new ArrayList<>())
                    .add(ReferenceDigest.rowDigest(row));
        }
        return digestsByPath.entrySet().stream()
                .map(e -> new Partition(e.getKey(), e.getValue().size(), ReferenceDigest.sum(e.getValue())))
                .toList();
    }

    private static List<JsonNode> rows(JsonNode json) {
        List<JsonNode> rows = new ArrayList<>();
        for (JsonNode values : json.get("rows")) {
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            row.set("schema", json.get("schema"));
            row.set("values", values);
            rows.add(row);
        }
        return rows;
    }

    private static String schemaDigest(JsonNode json) {
        List<String[]> columns = new ArrayList<>();
        json.get("schema")
                .forEach(column -> columns.add(
                        new String[] {column.get(0).textValue(), column.get(1).textValue()}));
        return ReferenceDigest.schemaDigest(columns);
    }

    private static byte[] digestOfInt(int value) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.putArray("schema").addArray().add("n").add("int");
        row.putArray("values").add(value);
        return ReferenceDigest.rowDigest(row);
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return hex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
