package io.lakeproof.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Lets contenders do the same work in turns, round after round, each round starting with another. The first is the baseline. */
final class Race {
    /** Rounds before the first that counts: enough where a round is long. */
    static final int WARM_UP = 2;

    private static final int ROUNDS = 5;

    private record Lane(Contender contender, List<Measured> rounds) {
        List<Double> cpu() {
            return rounds.stream().map(Measured::cpuSeconds).toList();
        }

        List<Double> wall() {
            return rounds.stream().map(Measured::wallSeconds).toList();
        }
    }

    private final List<Lane> lanes;
    private final int warmUp;
    private final PrintStream progress;

    Race(List<Contender> contenders, int warmUp, PrintStream progress) {
        this.warmUp = warmUp;
        this.lanes = contenders.stream()
                .map(contender -> new Lane(contender, new ArrayList<>()))
                .toList();
        this.progress = progress;
    }

    /** Runs every round, and returns the results as a Markdown table. */
    String run() {
        for (int round = -warmUp; round < ROUNDS; round++) {
            List<Lane> order = new ArrayList<>(lanes);
            Collections.rotate(order, -round);
            for (Lane lane : order) {
                Measured measured = once(lane.contender());
                progress.printf(
                        "%s: %s: CPU %.2f s, wall %.2f s%n",
                        round < 0 ? "warm-up" : "round " + (round + 1),
                        lane.contender().name(),
                        measured.cpuSeconds(),
                        measured.wallSeconds());
                if (round >= 0) {
                    lane.rounds().add(measured);
                }
            }
        }
        return table();
    }

    private static Measured once(Contender contender) {
        try (Scratch scratch = Scratch.create()) {
            contender.prepare().accept(scratch.path());
            System.gc(); // nobody pays for the garbage of the one before
            return Measured.of(() -> contender.work().accept(scratch.path()));
        }
    }

    private String table() {
        StringBuilder table =
                new StringBuilder("| | CPU seconds | ratio | wall seconds | ratio |\n|---|---|---|---|---|\n");
        Lane baseline = lanes.get(0);
        for (Lane lane : lanes) {
            table.append(String.format(
                    "| %s | %s | %s | %s | %s |%n",
                    lane.contender().name(),
                    Spread.of(lane.cpu()),
                    Spread.ofRatios(lane.cpu(), baseline.cpu()),
                    Spread.of(lane.wall()),
                    Spread.ofRatios(lane.wall(), baseline.wall())));
        }
        return table.toString();
    }
}
