package io.lakeproof.compare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.SparkTest;
import io.lakeproof.compare.RowDifference.Cell;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowComparisonTest extends SparkTest {
    private static final int CASES = 150;

    /** A case is a partition: one Spark job compares them all, by key or as whole rows. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void findsWhatTheOracleFinds(long seed) {
        ComparisonCases cases = new ComparisonCases(seed, CASES);
        Dataset<Row> left = cases.left(session());
        Dataset<Row> right = cases.right(session());
        for (List<String> key : List.of(List.of("c", "k1", "k2"), List.<String>of(), List.of("c"))) {
            ComparisonSpec spec = new ComparisonSpec(left.schema(), key, List.of("c"), 1_000_000);

            Tally tally = RowComparison.of(left.repartition(3), right.repartition(2), spec);

            assertThat(tally.addsUp()).as("seed %d, key %s", seed, key).isTrue();
            cases.check(key, tally);
        }
    }

    @Test
    void theLayoutDoesNotChangeTheTally() {
        ComparisonCases cases = new ComparisonCases(3, CASES);
        ComparisonSpec spec = new ComparisonSpec(cases.schema(), List.of("k1", "k2"), List.of("c"), 3);

        Tally one = RowComparison.of(
                cases.left(session()).coalesce(1), cases.right(session()).coalesce(1), spec);
        Tally other = RowComparison.of(
                cases.left(session()).repartition(5), cases.right(session()).repartition(7), spec);

        assertThat(other).isEqualTo(one);
        assertThat(one.samples()).hasSize(9);
    }

    @Test
    void bothSidesAreShuffledOnceTogether() {
        Dataset<Row> rows = rows("(1, 'a', 10.0D)");

        String plan = RowComparison.differences(rows, rows, keyed(rows))
                .queryExecution()
                .executedPlan()
                .toString();

        assertThat(plan.split("Exchange ", -1)).as(plan).hasSize(2);
    }

    @Test
    void theDatasetOfDifferencesSaysWhatTheTallySays() {
        ComparisonCases cases = new ComparisonCases(4, 50);
        ComparisonSpec spec = new ComparisonSpec(cases.schema(), List.of("c", "k1"), List.of("c"), 1_000_000);

        List<Row> differences = RowComparison.differences(cases.left(session()), cases.right(session()), spec)
                .collectAsList();
        Tally tally = RowComparison.of(cases.left(session()), cases.right(session()), spec);

        assertThat(differences.stream().map(RowComparisonTest::text).sorted())
                .isNotEmpty()
                .containsExactlyElementsOf(tally.samples().stream()
                        .map(d -> text(d.change().word(), d.rows(), d.partition(), d.key(), d.cells()))
                        .sorted()
                        .toList());
    }

    @Test
    void twoValuesThatAreSwappedBetweenRowsAreTwoChangedRows() {
        Dataset<Row> left = rows("(1, 'a', 10.0D), (2, 'b', 20.0D), (3, 'c', 30.0D)");
        Dataset<Row> right = rows("(1, 'a', 20.0D), (2, 'b', 10.0D), (3, 'c', 30.0D)");

        Tally tally = RowComparison.of(left, right, keyed(left));

        assertThat(tally.changes()).isEqualTo(new Tally.Changes(0, 0, 2));
        assertThat(tally.same()).isEqualTo(1);
        assertThat(tally.columns()).isEqualTo(new TreeMap<>(Map.of("value", 2L)));
        assertThat(tally.samples())
                .extracting(RowDifference::key, RowDifference::cells)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("id=1", List.of(new Cell("value", "10.0", "20.0"))),
                        org.assertj.core.groups.Tuple.tuple("id=2", List.of(new Cell("value", "20.0", "10.0"))));
    }

    @Test
    void aRowThatIsThereTwiceIsOneMoreAndNotAnotherRow() {
        Dataset<Row> left = rows("(1, 'a', 10.0D), (2, 'b', 20.0D)");
        Dataset<Row> right = rows("(1, 'a', 10.0D), (2, 'b', 20.0D), (2, 'b', 20.0D), (2, 'b', 20.0D)");

        Tally tally = RowComparison.of(left, right, keyed(left));

        assertThat(tally.changes()).isEqualTo(new Tally.Changes(2, 0, 0));
        assertThat(tally.samples())
                .containsExactly(new RowDifference(
                        Change.ADDED,
                        2,
                        "",
                        "id=2",
                        List.of(new Cell("name", null, "\"b\""), new Cell("value", null, "20.0")),
                        tally.samples().get(0).order()));
    }

    @Test
    void theOrderOfColumnsAndFurtherColumnsDoNotCount() {
        Dataset<Row> left = rows("(1, 'a', 10.0D), (2, 'b', 20.0D)");
        Dataset<Row> right = left.select(lit(5).as("more"), col("value"), col("name"), col("id"));

        assertThat(RowComparison.of(left, right, keyed(left)).isSame()).isTrue();
    }

    @Test
    void oneCellOfAThousandColumnsIsNamed() {
        StructType wide = new StructType();
        for (int i = 0; i < 1_000; i++) {
            wide = wide.add("c" + i, i % 2 == 0 ? "double" : "string");
        }
        Column[] columns = IntStream.range(0, 1_000)
                .mapToObj(i -> (i % 2 == 0
                                ? col("id").cast("double").plus(i)
                                : col("id").cast("string"))
                        .as("c" + i))
                .toArray(Column[]::new);
        Dataset<Row> left = session().range(20).select(columns);
        Dataset<Row> right =
                left.withColumn("c777", when(col("c0").equalTo(13.0), "other").otherwise(col("c777")));

        Tally tally = RowComparison.of(left, right, new ComparisonSpec(wide, List.of("c0"), List.of(), 10));

        assertThat(tally.changes()).isEqualTo(new Tally.Changes(0, 0, 1));
        assertThat(tally.samples()).singleElement().satisfies(difference -> {
            assertThat(difference.key()).isEqualTo("c0=13.0");
            assertThat(difference.cells()).containsExactly(new Cell("c777", "\"13\"", "\"other\""));
        });
    }

    @Test
    void bothSidesMayBeEmpty() {
        Dataset<Row> some = rows("(1, 'a', 10.0D)");
        Dataset<Row> none = some.limit(0);

        assertThat(RowComparison.of(none, none, keyed(some)).isSame()).isTrue();
        assertThat(RowComparison.of(none, some, keyed(some)).changes()).isEqualTo(new Tally.Changes(1, 0, 0));
        assertThat(RowComparison.of(some, none, keyed(some)).changes()).isEqualTo(new Tally.Changes(0, 1, 0));
    }

    @Test
    void aKeyThatIsNoColumnIsNamed() {
        Dataset<Row> rows = rows("(1, 'a', 10.0D)");

        assertThatThrownBy(() -> new ComparisonSpec(rows.schema(), List.of("nobody"), List.of(), 1))
                .hasMessage("column nobody is not on both sides with the same type");
    }

    private Dataset<Row> rows(String values) {
        return session().sql("select * from values " + values + " as t(id, name, value)");
    }

    private static ComparisonSpec keyed(Dataset<Row> rows) {
        return new ComparisonSpec(rows.schema(), List.of("id"), List.of(), 10);
    }

    private static String text(Row row) {
        List<Cell> cells = new ArrayList<>();
        row.<Row>getList(4)
                .forEach(cell -> cells.add(new Cell(cell.getString(0), cell.getString(1), cell.getString(2))));
        return text(row.getString(0), row.getLong(1), row.getString(2), row.getString(3), cells);
    }

    private static String text(String change, long rows, String partition, String key, Collection<Cell> cells) {
        return change + " " + rows + " " + partition + " " + key + " " + cells;
    }
}
