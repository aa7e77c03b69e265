package io.lakeproof.digest;

import java.io.Serializable;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The digest of a set of rows that counts duplicates: how many rows, and the sum of their row digests modulo 2^256. It is a
 * commutative group under {@link #plus}: it ignores order, files and partitioning, and what was added can be subtracted.
 * (An additive multiset hash: Bellare and Micciancio, EUROCRYPT 1997; docs/digest.md says what it does not defend against.)
 *
 * @param count rows
 * @param w0 bits 255 to 192 of the sum, and so on down to
 * @param w3 bits 63 to 0
 */
public record MultisetDigest(long count, long w0, long w1, long w2, long w3) implements Serializable {
    public static final MultisetDigest EMPTY = new MultisetDigest(0, 0, 0, 0, 0);

    /** The digest of one row. */
    public static MultisetDigest ofRow(byte[] rowDigest) {
        return new MultisetDigest(1, rowDigest);
    }

    /**
     * Parses a printed sum.
     *
     * @param sum 64 hexadecimal digits
     */
    public static MultisetDigest parse(long count, String sum) {
        return new MultisetDigest(count, HexFormat.of().parseHex(sum));
    }

    /**
     * From the bytes of a sum.
     *
     * @param sum 32 bytes, big-endian
     */
    public MultisetDigest(long count, byte[] sum) {
        this(count, word(sum, 0), word(sum, 1), word(sum, 2), word(sum, 3));
    }

    public MultisetDigest plus(MultisetDigest other) {
        Accumulator sum = new Accumulator();
        sum.add(this);
        sum.add(other);
        return sum.toDigest();
    }

    /**
     * Takes out rows that are in.
     *
     * @throws IllegalArgumentException if {@code other} has more rows
     */
    public MultisetDigest minus(MultisetDigest other) {
        if (other.count > count) {
            throw new IllegalArgumentException("cannot take " + other.count + " rows from " + count);
        }
        BigInteger modulus = BigInteger.ONE.shiftLeft(256);
        byte[] difference = new BigInteger(1, sumBytes())
                .subtract(new BigInteger(1, other.sumBytes()))
                .mod(modulus)
                .toByteArray();
        byte[] sum = new byte[32];
        int length = Math.min(32, difference.length);
        System.arraycopy(difference, difference.length - length, sum, 32 - length, length);
        return new MultisetDigest(count - other.count, sum);
    }

    /** How rows, now with this digest, differ from what was sealed, in words; for two digests that are not equal. */
    public String differenceFrom(MultisetDigest sealed) {
        return count == sealed.count
                ? count + " rows as sealed, but their content differs"
                : "sealed with " + sealed.count + " rows, now " + count;
    }

    /** 32 bytes, big-endian. */
    public byte[] sumBytes() {
        return ByteBuffer.allocate(32)
                .putLong(w0)
                .putLong(w1)
                .putLong(w2)
                .putLong(w3)
                .array();
    }

    /** 64 lower-case hexadecimal digits. */
    public String sum() {
        return HexFormat.of().formatHex(sumBytes());
    }

    private static long word(byte[] sum, int index) {
        if (sum.length != 32) {
            throw new IllegalArgumentException("a sum has 32 bytes, not " + sum.length);
        }
        return ByteSink.longAt(sum, index * Long.BYTES);
    }

    /** Sums many row digests without an object for each. */
    static final class Accumulator {
        private long count;
        private long w0;
        private long w1;
        private long w2;
        private long w3;

        /** Adds a row; what is behind the 32 bytes of its digest does not count. */
        void addRow(byte[] rowDigest) {
            add(
                    1,
                    ByteSink.longAt(rowDigest, 0),
                    ByteSink.longAt(rowDigest, Long.BYTES),
                    ByteSink.longAt(rowDigest, 2 * Long.BYTES),
                    ByteSink.longAt(rowDigest, 3 * Long.BYTES));
        }

        void add(MultisetDigest other) {
            add(other.count, other.w0, other.w1, other.w2, other.w3);
        }

        MultisetDigest toDigest() {
            return new MultisetDigest(count, w0, w1, w2, w3);
        }

        private void add(long rows, long a0, long a1, long a2, long a3) {
            count = Math.addExact(count, rows);
            long s3 = w3 + a3;
            long s2 = w2 + a2;
            long s1 = w1 + a1;
            long c3 = carry(w3, a3, s3);
            long t2 = s2 + c3;
            long c2 = carry(w2, a2, s2) + carry(s2, c3, t2);
            long t1 = s1 + c2;
            long c1 = carry(w1, a1, s1) + carry(s1, c2, t1);
            w0 = w0 + a0 + c1;
            w1 = t1;
            w2 = t2;
            w3 = s3;
        }

        /** 1 if the sum of two unsigned numbers does not fit in 64 bits; without a branch, which nobody could predict. */
        private static long carry(long a, long b, long sum) {
            return ((a & b) | ((a | b) & ~sum)) >>> 63;
        }
    }
}
