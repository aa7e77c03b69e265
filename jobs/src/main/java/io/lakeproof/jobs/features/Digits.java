package io.lakeproof.jobs.features;

import java.math.BigInteger;

/**
 * The value of an exact sum: a sign, and digits to the base 2^32. Equal values have equal digits, so whatever is computed from
 * them is a function of the value alone.
 */
final class Digits {
    private static final long DIGIT = 0xffff_ffffL;

    private final long[] digits = new long[160];
    private int bias;
    private int low;

    /** The position of the first digit that is not zero; below {@link #low} for a sum of zero. */
    private int top;

    private boolean negative;

    /** Takes chunks, each a signed number of units of its place. */
    void read(long[] chunks, int low, int high, int bias) {
        this.bias = bias;
        this.low = low;
        long carry = 0;
        for (int i = low; i <= high; i++) {
            long sum = chunks[i] + carry;
            digits[i] = sum & DIGIT;
            carry = sum >> 32;
        }
        top = high;
        negative = carry < 0;
        if (low <= high) {
            digits[++top] = carry & DIGIT;
        }
        if (negative) {
            negate();
        }
        while (top >= low && digits[top] == 0) {
            top--;
        }
    }

    private void negate() {
        long carry = 1;
        for (int i = low; i <= top; i++) {
            long sum = (~digits[i] & DIGIT) + carry;
            digits[i] = sum & DIGIT;
            carry = sum >>> 32;
        }
    }

    boolean isZero() {
        return top < low;
    }

    boolean isNegative() {
        return negative;
    }

    /** The exponent of the unit of the top digit. */
    int exponent() {
        return 32 * top - bias;
    }

    /** The nearest double, ties to even; infinite beyond the greatest. */
    double toDouble() {
        if (isZero()) {
            return 0.0;
        }
        long sticky = 0;
        for (int i = low; i < top - 2; i++) {
            sticky |= digits[i];
        }
        return rounded(digits[top], digit(top - 1), digit(top - 2), sticky != 0, top);
    }

    /**
     * The double nearest to the sum divided by a number, ties to even.
     *
     * @param divisor 1 to 2^31 - 1
     */
    double dividedBy(long divisor) {
        if (isZero()) {
            return 0.0;
        }
        long first = 0;
        long second = 0;
        long third = 0;
        long rest = 0;
        int at = top + 1;
        int have = 0;
        while (have < 3) {
            at--;
            long dividend = (rest << 32) | digit(at);
            long quotient = dividend / divisor;
            rest = dividend - quotient * divisor;
            if (have > 0 || quotient != 0) {
                first = have == 0 ? quotient : first;
                second = have == 1 ? quotient : second;
                third = have == 2 ? quotient : third;
                have++;
            }
        }
        boolean sticky = rest != 0;
        for (int i = low; i < at && !sticky; i++) {
            sticky = digits[i] != 0;
        }
        return rounded(first, second, third, sticky, at + 2);
    }

    /** The exact integer {@code sum * 2^scale}, where {@code scale} is what {@link #scale} says. */
    BigInteger unscaled() {
        BigInteger sum = BigInteger.ZERO;
        for (int i = top; i >= low; i--) {
            sum = sum.shiftLeft(32).or(BigInteger.valueOf(digits[i]));
        }
        return negative ? sum.negate() : sum;
    }

    /** The exponent of the unit of {@link #unscaled}. */
    int scale() {
        return isZero() ? 0 : 32 * low - bias;
    }

    /** The sum, of integers only. */
    BigInteger toInteger() {
        int shift = scale();
        return shift < 0 ? unscaled().shiftRight(-shift) : unscaled().shiftLeft(shift);
    }

    /** A digit, counted from the top one, in units of the top one's place. */
    double leading(int place) {
        return Math.scalb((double) digit(top - place), -32 * place);
    }

    private long digit(int at) {
        return at < low || at > top ? 0 : digits[at];
    }

    private double rounded(long first, long second, long third, boolean more, int place) {
        int zeros = Long.numberOfLeadingZeros(first) - 32;
        long bits = (first << (32 + zeros)) | (second << zeros) | (third >>> (32 - zeros));
        boolean sticky = more || (third << (32 + zeros)) != 0;
        double magnitude = Rounding.of(bits, sticky, 32 * place - bias + 31 - zeros);
        return negative ? -magnitude : magnitude;
    }
}
