package io.lakeproof.delta;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.SparkTest;
import io.lakeproof.model.PartitionPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class PartitionPredicateTest extends SparkTest {
    private static final List<String> COLUMNS = List.of("a", "b `", "c");

    @Test
    void namesEachMonthOnceAndItsDaysTogether() {
        List<String> columns = List.of("year", "month", "day", "model");

        assertThat(PartitionPredicate.of(
                        columns,
                        List.of(
                                "year=2024/month=11/day=30/model=v1",
                                "year=2024/month=11/day=29/model=v1",
                                "year=2024/month=12/day=01/model=v1")))
                .isEqualTo(
                        "`year` IN ('2024') AND ((`month` IN ('11') AND (`day` IN ('29', '30') AND (`model` IN ('v1'))))"
                                + " OR (`month` IN ('12') AND (`day` IN ('01') AND (`model` IN ('v1')))))");
        assertThat(PartitionPredicate.of(List.of("d"), List.of("d=1", "d=2"))).isEqualTo("`d` IN ('1', '2')");
        assertThat(PartitionPredicate.of(columns, List.of())).isEqualTo("false");
        assertThat(PartitionPredicate.of(List.of(), List.of(""))).isEqualTo("true");
        assertThatThrownBy(() -> PartitionPredicate.of(columns, List.of("year=2024")))
                .hasMessage("\"year=2024\" is no partition of a table by [year, month, day, model]");
    }

    @Test
    void choosesTheRowsOfThePartitionsAndNoOthers() {
        long seed = 20241105;
        Random random = new Random(seed);
        List<Row> rows = allPartitions();
        List<TreeSet<String>> chosen = new ArrayList<>();
        List<Column> predicates = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            TreeSet<String> some = new TreeSet<>();
            double share = random.nextDouble();
            rows.stream().filter(row -> random.nextDouble() < share).forEach(row -> some.add(path(row)));
            chosen.add(some);
            predicates.add(expr("coalesce(" + PartitionPredicate.of(COLUMNS, some) + ", false)")
                    .as("p" + i));
        }
        StructType schema =
                new StructType().add("a", "string").add("b `", "string").add("c", "string");

        List<Row> found = session()
                .createDataFrame(rows, schema)
                .select(expr("*"), org.apache.spark.sql.functions.array(predicates.toArray(Column[]::new)))
                .collectAsList();

        assertThat(found).hasSize(64).allSatisfy(row -> {
            List<Boolean> is = row.getList(3);
            for (int i = 0; i < is.size(); i++) {
                assertThat(is.get(i))
                        .as("seed %d, set %d, %s", seed, i, row)
                        .isEqualTo(chosen.get(i).contains(path(row)));
            }
        });
    }

    private static List<Row> allPartitions() {
        List<Row> rows = new ArrayList<>();
        for (String a : Arrays.asList("x", "it's", "\\", null)) {
            for (String b : Arrays.asList("x", "a/b=c", "%", null)) {
                for (String c : Arrays.asList("x", "\"", "05", null)) {
                    rows.add(RowFactory.create(a, b, c));
                }
            }
        }
        return rows;
    }

    private static String path(Row row) {
        return PartitionPath.of(COLUMNS, Arrays.asList(row.getString(0), row.getString(1), row.getString(2)));
    }
}
