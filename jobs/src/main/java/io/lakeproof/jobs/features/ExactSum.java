package io.lakeproof.jobs.features;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * An exact sum of binary floating-point numbers or integers, to which a number can be added and from which one can be taken
 * away in a few instructions. What it holds is a function of the multiset of its numbers, whatever their order.
 *
 * <p>It is the small superaccumulator of Radford M. Neal, "Fast exact summation using small and large superaccumulators"
 * (2015, arXiv:1505.05571): a fixed-point number of 32-bit chunks, each in 64 bits, that spans every exponent. Unlike Neal's, a
 * number is cut at every chunk, so that a chunk grows by less than 2^32 with each number and carries need not move before
 * 2^30 numbers; and only the chunks that were touched are ever looked at.
 */
final class ExactSum {
    /** The most numbers that a sum may hold at a time. */
    static final int MAX_NUMBERS = 1 << 30;

    private static final long CHUNK = 0xffff_ffffL;

    private final int bias;
    private final long[] chunks;
    private int low;
    private int high;

    private ExactSum(int bias, int chunks) {
        this.bias = bias;
        this.chunks = new long[chunks];
        this.low = chunks;
        this.high = -1;
    }

    /** Of numbers from 2^-1074 to below 2^1024, or of integers of up to 128 bits. */
    static ExactSum ofNumbers() {
        return new ExactSum(34 * 32, 34 + 32 + 4);
    }

    /** Of the squares of such numbers. */
    static ExactSum ofSquares() {
        return new ExactSum(68 * 32, 68 + 64 + 4);
    }

    void clear() {
        if (low <= high) {
            Arrays.fill(chunks, low, high + 1, 0);
            low = chunks.length;
            high = -1;
        }
    }

    /**
     * Adds, or takes away, {@code magnitude * 2^exponent}.
     *
     * @param magnitude not negative
     * @param sign 0 to add, -1 to take away
     */
    void add(long magnitude, int exponent, long sign) {
        int bit = exponent + bias;
        int shift = bit & 31;
        long lower = magnitude << shift;
        long upper = (magnitude >>> 1) >>> (63 - shift);
        int at = touch(bit >>> 5, 2);
        chunks[at] += ((lower & CHUNK) ^ sign) - sign;
        chunks[at + 1] += ((lower >>> 32) ^ sign) - sign;
        chunks[at + 2] += (upper ^ sign) - sign;
    }

    /** Adds, or takes away, the square of {@code magnitude * 2^exponent}. */
    void addSquare(long magnitude, int exponent, long sign) {
        long lower = magnitude * magnitude;
        long upper = Math.multiplyHigh(magnitude, magnitude);
        int bit = 2 * exponent + bias;
        int shift = bit & 31;
        long top = (upper >>> 1) >>> (63 - shift);
        upper = (upper << shift) | ((lower >>> 1) >>> (63 - shift));
        lower <<= shift;
        int at = touch(bit >>> 5, 4);
        chunks[at] += ((lower & CHUNK) ^ sign) - sign;
        chunks[at + 1] += ((lower >>> 32) ^ sign) - sign;
        chunks[at + 2] += ((upper & CHUNK) ^ sign) - sign;
        chunks[at + 3] += ((upper >>> 32) ^ sign) - sign;
        chunks[at + 4] += (top ^ sign) - sign;
    }

    /** Adds, or takes away, an integer of up to 256 bits. */
    void add(BigInteger integer, long sign) {
        long signed = integer.signum() < 0 ? ~sign : sign;
        BigInteger rest = integer.abs();
        int last = (rest.bitLength() + 31) / 32 - 1;
        int at = touch(bias >>> 5, Math.max(last, 0));
        for (int i = 0; i <= last; i++) {
            chunks[at + i] += ((rest.intValue() & CHUNK) ^ signed) - signed;
            rest = rest.shiftRight(32);
        }
    }

    /** Writes the sum into the digits, with every carry moved. */
    void readInto(Digits digits) {
        digits.read(chunks, low, high, bias);
    }

    private int touch(int first, int more) {
        if (first < low) {
            low = first;
        }
        if (first + more > high) {
            high = first + more;
        }
        return first;
    }
}
