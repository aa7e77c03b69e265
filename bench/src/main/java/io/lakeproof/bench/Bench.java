package io.lakeproof.bench;

import io.lakeproof.run.Sessions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** The command line of the measurements; {@code bench/README.md} says what each measures. */
public final class Bench {
    private static final String COMMANDS =
            "(dedup|digest|verify|features|features-spark|features-memory)( [0-9]{0,9}[24680]0)?|dedup-memory"
                    + "|(daily|features-daily)( [0-9]{0,7}[24680]0( [1-9][0-9]{0,2})*)?";
    private static final long ROWS = 2_000_000;
    private static final long ROWS_OF_ONE = 10_000_000;
    private static final long ROWS_A_DAY = 100_000;
    private static final List<Integer> DAYS = List.of(10, 50, 100, 400);
    private static final long SEED = 42;
    private static final int USAGE = 64;

    private final SparkSession spark;
    private final PrintStream out;
    private final PrintStream err;

    private Bench(SparkSession spark, PrintStream out, PrintStream err) {
        this.spark = spark;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) {
        int code = run(List.of(args), System.out, System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** The tables go to {@code out}, progress and complaints to {@code err}; returns the exit code. */
    static int run(List<String> args, PrintStream out, PrintStream err) {
        if (!String.join(" ", args).matches(COMMANDS)) {
            err.println(
                    "usage: bench/run.sh dedup|digest|verify|features|features-spark [rows]      rows: a multiple of 20; 2000000 unless given");
            err.println("       bench/run.sh dedup-memory      checks, and measures nothing; for LAKEPROOF_HEAP=1g");
            err.println("       bench/run.sh features-memory [rows]     10000000 unless given");
            err.println(
                    "       bench/run.sh daily|features-daily [rows a day [days]…]      100000 and 10 50 100 400 unless given");
            return USAGE;
        }
        SparkSession base = Sessions.open("lakeproof-bench");
        try {
            new Bench(Sessions.forRun(base, ZoneOffset.UTC), out, err).run(args);
        } finally {
            base.stop();
        }
        return 0;
    }

    private void run(List<String> args) {
        switch (args.get(0)) {
            case "dedup-memory" -> new DedupMemory(spark, out).run();
            case "daily" -> daily(args.size() > 1 ? Long.parseLong(args.get(1)) : ROWS_A_DAY, days(args));
            case "features-daily" ->
                featuresDaily(args.size() > 1 ? Long.parseLong(args.get(1)) : ROWS_A_DAY, days(args));
            case "features-memory" ->
                new FeaturesMemory(spark, out).run(args.size() > 1 ? Long.parseLong(args.get(1)) : ROWS_OF_ONE);
            default -> events(args.get(0), args.size() > 1 ? Long.parseLong(args.get(1)) : ROWS);
        }
    }

    private static List<Integer> days(List<String> args) {
        return args.size() > 2 ? args.stream().skip(2).map(Integer::valueOf).toList() : DAYS;
    }

    private void featuresDaily(long rowsPerDay, List<Integer> days) {
        for (int length : days) {
            try (FeaturesDaily bench = new FeaturesDaily(spark, err, length, rowsPerDay)) {
                bench.look();
                race(bench.contenders());
            }
        }
    }

    private void events(String name, long rows) {
        Events events = new Events(rows, SEED);
        try (Scratch scratch = Scratch.create()) {
            Path input = scratch.path().resolve("events");
            if (name.startsWith("features")) {
                new ZipfEvents(rows, SEED).write(spark, input);
                race(new FeaturesBench(spark, input, name.equals("features-spark")).contenders());
                return;
            }
            events.write(spark, input);
            if (name.equals("digest")) {
                race(new DigestBench(spark, input).contenders());
                return;
            }
            if (name.equals("verify")) {
                race(new VerifyBench(spark, input, scratch.path()).contenders());
                return;
            }
            DedupBench dedup = new DedupBench(spark, input, events);
            dedup.check();
            race(dedup.contenders());
        }
    }

    /** A race for each length of the history, then one of Lakeproof against itself. */
    private void daily(long rowsPerDay, List<Integer> days) {
        List<DailyBench> benches = new ArrayList<>();
        try {
            for (int length : days) {
                DailyBench bench = new DailyBench(spark, new History(length, rowsPerDay, SEED));
                benches.add(bench);
                bench.check();
                race(bench.contenders(), DailyBench.WARM_UP);
            }
            if (benches.size() > 1) {
                race(benches.stream().map(DailyBench::lakeproof).toList(), DailyBench.WARM_UP);
            }
        } finally {
            benches.forEach(DailyBench::close);
        }
    }

    private void race(List<Contender> contenders) {
        race(contenders, Race.WARM_UP);
    }

    private void race(List<Contender> contenders, int warmUp) {
        out.println(new Race(contenders, warmUp, err).run());
    }
}
