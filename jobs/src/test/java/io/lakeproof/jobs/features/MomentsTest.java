package io.lakeproof.jobs.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exact accumulator against BigDecimal, on random walks of additions and removals. */
class MomentsTest {
    private static final int CASES = 300;
    private static final MathContext MANY = new MathContext(1_200, RoundingMode.DOWN);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sumsAndMeansAreCorrectlyRoundedWhateverCameAndWent(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            List<Double> held = new ArrayList<>();
            Moments moments = walk(random, held, i % 6);
            BigDecimal sum = sum(held);

            assertThat(moments.sum()).as("seed %s, case %s: %s", seed, i, held).isEqualTo(sum.doubleValue() + 0.0);
            assertThat(moments.mean())
                    .as("seed %s, case %s: %s", seed, i, held)
                    .isEqualTo(nearest(sum, BigDecimal.valueOf(held.size())));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void variancesAreOffByLessThanOneUlp(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            List<Double> held = new ArrayList<>();
            Moments moments = walk(random, held, i % 6);
            held.add(2.0);
            moments.add(Double.doubleToRawLongBits(2.0), 0);
            BigDecimal n = BigDecimal.valueOf(held.size());
            BigDecimal squares =
                    held.stream().map(x -> new BigDecimal(x).pow(2)).reduce(BigDecimal.ZERO, BigDecimal::add);
            BigDecimal dividend = n.multiply(squares).subtract(sum(held).pow(2));
            BigDecimal divisor = n.multiply(n.subtract(BigDecimal.ONE));
            double expected = nearest(dividend, divisor);
            double root = dividend.divide(divisor, MathContext.DECIMAL128)
                    .sqrt(MathContext.DECIMAL128)
                    .doubleValue();

            String claim = "seed " + seed + ", case " + i + ": " + held;
            assertThat(isNear(moments.variance(1, BigInteger.ONE), expected))
                    .as(claim)
                    .isTrue();
            assertThat(isNear(moments.deviation(1, BigInteger.ONE), root))
                    .as(claim)
                    .isTrue();
        }
    }

    private static boolean isNear(double actual, double expected) {
        return actual == expected || Math.abs(actual - expected) <= Math.ulp(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void integersOfAnySizeAreExact(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            Moments moments = new Moments(true);
            BigInteger sum = BigInteger.ZERO;
            int count = 2 + random.nextInt(20);
            for (int k = 0; k < count; k++) {
                long small = random.nextInt(9) == 0 ? Long.MIN_VALUE : random.nextLong() >> random.nextInt(60);
                BigInteger big = new BigInteger(1 + random.nextInt(127), random).subtract(BigInteger.TEN);
                boolean isBig = random.nextInt(3) == 0;
                BigInteger number = isBig ? big : BigInteger.valueOf(small);
                if (isBig) {
                    moments.addInteger(big, 0);
                } else {
                    moments.addInteger(small, 0);
                }
                if (k > 1 && random.nextInt(3) == 0) {
                    moments.addInteger(number, -1);
                } else {
                    sum = sum.add(number);
                }
            }
            assertThat(moments.integerSum()).as("seed %s, case %s", seed, i).isEqualTo(sum);
        }
    }

    @Test
    void equalNumbersHaveNoVariance() {
        for (double x : new double[] {0.1, 1e300, Double.MIN_VALUE, -3.7, 1e-200}) {
            Moments moments = new Moments(true);
            for (int i = 0; i < 1_000; i++) {
                moments.add(Double.doubleToRawLongBits(x), 0);
            }

            assertThat(moments.variance(0, BigInteger.ONE)).isEqualTo(0.0);
            assertThat(moments.deviation(1, BigInteger.ONE)).isEqualTo(0.0);
            assertThat(moments.mean()).isEqualTo(x);
        }
    }

    @Test
    void specialNumbersLeaveNothingBehind() {
        Moments moments = new Moments(true);
        moments.add(Double.doubleToRawLongBits(1.5), 0);
        moments.add(Double.doubleToRawLongBits(Double.POSITIVE_INFINITY), 0);
        assertThat(moments.sum()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(moments.variance(0, BigInteger.ONE)).isNaN();
        moments.add(Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY), 0);
        assertThat(moments.mean()).isNaN();
        moments.add(Double.doubleToRawLongBits(Double.POSITIVE_INFINITY), -1);
        assertThat(moments.mean()).isEqualTo(Double.NEGATIVE_INFINITY);
        moments.add(Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY), -1);
        moments.add(Double.doubleToRawLongBits(Double.NaN), 0);
        assertThat(moments.sum()).isNaN();
        moments.add(Double.doubleToRawLongBits(Double.NaN), -1);
        assertThat(moments.sum()).isEqualTo(1.5);
    }

    /** Numbers of one kind: any bits, cancelling pairs, money, tiny, huge, near one another. */
    private static Moments walk(Random random, List<Double> held, int kind) {
        Moments moments = new Moments(true);
        int steps = 1 + random.nextInt(40);
        for (int i = 0; i < steps; i++) {
            double next = number(random, kind);
            moments.add(Double.doubleToRawLongBits(next), 0);
            held.add(next);
            if (kind == 1) {
                moments.add(Double.doubleToRawLongBits(-next * 0.5), 0);
                held.add(-next * 0.5);
            }
            if (held.size() > 1 && random.nextInt(3) == 0) {
                moments.add(Double.doubleToRawLongBits(held.remove(random.nextInt(held.size()))), -1);
            }
        }
        return moments;
    }

    private static double number(Random random, int kind) {
        return switch (kind) {
            case 0, 1 -> {
                double any = Double.longBitsToDouble(random.nextLong());
                yield Double.isFinite(any) ? any : random.nextGaussian();
            }
            case 2 -> random.nextInt(100_000) / 100.0;
            case 3 -> Double.longBitsToDouble(random.nextLong() & 0x801f_ffff_ffff_ffffL);
            case 4 -> Math.scalb(random.nextGaussian(), 1_020);
            default -> 1e9 + random.nextInt(3) * 1e-6;
        };
    }

    private static BigDecimal sum(List<Double> numbers) {
        return numbers.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static double nearest(BigDecimal dividend, BigDecimal divisor) {
        BigDecimal quotient = dividend.divide(divisor, MANY);
        boolean exact = quotient.multiply(divisor).compareTo(dividend) == 0;
        BigDecimal rest = BigDecimal.ONE.scaleByPowerOfTen(-quotient.scale() - 1);
        return (exact ? quotient : quotient.add(dividend.signum() < 0 ? rest.negate() : rest)).doubleValue() + 0.0;
    }
}
