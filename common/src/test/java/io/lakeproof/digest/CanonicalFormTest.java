package io.lakeproof.digest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.lakeproof.SparkTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CanonicalFormTest extends SparkTest {
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void comesBackAsItWentIn(long seed) {
        RandomRows random = new RandomRows(seed);
        StructType schema = random.schema();
        List<ArrayNode> values =
                Stream.generate(() -> random.row(schema)).limit(10).toList();
        Dataset<Row> rows = TypedJson.dataset(session(), schema, values);

        Dataset<Row> back = CanonicalForm.of(rows).select(CanonicalForm.back(schema));

        assertThat(back.schema().catalogString()).isEqualTo(schema.catalogString());
        assertThat(plain(back.collectAsList()))
                .as("seed %d: %s %s", seed, schema.catalogString(), values)
                .isEqualTo(plain(rows.collectAsList()));
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 12);
    }

    @Test
    void keepsStringsThatAreNotUtf8AtAnyDepth() {
        Dataset<Row> rows = session()
                .sql("select cast(X'ff61' as string) as s, array(cast(X'c0' as string)) as a,"
                        + " map(cast(X'80' as string), named_struct('f', cast(X'fe' as string))) as m");

        Dataset<Row> back = CanonicalForm.of(rows).select(CanonicalForm.back(rows.schema()));

        assertThat(back.schema()).isEqualTo(rows.schema());
        assertThat(back.selectExpr(
                                "hex(cast(s as binary))",
                                "hex(cast(a[0] as binary))",
                                "hex(cast(map_keys(m)[0] as binary))",
                                "hex(cast(map_values(m)[0].f as binary))")
                        .collectAsList()
                        .toString())
                .isEqualTo("[[FF61,C0,80,FE]]");
    }

    @Test
    void saysTheSchemaOfItsRows() {
        StructType schema =
                StructType.fromDDL("s STRING, t TIMESTAMP, d DATE, n TIMESTAMP_NTZ, f FLOAT, a ARRAY<TIMESTAMP>,"
                        + " m MAP<STRING, STRUCT<`x.y`: STRING, z: DECIMAL(10, 2)>>");

        Dataset<Row> canonical = CanonicalForm.of(session().createDataFrame(List.of(), schema));

        DataType expected = DataType.fromDDL("struct<s: binary, t: bigint, d: int, n: timestamp_ntz, f: float,"
                + " a: array<timestamp>, m: map<binary, struct<`x.y`: binary, z: decimal(10, 2)>>>");
        assertThat(CanonicalForm.schema(schema)).isEqualTo(expected);
        assertThat(canonical.schema()).isEqualTo(expected);
    }

    @Test
    void quotesAnyNameOfAColumn() {
        Dataset<Row> rows = session().range(1).toDF("a`b.c d");

        assertThat(rows.select(CanonicalForm.quoted("a`b.c d")).collectAsList().toString())
                .isEqualTo("[[0]]");
    }

    /** Lists, maps and hexadecimal digits in place of Scala's collections and of arrays, which compare by identity. */
    private static Object plain(Object value) {
        if (value instanceof Row row) {
            List<Object> fields = new ArrayList<>();
            for (int i = 0; i < row.length(); i++) {
                fields.add(plain(row.get(i)));
            }
            return fields;
        }
        if (value instanceof List<?> list) {
            List<Object> elements = new ArrayList<>();
            list.forEach(element -> elements.add(plain(element)));
            return elements;
        }
        if (value instanceof scala.collection.Seq<?> seq) {
            List<Object> elements = new ArrayList<>();
            for (int i = 0; i < seq.length(); i++) {
                elements.add(plain(seq.apply(i)));
            }
            return elements;
        }
        if (value instanceof scala.collection.Map<?, ?> map) {
            Map<Object, Object> entries = new HashMap<>();
            scala.collection.Iterator<? extends scala.Tuple2<?, ?>> all = map.iterator();
            while (all.hasNext()) {
                scala.Tuple2<?, ?> entry = all.next();
                entries.put(plain(entry._1()), plain(entry._2()));
            }
            return entries;
        }
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value;
    }
}
