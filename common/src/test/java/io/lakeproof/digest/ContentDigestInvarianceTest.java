package io.lakeproof.digest;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not change a digest, and what must. */
class ContentDigestInvarianceTest extends SparkTest {
    @TempDir
    private Path folder;

    @Test
    void staysWhenFilesAreCompacted() {
        SparkSession spark = compiling();
        String path = folder.resolve("table").toString();
        spark.range(60)
                .selectExpr("id", "'u' || id % 7 as user_id", "id % 2 as p", "timestamp_micros(id * 7 - 100) as t")
                .repartition(4, col("id"))
                .write()
                .format("delta")
                .partitionBy("p")
                .save(path);
        var before = ContentDigest.of(spark.read().format("delta").load(path), List.of("p"));
        int files = files(spark, path);

        DeltaTable.forPath(spark, path).optimize().executeCompaction();

        assertThat(files).isEqualTo(8);
        assertThat(files(spark, path)).isEqualTo(2);
        assertThat(ContentDigest.of(spark.read().format("delta").load(path), List.of("p")))
                .isEqualTo(before);
    }

    @Test
    void staysWhenRowsAreSpreadOverOtherTasks() {
        Dataset<Row> rows = compiling().range(100).selectExpr("id % 40 as a", "id % 3 as p");

        var digest = ContentDigest.of(rows, List.of("p"));

        assertThat(digest.keySet()).containsExactly("p=0", "p=1", "p=2");
        assertThat(ContentDigest.of(rows.coalesce(1), List.of("p"))).isEqualTo(digest);
        assertThat(ContentDigest.of(rows.repartition(5), List.of("p"))).isEqualTo(digest);
    }

    @Test
    void staysWhenTheTableIsPartitionedInAnotherWay() {
        Dataset<Row> rows = compiling().range(20).selectExpr("id", "id % 2 as p", "id % 3 as q");

        MultisetDigest whole = ContentDigest.of(rows, List.of()).get("");

        assertThat(sum(ContentDigest.of(rows, List.of("p")))).isEqualTo(whole);
        assertThat(sum(ContentDigest.of(rows, List.of("q", "p")))).isEqualTo(whole);
    }

    /** Written with other offsets, and read in a zone in which the two instants of each hour that comes twice look alike. */
    @Test
    void staysInAnySessionZone() {
        String query = "select timestamp_micros(1712412000000000 + id * 1800000000) as t,"
                + " array(timestamp_micros(id - 2)) as ts, date_from_unix_date(cast(id as int)) as d,"
                + " cast('2024-03-10 02:30:00' as timestamp_ntz) as n from range(6)";

        var utc = ContentDigest.of(compiling().sql(query), List.of("d", "n", "t"));
        var auckland = ContentDigest.of(session(ZoneId.of("Pacific/Auckland")).sql(query), List.of("d", "n", "t"));

        assertThat(utc.keySet())
                .hasSize(6)
                .contains("d=1970-01-02/n=2024-03-10 02%3A30%3A00/t=2024-04-06 14%3A30%3A00");
        assertThat(auckland).isEqualTo(utc);
    }

    @Test
    void takesStringsThatAreNotUtf8AsTheirBytes() throws JsonProcessingException {
        Dataset<Row> bytes = compiling().sql("select cast(X'ff61' as string) as s");
        Dataset<Row> replacement = compiling().sql("select '\ufffda' as s");

        var digest = ContentDigest.of(bytes, List.of());

        byte[] row = ReferenceDigest.rowDigest(new ObjectMapper().readTree("""
                {"schema": [["s", "string"]], "values": [{"hex": "ff61"}]}"""));
        assertThat(digest).isEqualTo(Map.of("", MultisetDigest.ofRow(row)));
        assertThat(digest).isNotEqualTo(ContentDigest.of(replacement, List.of()));
        assertThat(ContentDigest.of(bytes.union(replacement).distinct(), List.of())
                        .get("")
                        .count())
                .isEqualTo(2);
    }

    /** Scala's maps hold them as one key. The second column's map lies in other values, and has strings that are not UTF-8. */
    @Test
    void keepsTheEntriesOfAMapWhoseKeysAreZeroAndNegativeZero() throws JsonProcessingException {
        ArrayNode values = (ArrayNode) new ObjectMapper().readTree("""
                [[[0.0, 2], [-0.0, 1]], [{"m": [[-0.0, {"hex": "ff"}], [0.0, {"hex": "fe"}]]}, null]]""");
        StructType schema = StructType.fromDDL("a MAP<DOUBLE, INT>, b ARRAY<STRUCT<m: MAP<FLOAT, STRING>>>");

        var digest = ContentDigest.of(TypedJson.dataset(compiling(), schema, List.of(values)), List.of());

        byte[] row = ReferenceDigest.rowDigest(RandomRows.typed(schema, values));
        assertThat(digest).isEqualTo(Map.of("", MultisetDigest.ofRow(row)));
    }

    @Test
    void givesOneEntryToNullTheEmptyStringAndTheirName() {
        Dataset<Row> rows = compiling()
                .sql("select p from values (null), (''), ('__HIVE_DEFAULT_PARTITION__') as t(p)")
                .coalesce(1);

        var digest = ContentDigest.of(rows, List.of("p"));

        assertThat(digest.keySet()).containsExactly("p=__HIVE_DEFAULT_PARTITION__");
        assertThat(digest.get("p=__HIVE_DEFAULT_PARTITION__").count()).isEqualTo(3);
        assertThat(sum(digest)).isEqualTo(sum(ContentDigest.of(rows, List.of())));
    }

    @Test
    void hasNoEntryWithoutRows() {
        Dataset<Row> rows = compiling().range(5).where("id < 0").selectExpr("id", "id as p");

        assertThat(ContentDigest.of(rows, List.of("p"))).isEmpty();
        assertThat(ContentDigest.of(rows, List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"double", "float", "decimal(3,1)", "binary"})
    void refusesAPartitionColumnWhoseTypeHasNoText(String type) {
        Dataset<Row> rows = compiling().range(1).selectExpr("cast(cast(1 as string) as " + type + ") as p");

        assertThatThrownBy(() -> ContentDigest.of(rows, List.of("p")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column p: a " + type + " cannot partition a table");
    }

    private static int files(SparkSession spark, String path) {
        return spark.read().format("delta").load(path).inputFiles().length;
    }

    private static MultisetDigest sum(Map<String, MultisetDigest> partitions) {
        return partitions.values().stream().reduce(MultisetDigest.EMPTY, MultisetDigest::plus);
    }
}
