package io.lakeproof.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Spoils valid lines at random: whatever comes out is a record or a {@link MalformedRecord}, and always the same. */
final class Mutations {

    private Mutations() {}

    /** Every mutant goes through one long-lived parser and through a second one; both must say the same. */
    static void tryAll(Supplier<RecordParser> parsers, List<String> lines, long seed, int count) {
        Random random = new Random(seed);
        RecordParser first = parsers.get();
        RecordParser second = parsers.get();
        int refused = 0;
        for (int i = 0; i < count; i++) {
            byte[] line = lines.get(random.nextInt(lines.size())).getBytes(StandardCharsets.UTF_8);
            for (int times = random.nextInt(3); times >= 0; times--) {
                line = mutate(line, random);
            }
            String answer = answer(first, line);
            refused += answer.startsWith("refused") ? 1 : 0;

            second = i % 1000 == 0 ? parsers.get() : second;
            assertThat(answer(second, line))
                    .as("seed %d, mutant %d: %s", seed, i, new String(line, StandardCharsets.UTF_8))
                    .isEqualTo(answer);
        }
        assertThat(refused).as("both kinds occur, seed %d", seed).isBetween(count / 10, count - count / 100);
    }

    private static String answer(RecordParser parser, byte[] line) {
        try {
            return Arrays.deepToString(parser.parse(line));
        } catch (MalformedRecord e) {
            return "refused " + e.getMessage();
        }
    }

    private static byte[] mutate(byte[] line, Random random) {
        if (line.length == 0) {
            return line;
        }
        int from = random.nextInt(line.length);
        int to = from + random.nextInt(Math.min(8, line.length - from) + 1);
        return switch (random.nextInt(6)) {
            case 0 -> flipped(line, from, random.nextInt(8));
            case 1 -> Arrays.copyOf(line, from);
            case 2 -> joined(Arrays.copyOf(line, from), Arrays.copyOfRange(line, to, line.length));
            case 3 -> joined(Arrays.copyOf(line, to), Arrays.copyOfRange(line, from, line.length));
            case 4 -> joined(Arrays.copyOf(line, from), line, Arrays.copyOfRange(line, from, line.length));
            default -> flipped(line, from, 0);
        };
    }

    /**
     * A spoilt line without a line feed: some bytes flipped, cut off, cut out, doubled or thrown among others, control bytes,
     * huge numbers or many brackets put in.
     */
    static byte[] spoilt(byte[] line, Random random) {
        byte[] spoilt = line;
        for (int times = random.nextInt(3); times >= 0; times--) {
            spoilt = random.nextInt(3) > 0 ? mutate(spoilt, random) : inserted(spoilt, random);
        }
        for (int i = 0; i < spoilt.length; i++) {
            spoilt[i] = spoilt[i] == '\n' ? (byte) ' ' : spoilt[i];
        }
        return spoilt;
    }

    private static byte[] inserted(byte[] line, Random random) {
        int at = random.nextInt(line.length + 1);
        String more = switch (random.nextInt(5)) {
            case 0 -> String.valueOf((char) random.nextInt(' '));
            case 1 -> "9".repeat(1 + random.nextInt(2000));
            case 2 -> "[".repeat(1 + random.nextInt(2000));
            case 3 -> "{\"a\":".repeat(1 + random.nextInt(200));
            default -> "1e" + random.nextInt(1_000_000_000);
        };
        return joined(
                Arrays.copyOf(line, at),
                more.getBytes(StandardCharsets.UTF_8),
                Arrays.copyOfRange(line, at, line.length));
    }

    private static byte[] flipped(byte[] line, int at, int bit) {
        byte[] copy = line.clone();
        copy[at] ^= (byte) (1 << bit);
        return copy;
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
