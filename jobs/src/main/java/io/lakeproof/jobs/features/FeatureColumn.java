package io.lakeproof.jobs.features;

import io.lakeproof.config.Aggregate;
import io.lakeproof.config.FeatureSpec;
import java.io.Serializable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * A feature whose expression has been analysed.
 *
 * @param name of the output's column
 * @param minRows with fewer values than this the result is null
 * @param frame its window
 * @param input the position of its expression in the pass's rows, -1 for {@code "*"}
 * @param inputType of the expression; BIGINT for {@code "*"}
 */
record FeatureColumn(String name, Aggregate aggregate, int minRows, FrameKey frame, int input, DataType inputType)
        implements Serializable {
    /**
     * Of the specification.
     *
     * @param condition the position of its condition in the pass's rows, -1 without one
     */
    static FeatureColumn of(FeatureSpec spec, int condition, int input, DataType inputType) {
        FrameKey frame = new FrameKey(condition, spec.window(), spec.includeCurrent(), spec.ties());
        return new FeatureColumn(spec.name(), spec.aggregate(), spec.minRows(), frame, input, inputType);
    }

    ValueKind kind() {
        return ValueKind.of(inputType);
    }

    /** Of the output. A sum of integers is a BIGINT, one of decimals has 38 digits; means and variances are doubles. */
    DataType type() {
        return switch (aggregate) {
            case COUNT, DISTINCT, TIME_SINCE_LAST -> DataTypes.LongType;
            case SUM -> sumType();
            case MEAN, VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP -> DataTypes.DoubleType;
            case MIN, MAX, FIRST, LAST, LAG -> inputType;
        };
    }

    private DataType sumType() {
        return switch (kind()) {
            case INTEGER -> DataTypes.LongType;
            case DECIMAL -> DataTypes.createDecimalType(DecimalType.MAX_PRECISION(), scale());
            default -> DataTypes.DoubleType;
        };
    }

    /** Digits behind the point, of a decimal. */
    int scale() {
        return inputType instanceof DecimalType decimal ? decimal.scale() : 0;
    }

    /** The type in which the pass gives the results out. */
    DataType passType() {
        return isValue() ? kind().passType(inputType) : type();
    }

    /** The results of the pass in the type of the output. */
    Column back(Column column) {
        return isValue() ? kind().back(column, inputType) : column;
    }

    /** The result is one of the values. */
    private boolean isValue() {
        return aggregate == Aggregate.MIN
                || aggregate == Aggregate.MAX
                || aggregate == Aggregate.FIRST
                || aggregate == Aggregate.LAST
                || aggregate == Aggregate.LAG;
    }
}
