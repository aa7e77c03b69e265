package io.lakeproof.jobs.features;

import java.math.BigInteger;

/** Rounds exact values to the nearest double, ties to even (IEEE 754, roundTiesToEven), subnormal numbers included. */
final class Rounding {
    private static final int PRECISION = 53;
    private static final int MIN_EXPONENT = -1022;
    private static final int MAX_EXPONENT = 1023;

    private Rounding() {}

    /**
     * Of a positive number.
     *
     * @param bits its first 64 bits, the first of them a one
     * @param sticky there are ones behind them
     * @param exponent of the first bit
     */
    static double of(long bits, boolean sticky, int exponent) {
        if (exponent > MAX_EXPONENT) {
            return Double.POSITIVE_INFINITY;
        }
        int drop = 64 - PRECISION + Math.max(0, MIN_EXPONENT - exponent);
        if (drop >= 64) {
            return drop == 64 && (bits != Long.MIN_VALUE || sticky) ? Double.MIN_VALUE : 0.0;
        }
        long kept = bits >>> drop;
        long rest = bits << (64 - drop);
        if (rest < 0 && (rest != Long.MIN_VALUE || sticky || (kept & 1) != 0)) {
            kept++;
        }
        // A carry out of the fraction raises the exponent by one, as it should, up to that of infinity.
        long biased = exponent < MIN_EXPONENT ? kept : kept + ((long) (exponent - MIN_EXPONENT) << 52);
        return Double.longBitsToDouble(biased);
    }

    /** Of {@code dividend / divisor * 2^exponent}; the divisor is positive. */
    static double quotient(BigInteger dividend, BigInteger divisor, int exponent) {
        if (dividend.signum() == 0) {
            return 0.0;
        }
        BigInteger magnitude = dividend.abs();
        int shift = 66 - magnitude.bitLength() + divisor.bitLength();
        BigInteger[] parts = shift >= 0
                ? magnitude.shiftLeft(shift).divideAndRemainder(divisor)
                : magnitude.divideAndRemainder(divisor.shiftLeft(-shift));
        BigInteger quotient = parts[0];
        int more = quotient.bitLength() - 64;
        boolean sticky = parts[1].signum() != 0 || quotient.getLowestSetBit() < more;
        double rounded = of(quotient.shiftRight(more).longValue(), sticky, 63 + more - shift + exponent);
        return dividend.signum() < 0 ? -rounded : rounded;
    }
}
