package io.lakeproof.compare;

import static org.apache.spark.sql.functions.col;

import io.lakeproof.digest.CanonicalForm;
import io.lakeproof.digest.RowEncoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Compares the rows of two Datasets as multisets, by key or as a whole. Values are equal if the digest's encoding makes them
 * equal (docs/digest.md): -0.0 is 0.0, NaN is NaN, null is a value, the order of a map's entries does not count.
 *
 * <p>Rows that are equal in every column cancel out one by one. Of the rows with the same key that are left, in the order of
 * their digests, the first of the left side and the first of the right are one changed row, then the second, and so on; what
 * one side has more is removed or added. So {@code left = same + removed + changed} and {@code right = same + added + changed}.
 *
 * <p>Each side is read once; there is one shuffle, of both, by key. A task holds in memory the distinct rows of one key that
 * only one side has.
 */
public final class RowComparison {
    /** The columns of {@link #differences}. */
    public static final StructType SCHEMA =
            StructType.fromDDL("change STRING, rows BIGINT, partition STRING, key STRING,"
                    + " cells ARRAY<STRUCT<column: STRING, left: STRING, right: STRING>>");

    private RowComparison() {}

    /**
     * Counts the differences and takes samples, in one Spark job.
     *
     * @param left has the columns of {@code spec}, and may have others
     * @param right as {@code left}
     * @throws IllegalArgumentException naming the column, if a type has no encoding
     */
    public static Tally of(Dataset<Row> left, Dataset<Row> right, ComparisonSpec spec) {
        MapPartitionsFunction<Row, Tally> count =
                rows -> List.of(Tally.of(new KeyWalk(rows, spec), spec)).iterator();
        return byKey(left, right, spec)
                .mapPartitions(count, Encoders.javaSerialization(Tally.class))
                .collectAsList()
                .stream()
                .reduce(Tally.NONE, (a, b) -> a.plus(b, spec.samples()));
    }

    /**
     * Every row that differs, in no particular order, as {@link #SCHEMA} has it: the fields of {@link RowDifference}.
     *
     * @param left as of {@link #of}
     * @param right as of {@link #of}
     * @throws IllegalArgumentException naming the column, if a type has no encoding
     */
    public static Dataset<Row> differences(Dataset<Row> left, Dataset<Row> right, ComparisonSpec spec) {
        MapPartitionsFunction<Row, Row> texts = rows -> {
            DifferenceText text = new DifferenceText(spec);
            return mapped(new KeyWalk(rows, spec), difference -> row(text.of(difference)));
        };
        return byKey(left, right, spec).mapPartitions(texts, Encoders.row(SCHEMA));
    }

    private static Row row(RowDifference difference) {
        List<Row> cells = new ArrayList<>();
        difference.cells().forEach(cell -> cells.add(RowFactory.create(cell.column(), cell.left(), cell.right())));
        return RowFactory.create(
                difference.change().word(),
                difference.rows(),
                difference.partition(),
                difference.key(),
                cells.toArray(Row[]::new));
    }

    /** Both sides, the rows of a key together, equal rows next to each other. */
    private static Dataset<Row> byKey(Dataset<Row> left, Dataset<Row> right, ComparisonSpec spec) {
        return tagged(left, KeyWalk.LEFT, spec)
                .union(tagged(right, KeyWalk.RIGHT, spec))
                .repartition(col("key"))
                .sortWithinPartitions("key", "digest", "side");
    }

    private static Dataset<Row> tagged(Dataset<Row> rows, boolean side, ComparisonSpec spec) {
        Column[] columns = Arrays.stream(spec.columns().fieldNames())
                .map(CanonicalForm::quoted)
                .toArray(Column[]::new);
        StructType schema = rows.select(columns).schema();
        Dataset<Row> canonical = rows.select(columns).select(CanonicalForm.intoDigest(schema));
        new RowEncoding(schema); // a type without an encoding is found here, not in a task
        StructType tagged = new StructType()
                .add("key", DataTypes.BinaryType, false)
                .add("digest", DataTypes.BinaryType, false)
                .add("side", DataTypes.BooleanType, false)
                .add("row", canonical.schema(), false);
        MapPartitionsFunction<Row, Row> tag = each -> {
            RowEncoding encoding = new RowEncoding(schema);
            int[] key = spec.keyPositions();
            return mapped(each, row -> {
                byte[] digest = encoding.digest(row);
                return RowFactory.create(spec.isKeyed() ? encoding.encode(row, key) : digest, digest, side, row);
            });
        };
        return canonical.mapPartitions(tag, Encoders.row(tagged));
    }

    private static <A, B> Iterator<B> mapped(Iterator<A> each, java.util.function.Function<A, B> function) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public B next() {
                return Objects.requireNonNull(function.apply(each.next()));
            }
        };
    }
}
