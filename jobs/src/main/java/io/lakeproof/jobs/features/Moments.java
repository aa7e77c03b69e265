package io.lakeproof.jobs.features;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The exact sum of a window's numbers and, if asked for, of their squares. Everything it computes is a function of the
 * multiset of the numbers.
 *
 * <ul>
 *   <li>Sums and means are correctly rounded. A sum of nothing but zeros is 0.0, also of negative ones.
 *   <li>NaN makes every result NaN, and so do both infinities together; one kind of infinity is the sum and the mean, and
 *       makes variances NaN. They are counted apart, so a result recovers when they leave the window.
 *   <li>A variance or standard deviation is off by less than 1 ulp of a normal number, and correctly rounded where the mean square exceeds it more than 2^38 times:
 *       there the fast way would cancel, and exact integers take its place. Numbers that are all equal have variance 0.
 * </ul>
 */
final class Moments {
    private static final long FRACTION = (1L << 52) - 1;
    private static final int INFINITE = 0x7ff;

    /** The fast variance is off by at most this share of the mean square. */
    private static final double TRUSTED = 0x1p-38;

    private final ExactSum sum = ExactSum.ofNumbers();
    private final @Nullable ExactSum squares;
    private final Digits digits = new Digits();
    private final Digits squareDigits = new Digits();
    private boolean isRead;
    private boolean squaresAreRead;
    private long count;
    private long nans;
    private long infinities;
    private long negativeInfinities;

    Moments(boolean withSquares) {
        this.squares = withSquares ? ExactSum.ofSquares() : null;
    }

    void clear() {
        changed();
        sum.clear();
        if (squares != null) {
            squares.clear();
        }
        count = 0;
        nans = 0;
        infinities = 0;
        negativeInfinities = 0;
    }

    /**
     * Adds a double, or takes it away.
     *
     * @param sign 0 to add, -1 to take away
     */
    void add(long bits, long sign) {
        changed();
        count += 1 | sign;
        int exponent = (int) (bits >>> 52) & INFINITE;
        long magnitude = bits & FRACTION;
        if (exponent == INFINITE) {
            addSpecial(bits, magnitude, 1 | sign);
            return;
        }
        if (exponent == 0) {
            exponent = 1;
        } else {
            magnitude |= FRACTION + 1;
        }
        sum.add(magnitude, exponent - 1075, sign ^ (bits >> 63));
        if (squares != null) {
            squares.addSquare(magnitude, exponent - 1075, sign);
        }
    }

    /** Adds an integer, or takes it away. */
    void addInteger(long integer, long sign) {
        if (integer == Long.MIN_VALUE) {
            addInteger(BigInteger.valueOf(integer), sign);
            return;
        }
        changed();
        count += 1 | sign;
        long magnitude = Math.abs(integer);
        sum.add(magnitude, 0, sign ^ (integer >> 63));
        if (squares != null) {
            squares.addSquare(magnitude, 0, sign);
        }
    }

    /** Adds an integer of up to 128 bits, or takes it away. */
    void addInteger(BigInteger integer, long sign) {
        changed();
        count += 1 | sign;
        sum.add(integer, sign);
        if (squares != null) {
            squares.add(integer.multiply(integer), sign);
        }
    }

    private void addSpecial(long bits, long fraction, long one) {
        if (fraction != 0) {
            nans += one;
        } else if (bits >= 0) {
            infinities += one;
        } else {
            negativeInfinities += one;
        }
    }

    /** The sum, of doubles. */
    double sum() {
        return isFinite() ? read().toDouble() : special();
    }

    /** The sum, of integers. */
    BigInteger integerSum() {
        return read().toInteger();
    }

    /** The mean, of at least one number. */
    double mean() {
        return isFinite() ? read().dividedBy(count) : special();
    }

    /** The mean, where each number was given as an integer of these units. */
    double mean(BigInteger unitsPerOne) {
        return Rounding.quotient(integerSum(), unitsPerOne.multiply(BigInteger.valueOf(count)), 0);
    }

    /**
     * The sum of the squared distances from the mean, divided.
     *
     * @param less 0 to divide by the number of numbers, 1 by one less; there must be more than {@code less}
     * @param unitsPerOne each number was given in these units
     */
    double variance(int less, BigInteger unitsPerOne) {
        return variance(less, unitsPerOne, false);
    }

