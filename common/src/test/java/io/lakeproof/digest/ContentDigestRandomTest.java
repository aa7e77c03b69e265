package io.lakeproof.digest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakeproof.SparkTest;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real Datasets of random rows, against the second implementation. */
class ContentDigestRandomTest extends SparkTest {
    private static final int ROWS = 10;
    private static final String PARTITION = "p:1";

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTheReferenceOnRandomRowsOfARandomSchema(long seed) {
        RandomRows random = new RandomRows(seed);
        StructType schema = random.schema().add(PARTITION, random.partitioningType());
        List<ArrayNode> rows = new ArrayList<>();
        Map<String, MultisetDigest> expected = new TreeMap<>();
        for (int i = 0; i < ROWS; i++) {
            ArrayNode values = random.row(schema);
            values.set(schema.length() - 1, random.partitionValue(schema.fields()[schema.length() - 1].dataType()));
            rows.add(values);
            ObjectNode typed = RandomRows.typed(schema, values);
            expected.merge(
                    ReferenceDigest.partitionPath(List.of(PARTITION), typed),
                    MultisetDigest.ofRow(ReferenceDigest.rowDigest(typed)),
                    MultisetDigest::plus);
        }
        ZoneId zone = ZoneId.of(seed % 2 == 0 ? "UTC" : "Pacific/Auckland");

        var digest = ContentDigest.of(TypedJson.dataset(session(zone), schema, rows), List.of(PARTITION));

        assertThat(digest)
                .as("seed %d, %s: %s %s", seed, zone, schema.catalogString(), rows)
                .isEqualTo(expected);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 32);
    }
}
