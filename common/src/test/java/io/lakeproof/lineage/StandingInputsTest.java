package io.lakeproof.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.digest.TableDigest;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Outcome;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StandingInputsTest {
    static Stream<Arguments> seeds() {
        return IntStream.range(0, 200).mapToObj(seed -> Arguments.of((long) seed));
    }

    /** The oracle holds, for every file and day, which state of the file was read last for that day. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aDayOfAFileCountsAsItWasReadLast(long seed) {
        Random random = new Random(seed);
        StandingInputs standing = new StandingInputs(false);
        TreeMap<String, Long> oracle = new TreeMap<>();
        for (int number = 1; number <= 12; number++) {
            String path = "file" + random.nextInt(3);
            int from = 1 + random.nextInt(4);
            int to = from + random.nextInt(5 - from);
            boolean gone = random.nextInt(8) == 0;
            long length = random.nextInt(3);
            standing.add(seal(
                    number,
                    scope(from, to),
                    gone ? SealedInput.gone(path) : new SealedInput(new InputFile(path, length, 1, null), List.of())));
            for (int day = 1; day <= 4; day++) {
                if (gone) {
                    oracle.remove(path + "@" + day);
                } else if (day >= from && day <= to) {
                    oracle.put(path + "@" + day, length);
                }
            }
        }

        TreeMap<String, Long> found = new TreeMap<>();
        standing.all().stream()
                .sorted(java.util.Comparator.comparingLong(StandingInput::sequence))
                .forEach(input -> {
                    for (int day = 1; day <= 4; day++) {
                        if (input.scope().contains(date(day))) {
                            found.put(
                                    input.path() + "@" + day,
                                    input.input().file().length());
                        }
                    }
                });
        assertThat(found).as("seed %d", seed).isEqualTo(oracle);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void ofWholeInputsOnlyTheLastReadingIsLeft(long seed) {
        Random random = new Random(seed);
        StandingInputs standing = new StandingInputs(true);
        TreeMap<String, Long> oracle = new TreeMap<>();
        for (int number = 1; number <= 12; number++) {
            String path = "file" + random.nextInt(3);
            int from = 1 + random.nextInt(4);
            standing.add(
                    seal(number, scope(from, from), new SealedInput(new InputFile(path, number, 1, null), List.of())));
            oracle.put(path, (long) number);
        }

        List<String> found = new ArrayList<>();
        standing.all().forEach(input -> found.add(input.path() + "=" + input.sequence()));
        List<String> expected = new ArrayList<>();
        oracle.forEach((path, number) -> expected.add(path + "=" + number));
        assertThat(found).as("seed %d", seed).isEqualTo(expected);
    }

    private static DateScope scope(int from, int to) {
        return new DateScope(Optional.of(date(from)), Optional.of(date(to)));
    }

    private static LocalDate date(int day) {
        return LocalDate.of(2024, 11, day);
    }

    private static Seal seal(long number, DateScope scope, SealedInput input) {
        return new Seal(
                number,
                "id",
                "clean",
                number - 1,
                number - 2,
                "test",
                "dedup",
                Outcome.COMMITTED,
                "key",
                "run",
                Instant.EPOCH,
                scope,
                Optional.empty(),
                List.copyOf(new TreeSet<String>()),
                List.of(),
                new TableDigest("00".repeat(32), new TreeMap<>()),
                "config",
                List.of(input),
                List.of(),
                Counts.ZERO,
                "0",
                "");
    }
}