    /** The square root of {@link #variance(int, BigInteger)}. */
    double deviation(int less, BigInteger unitsPerOne) {
        return variance(less, unitsPerOne, true);
    }

    private double variance(int less, BigInteger unitsPerOne, boolean root) {
        if (!isFinite()) {
            return Double.NaN;
        }
        read();
        if (squares != null && !squaresAreRead) {
            squares.readInto(squareDigits);
            squaresAreRead = true;
        }
        if (count == 1 || squareDigits.isZero()) {
            return 0.0;
        }
        if (unitsPerOne.equals(BigInteger.ONE)) {
            double quotient = quick((double) count * (count - less));
            if (quotient >= 0) {
                int exponent = squareDigits.exponent();
                return root ? Math.scalb(Math.sqrt(quotient), exponent / 2) : Math.scalb(quotient, exponent);
            }
        }
        return exact(less, unitsPerOne, root);
    }

    /**
     * {@code (n * sum of squares - square of the sum) / divisor} in pairs of doubles (T. J. Dekker, 1971), in units of the top
     * digit of the sum of squares; -1 where too much cancels.
     */
    private double quick(double divisor) {
        double n = count;
        double q = squareDigits.leading(0) + squareDigits.leading(1);
        double q1 = squareDigits.leading(0) - q + squareDigits.leading(1);
        double q2 = q + squareDigits.leading(2);
        double ql = q1 + (q - q2 + squareDigits.leading(2)) + squareDigits.leading(3);
        double left = n * q2;
        double leftLow = Math.fma(n, q2, -left) + n * ql;
        if (digits.isZero()) {
            return quotient(left, leftLow, divisor);
        }
        double s = digits.leading(0) + digits.leading(1);
        double s1 = digits.leading(0) - s + digits.leading(1);
        double s2 = s + digits.leading(2);
        double sl = s1 + (s - s2 + digits.leading(2)) + digits.leading(3);
        int scale = 2 * digits.exponent() - squareDigits.exponent();
        double square = s2 * s2;
        double right = Math.scalb(square, scale);
        double rightLow = Math.scalb(Math.fma(s2, s2, -square) + 2 * s2 * sl, scale);
        double difference = left - right;
        double back = difference + right;
        double lost = (left - back) + (back - right - difference);
        return difference > TRUSTED * left ? quotient(difference, lost + (leftLow - rightLow), divisor) : -1;
    }

    /** Of a pair of doubles. */
    private static double quotient(double high, double low, double divisor) {
        double dividend = high + low;
        double rest = high - dividend + low;
        double quotient = dividend / divisor;
        return quotient + (Math.fma(-quotient, divisor, dividend) + rest) / divisor;
    }

    private double exact(int less, BigInteger unitsPerOne, boolean root) {
        BigInteger n = BigInteger.valueOf(count);
        BigInteger s = digits.unscaled();
        BigInteger q = squareDigits.unscaled();
        int scale = Math.min(squareDigits.scale(), 2 * digits.scale());
        BigInteger left = n.multiply(q).shiftLeft(squareDigits.scale() - scale);
        BigInteger right = s.multiply(s).shiftLeft(2 * digits.scale() - scale);
        BigInteger difference = left.subtract(right);
        BigInteger divisor = n.multiply(BigInteger.valueOf(count - less)).multiply(unitsPerOne.multiply(unitsPerOne));
        if (!root) {
            return Rounding.quotient(difference, divisor, scale);
        }
        // Near one, where the square neither overflows nor loses bits, and an even number of bits away.
        int near = (difference.bitLength() - divisor.bitLength()) & ~1;
        double quotient = Rounding.quotient(difference, divisor, -near);
        return Math.scalb(Math.sqrt(quotient), (near + scale) / 2);
    }

    private Digits read() {
        if (!isRead) {
            sum.readInto(digits);
            isRead = true;
        }
        return digits;
    }

    private void changed() {
        isRead = false;
        squaresAreRead = false;
    }

    private boolean isFinite() {
        return (nans | infinities | negativeInfinities) == 0;
    }

    private double special() {
        if (nans > 0 || (infinities > 0 && negativeInfinities > 0)) {
            return Double.NaN;
        }
        return infinities > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
}
