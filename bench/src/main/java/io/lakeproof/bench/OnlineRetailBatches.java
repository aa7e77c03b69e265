package io.lakeproof.bench;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.jobs.dedup.DedupJob;
import io.lakeproof.jobs.verify.VerifyJob;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Loads the Online Retail files in one batch, in many shuffled batches, and in three of which one comes twice, and prints the
 * digests of the clean and the windowed table of each: they must be equal. Arguments: the folder of the daily files, conf/online-retail.conf, a scratch
 * folder, and how many shuffled batches (60).
 */
public final class OnlineRetailBatches {
    private static final long SEED = 20101201;

    private final SparkSession spark;
    private final String text;
    private final Path scratch;

    private OnlineRetailBatches(SparkSession spark, String text, Path scratch) {
        this.spark = spark;
        this.text = text;
        this.scratch = scratch;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> files = files(Path.of(arguments[0]));
        String text = Files.readString(Path.of(arguments[1]));
        int many = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 60;
        SparkSession spark = Sessions.open("online-retail");
        OnlineRetailBatches bench = new OnlineRetailBatches(spark, text, Path.of(arguments[2]));

        String one = bench.load("one", List.of(files));
        List<String> shuffled = new ArrayList<>(files);
        Collections.shuffle(shuffled, new Random(SEED));
        List<List<String>> three = split(shuffled, 3);
        String repeated =
                bench.load("three", List.of(three.get(0), three.get(1), three.get(0), three.get(2), three.get(1)));
        String batches = bench.load("many", split(shuffled, many));
        spark.stop();

        boolean equal = one.equals(repeated) && one.equals(batches);
        System.out.println(equal ? "all digests are equal" : "THE DIGESTS DIFFER");
        if (!equal) {
            throw new IllegalStateException("the digests differ");
        }
    }

    private String load(String name, List<List<String>> batches) {
        long start = System.nanoTime();
        int replayed = 0;
        for (List<String> batch : batches) {
            RunFacts facts = new RunFacts("dedup", name);
            PipelineConfig pipeline = pipeline(name, batch);
            if (new DedupJob(context(facts, pipeline), pipeline, DateScope.ALL).run() == Outcome.REPLAYED) {
                replayed++;
            }
        }
        PipelineConfig pipeline = pipeline(name, batches.get(0));
        String digest = verified(name, pipeline, pipeline.dedup().target())
                + pipeline.dedup()
                        .window()
                        .map(window -> ", windowed " + verified(name, pipeline, window.target()))
                        .orElse("");
        System.out.printf(
                Locale.ROOT,
                "%-6s %3d batches (%d replayed) in %.1f s, verified: %s%n",
                name,
                batches.size(),
                replayed,
                (System.nanoTime() - start) / 1e9,
                digest);
        return digest;
    }

    private String verified(String name, PipelineConfig pipeline, String table) {
        RunFacts facts = new RunFacts("verify", name);
        new VerifyJob(context(facts, pipeline), table, pipeline.ledgerPath()).run(Optional.empty());
        return facts.summary().get(facts.summary().size() - 1);
    }

    private PipelineConfig pipeline(String name, List<String> files) {
        String paths = files.stream().map(file -> "\"" + file + "\"").collect(Collectors.joining(",", "[", "]"));
        return ConfigLoader.load(
                "online-retail.conf",
                text,
                List.of(
                        "source.path=" + paths,
                        "dedup.target=" + scratch.resolve(name).resolve("clean"),
                        "dedup.windowed-target=" + scratch.resolve(name).resolve("windowed"),
                        "ledger.path=" + scratch.resolve(name).resolve("ledger")));
    }

    private RunContext context(RunFacts facts, PipelineConfig pipeline) {
        return new RunContext(Sessions.forRun(spark, pipeline.zone()), Clock.systemUTC(), facts.runId(), false, facts);
    }

    private static List<List<String>> split(List<String> files, int parts) {
        List<List<String>> split = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            split.add(files.subList(files.size() * part / parts, files.size() * (part + 1) / parts));
        }
        return split;
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".csv.gz"))
                    .sorted()
                    .toList();
        }
    }
}
