package io.lakeproof.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MultisetDigestTest {
    private static final BigInteger MODULUS = BigInteger.TWO.pow(256);
    /** Sums on both sides of every place where a carry is made or passed on. */
    private static final List<BigInteger> EDGES = List.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            BigInteger.TWO.pow(63),
            BigInteger.TWO.pow(64).subtract(BigInteger.ONE),
            BigInteger.TWO.pow(64),
            BigInteger.TWO.pow(128).subtract(BigInteger.ONE),
            BigInteger.TWO.pow(128).subtract(BigInteger.TWO.pow(64)),
            BigInteger.TWO.pow(192).subtract(BigInteger.ONE),
            BigInteger.TWO.pow(192).subtract(BigInteger.TWO.pow(128)),
            BigInteger.TWO.pow(255),
            MODULUS.subtract(BigInteger.TWO.pow(192)),
            MODULUS.subtract(BigInteger.TWO.pow(64)),
            MODULUS.subtract(BigInteger.ONE));

    @Test
    void addsAndSubtractsModulo256BitsAtEveryEdge() {
        for (BigInteger left : EDGES) {
            for (BigInteger right : EDGES) {
                MultisetDigest sum = digest(5, left).plus(digest(3, right));
                MultisetDigest difference = digest(5, left).minus(digest(3, right));

                assertThat(sum)
                        .as("%x + %x", left, right)
                        .isEqualTo(digest(8, left.add(right).mod(MODULUS)));
                assertThat(difference)
                        .as("%x - %x", left, right)
                        .isEqualTo(digest(2, left.subtract(right).mod(MODULUS)));
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void isACommutativeGroup(long seed) {
        Random random = new Random(seed);
        MultisetDigest a = digest(random.nextInt(100), sum(random));
        MultisetDigest b = digest(random.nextInt(100), sum(random));
        MultisetDigest c = digest(random.nextInt(100), sum(random));

        assertThat(a.plus(b)).as("seed %d: a + b = b + a", seed).isEqualTo(b.plus(a));
        assertThat(a.plus(b).plus(c))
                .as("seed %d: (a + b) + c = a + (b + c)", seed)
                .isEqualTo(a.plus(b.plus(c)));
        assertThat(a.plus(MultisetDigest.EMPTY)).as("seed %d: a + 0 = a", seed).isEqualTo(a);
        assertThat(a.plus(b).minus(b)).as("seed %d: (a + b) - b = a", seed).isEqualTo(a);
        assertThat(a.minus(a)).as("seed %d: a - a = 0", seed).isEqualTo(MultisetDigest.EMPTY);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void accumulatesRowsAsABigIntegerWould(long seed) {
        Random random = new Random(seed);
        MultisetDigest.Accumulator accumulator = new MultisetDigest.Accumulator();
        BigInteger expected = BigInteger.ZERO;
        for (int i = 0; i < 50; i++) {
            BigInteger row = sum(random);
            expected = expected.add(row).mod(MODULUS);

            accumulator.addRow(digest(1, row).sumBytes());
        }

        assertThat(accumulator.toDigest()).as("seed %d", seed).isEqualTo(digest(50, expected));
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 200);
    }

    @Test
    void parsesWhatItPrints() {
        String sum = "00000000000000010000000000000002fffffffffffffffd8000000000000004";

        MultisetDigest digest = MultisetDigest.parse(7, sum);

        assertThat(digest).isEqualTo(new MultisetDigest(7, 1, 2, -3, Long.MIN_VALUE + 4));
        assertThat(digest.sum()).isEqualTo(sum);
        assertThat(new MultisetDigest(7, digest.sumBytes())).isEqualTo(digest);
    }

    @Test
    void countsARowOnce() {
        byte[] row = digest(0, BigInteger.TEN).sumBytes();

        assertThat(MultisetDigest.ofRow(row)).isEqualTo(new MultisetDigest(1, 0, 0, 0, 10));
        assertThat(MultisetDigest.ofRow(row).plus(MultisetDigest.ofRow(row)))
                .isEqualTo(new MultisetDigest(2, 0, 0, 0, 20));
    }

    @Test
    void refusesASumOfAnotherLength() {
        assertThatThrownBy(() -> new MultisetDigest(1, new byte[33]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sum has 32 bytes, not 33");
        assertThatThrownBy(() -> MultisetDigest.parse(1, "00"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sum has 32 bytes, not 1");
    }

    @Test
    void refusesToSubtractMoreRowsThanThereAre() {
        MultisetDigest one = digest(1, BigInteger.TEN);
        MultisetDigest two = digest(2, BigInteger.TEN);

        assertThatThrownBy(() -> one.minus(two))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot take 2 rows from 1");
    }

    @Test
    void refusesMoreRowsThanALongCounts() {
        MultisetDigest most = digest(Long.MAX_VALUE, BigInteger.ONE);

        assertThatThrownBy(() -> most.plus(digest(1, BigInteger.ONE)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("long overflow");
    }

    /** Random, or made of words that are all ones or all zeros, so that carries run through. */
    private static BigInteger sum(Random random) {
        if (random.nextBoolean()) {
            return new BigInteger(256, random);
        }
        BigInteger sum = BigInteger.ZERO;
        for (int word = 0; word < 4; word++) {
            BigInteger value = random.nextBoolean() ? BigInteger.TWO.pow(64).subtract(BigInteger.ONE) : BigInteger.ZERO;
            sum = sum.shiftLeft(64).add(value);
        }
        return sum;
    }

    private static MultisetDigest digest(long count, BigInteger sum) {
        return MultisetDigest.parse(count, "%064x".formatted(sum));
    }
}
