package io.lakeproof.jobs.features;

/** The extreme value of a window but for one row of its last group. */
final class Others {
    private final Extreme extreme;
    private int before;
    private int best;
    private int second;

    Others(Extreme extreme) {
        this.extreme = extreme;
    }

    void begin() {
        before = extreme.best();
        best = Extreme.NONE;
        second = Extreme.NONE;
    }

    void add(int position) {
        int better = extreme.better(best, position);
        second = better == best ? extreme.better(second, position) : best;
        best = better;
    }

    int without(int position) {
        return extreme.better(before, position == best ? second : best);
    }
}
