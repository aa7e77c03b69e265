package io.lakeproof.jobs.features;

import io.lakeproof.config.Aggregate;
import io.lakeproof.config.Window;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;
import org.apache.spark.sql.types.DecimalType;
import org.jspecify.annotations.Nullable;

/** Reads one feature off the slide that it shares with others of the same column and window. */
final class Feature {
    private final FeatureColumn column;
    private final Aggregate aggregate;
    private final ValueKind kind;
    private final int scale;
    private final BigInteger unitsPerOne;
    private final Track track;
    private final Slide slide;
    private final int place;

    /**
     * Of the features of an entity.
     *
     * @param place of its result in the pass's output
     */
    Feature(FeatureColumn column, Track track, Slide slide, int place) {
        this.column = column;
        this.aggregate = column.aggregate();
        this.kind = column.kind();
        this.scale = column.scale();
        this.unitsPerOne = BigInteger.TEN.pow(scale);
        this.track = track;
        this.slide = slide;
        this.place = place;
    }

    int place() {
        return place;
    }

    /** The feature's value for a row at this instant; null where its window has too few values. */
    @Nullable
    Object read(long time) {
        if (slide.count() < column.minRows() && !aggregate.isOfOthers()) {
            return null;
        }
        return switch (aggregate) {
            case COUNT -> (long) slide.count();
            case DISTINCT -> (long) slide.distinctValues();
            case SUM -> sum();
            case MEAN ->
                kind == ValueKind.DECIMAL
                        ? moments().mean(unitsPerOne)
                        : moments().mean();
            case VAR_POP -> moments().variance(0, unitsPerOne);
            case VAR_SAMP -> slide.count() < 2 ? null : moments().variance(1, unitsPerOne);
            case STDDEV_POP -> moments().deviation(0, unitsPerOne);
            case STDDEV_SAMP -> slide.count() < 2 ? null : moments().deviation(1, unitsPerOne);
            case MIN -> value(slide.least());
            case MAX -> value(slide.greatest());
            case FIRST -> value(slide.first());
            case LAST -> value(slide.last());
            case LAG -> value(slide.nth(((Window.Rows) column.frame().window()).count()));
            case TIME_SINCE_LAST -> since(slide.last(), time);
        };
    }

    private Object sum() {
        if (kind == ValueKind.DOUBLE) {
            return moments().sum();
        }
        BigInteger sum = moments().integerSum();
        if (kind == ValueKind.INTEGER) {
            if (sum.bitLength() > 63) {
                throw problem(sum.toString(), "a BIGINT", "decimal(38,0)");
            }
            return sum.longValue();
        }
        BigDecimal decimal = new BigDecimal(sum, scale);
        if (decimal.precision() > DecimalType.MAX_PRECISION()) {
            throw problem(decimal.toPlainString(), "a decimal of 38 digits", "a smaller scale");
        }
        return decimal;
    }

    private FeatureProblem problem(String sum, String type, String other) {
        return new FeatureProblem(
                "features.define." + column.name() + ": the sum " + sum + " is more than " + type + " holds",
                "Cast the expression of features.define." + column.name() + " to " + other + " or to double.");
    }

    private @Nullable Object value(int position) {
        return position == Extreme.NONE ? null : slide.value(position);
    }

    private @Nullable Object since(int position, long time) {
        return position == Extreme.NONE ? null : (Object) (time - track.time(position));
    }

    private Moments moments() {
        return Objects.requireNonNull(slide.moments());
    }
}
