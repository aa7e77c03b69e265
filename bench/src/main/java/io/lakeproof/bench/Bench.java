package io.lakeproof.bench;

import io.lakeproof.run.Sessions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** The command line of the measurements: {@code dedup|digest|features|features-spark [rows]}. */
public final class Bench {
    private static final long ROWS = 2_000_000;
    private static final long SEED = 42;
    private static final int USAGE = 64;

    private Bench() {}

    public static void main(String[] args) {
        int code = run(List.of(args), System.out, System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** The table goes to {@code out}, progress and complaints to {@code err}; returns the exit code. */
    static int run(List<String> args, PrintStream out, PrintStream err) {
        boolean understood =
                String.join(" ", args).matches("(dedup|digest|features|features-spark)( [0-9]{0,9}[24680]0)?");
        if (!understood) {
            err.println(
                    "usage: bench/run.sh dedup|digest|features|features-spark [rows]      rows: a multiple of 20; 2000000 unless given");
            return USAGE;
        }
        long rows = args.size() == 2 ? Long.parseLong(args.get(1)) : ROWS;
        Events events = new Events(rows, SEED);
        SparkSession base = Sessions.open("lakeproof-bench");
        try (Scratch scratch = Scratch.create()) {
            SparkSession spark = Sessions.forRun(base, ZoneOffset.UTC);
            Path input = scratch.path().resolve("events");
            if (args.get(0).startsWith("features")) {
                new ZipfEvents(rows, SEED).write(spark, input);
            } else {
                events.write(spark, input);
            }
            out.print(new Race(contenders(args.get(0), spark, input, events), err).run());
        } finally {
            base.stop();
        }
        return 0;
    }

    private static List<Contender> contenders(String name, SparkSession spark, Path input, Events events) {
        if (name.startsWith("features")) {
            return new FeaturesBench(spark, input, name.equals("features-spark")).contenders();
        }
        if (name.equals("digest")) {
            return new DigestBench(spark, input).contenders();
        }
        DedupBench dedup = new DedupBench(spark, input, events);
        dedup.check();
        return dedup.contenders();
    }
}
