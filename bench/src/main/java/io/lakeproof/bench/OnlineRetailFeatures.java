package io.lakeproof.bench;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.jobs.dedup.DedupJob;
import io.lakeproof.jobs.features.FeaturesJob;
import io.lakeproof.jobs.verify.VerifyJob;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.DateScope;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRun;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Builds the features of the Online Retail lines for the whole time in one run, and day by day, and prints the table digest of
 * both: they must be equal. Arguments: the folder of the daily files, conf/online-retail.conf, a scratch folder.
 */
public final class OnlineRetailFeatures {
    private final SparkSession spark;
    private final String text;
    private final Path files;
    private final Path scratch;

    private OnlineRetailFeatures(SparkSession spark, String text, Path files, Path scratch) {
        this.spark = spark;
        this.text = text;
        this.files = files;
        this.scratch = scratch;
    }

    public static void main(String[] arguments) throws IOException {
        SparkSession spark = Sessions.open("online-retail-features");
        OnlineRetailFeatures bench = new OnlineRetailFeatures(
                spark, Files.readString(Path.of(arguments[1])), Path.of(arguments[0]), Path.of(arguments[2]));
        bench.clean();
        Seal whole = bench.build("whole", List.of(DateScope.ALL));
        List<DateScope> days = whole.dates().stream()
                .map(LocalDate::parse)
                .map(day -> new DateScope(Optional.of(day), Optional.of(day)))
                .toList();
        Seal daily = bench.build("daily", days);
        spark.stop();

        boolean equal = whole.digest().equals(daily.digest());
        System.out.println(equal ? "both digests are equal" : "THE DIGESTS DIFFER");
        if (!equal) {
            throw new IllegalStateException("the digests differ");
        }
    }

    private void clean() {
        long start = System.nanoTime();
        RunFacts facts = new RunFacts("dedup", "clean");
        PipelineConfig pipeline = pipeline("whole");
        new DedupJob(context(facts, pipeline), pipeline, DateScope.ALL).run();
        facts.summary().forEach(System.out::println);
        System.out.printf(Locale.ROOT, "clean in %.1f s%n", (System.nanoTime() - start) / 1e9);
    }

    private Seal build(String name, List<DateScope> scopes) {
        long start = System.nanoTime();
        PipelineConfig pipeline = pipeline(name);
        List<Seal> seals = new ArrayList<>();
        for (DateScope scope : scopes) {
            RunFacts facts = new RunFacts("features", name);
            CuratedRun run = new FeaturesJob(context(facts, pipeline), pipeline, CuratedRequest.of(scope)).run();
            seals.add(run.seal().orElseThrow());
            if (scopes.size() == 1) {
                facts.summary().forEach(System.out::println);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        RunFacts facts = new RunFacts("verify", name);
        String target = pipeline.features().orElseThrow().target();
        new VerifyJob(context(facts, pipeline), target, pipeline.ledgerPath()).run(Optional.empty());
        System.out.printf(
                Locale.ROOT,
                "%-6s %3d runs in %.1f s, verified: %s%n",
                name,
                scopes.size(),
                seconds,
                facts.summary().get(facts.summary().size() - 1));
        return seals.get(seals.size() - 1);
    }

    private PipelineConfig pipeline(String name) {
        return ConfigLoader.load(
                "online-retail.conf",
                text,
                List.of(
                        "source.path=" + files.resolve("{date}.csv.gz"),
                        "dedup.target=" + scratch.resolve("clean"),
                        "features.target=" + scratch.resolve("features-" + name),
                        "ledger.path=" + scratch.resolve("ledger")));
    }

    private RunContext context(RunFacts facts, PipelineConfig pipeline) {
        return new RunContext(Sessions.forRun(spark, pipeline.zone()), Clock.systemUTC(), facts.runId(), false, facts);
    }
}
