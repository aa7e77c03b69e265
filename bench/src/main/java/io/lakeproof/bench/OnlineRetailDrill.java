package io.lakeproof.bench;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.dedup.DedupJob;
import io.lakeproof.jobs.drill.DrillJob;
import io.lakeproof.jobs.drill.DrillRequest;
import io.lakeproof.jobs.drill.Recompute;
import io.lakeproof.jobs.features.FeaturesJob;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.Pins;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * The drill on the Online Retail data: loads it in two batches, builds features, pins both tables, copies them, damages the originals,
 * and shows that the damage is named and that the copies are restored and made again as they were sealed. Arguments: the folder of
 * the daily files, conf/online-retail.conf, a scratch folder, and the first and last date (2010-12-01 2010-12-31). The reports stay
 * in the scratch folder.
 */
public final class OnlineRetailDrill {
    private static final Recompute JOBS = new Recompute() {
        @Override
        public void dedup(RunContext context, PipelineConfig pipeline, DateScope scope, List<InputFile> inputs) {
            new DedupJob(context, pipeline, scope, inputs).run();
        }

        @Override
        public void features(RunContext context, PipelineConfig pipeline, DateScope scope) {
            new FeaturesJob(context, pipeline, CuratedRequest.of(scope)).run();
        }
    };

    private final SparkSession spark;
    private final PipelineConfig pipeline;
    private final Path scratch;

    private OnlineRetailDrill(SparkSession spark, PipelineConfig pipeline, Path scratch) {
        this.spark = spark;
        this.pipeline = pipeline;
        this.scratch = scratch;
    }

    public static void main(String[] arguments) throws IOException {
        Path scratch = Path.of(arguments[2]);
        LocalDate from = LocalDate.parse(arguments.length > 3 ? arguments[3] : "2010-12-01");
        LocalDate to = LocalDate.parse(arguments.length > 4 ? arguments[4] : "2010-12-31");
        PipelineConfig pipeline = ConfigLoader.load(
                "online-retail.conf",
                Files.readString(Path.of(arguments[1])),
                List.of(
                        "source.path=" + Path.of(arguments[0]).resolve("{date}.csv.gz"),
                        "dedup.target=" + scratch.resolve("clean"),
                        "dedup.windowed-target=" + scratch.resolve("windowed"),
                        "features.target=" + scratch.resolve("features"),
                        "ledger.path=" + scratch.resolve("_lakeproof/ledger")));
        SparkSession spark = Sessions.open("online-retail-drill");
        new OnlineRetailDrill(spark, pipeline, scratch).run(from, to);
        spark.stop();
    }

    private void run(LocalDate from, LocalDate to) throws IOException {
        LocalDate middle = from.plusDays((to.toEpochDay() - from.toEpochDay()) / 2);
        load(from, middle);
        load(middle.plusDays(1), to);
        String clean = pipeline.dedup().target();
        String features = pipeline.features().orElseThrow().target();
        pin("drilled", clean);
        pin("drilled", features);
        copy(Path.of(clean), scratch.resolve("backup/clean"));
        copy(Path.of(features), scratch.resolve("backup/features"));

        drill("clean", clean, Optional.empty());
        drill("features", features, Optional.empty());

        Path cut = dataFile(Path.of(clean));
        byte[] bytes = Files.readAllBytes(cut);
        bytes[bytes.length / 3] ^= 0x10;
        Files.deleteIfExists(cut.resolveSibling("." + cut.getFileName() + ".crc"));
        Files.write(cut, bytes);
        Path lost = dataFile(Path.of(features));
        Files.delete(lost);
        System.out.println("damaged      one byte of " + cut.getFileName() + "; deleted " + lost.getFileName());

        refused("clean-damaged", clean);
        refused("features-damaged", features);
        drill("clean-from-backup", clean, Optional.of(scratch.resolve("backup/clean")));
        drill("features-from-backup", features, Optional.of(scratch.resolve("backup/features")));
    }

    private void load(LocalDate from, LocalDate to) {
        DateScope scope = new DateScope(Optional.of(from), Optional.of(to));
        RunFacts facts = new RunFacts("dedup", "load-" + from);
        new DedupJob(context(facts), pipeline, scope).run();
        facts.summary().forEach(System.out::println);
        RunFacts built = new RunFacts("features", "build-" + from);
        new FeaturesJob(context(built), pipeline, CuratedRequest.of(scope)).run();
        built.summary().forEach(System.out::println);
    }

    private void pin(String name, String table) {
        Ledger ledger = new Ledger(spark, pipeline.ledgerPath());
        Seal seal = ledger.newest(
                        new DeltaStore(spark, table).current().orElseThrow().tableId())
                .orElseThrow();
        new Pins(spark, pipeline.pinsPath())
                .pin(Pin.of(name, seal, "bench", Clock.systemUTC().instant(), "for the drill"));
    }

    private void drill(String name, String table, Optional<Path> backup) {
        run(name, request(name, table, backup));
    }

    private void refused(String name, String table) {
        try {
            run(name, request(name, table, Optional.empty()));
        } catch (Failure.Integrity e) {
            System.out.println("74           " + e.problem());
            return;
        }
        throw new IllegalStateException("the damage to " + table + " was not found");
    }

    private DrillRequest request(String name, String table, Optional<Path> backup) {
        return new DrillRequest(
                table,
                Optional.of("drilled"),
                Optional.empty(),
                backup.map(Path::toString),
                backup.map(path -> path.resolveSibling("clean").toString()),
                scratch.resolve("drill-" + name).toString(),
                Optional.of(scratch.resolve("drill-" + name + ".html").toString()),
                true,
                false);
    }

    private void run(String name, DrillRequest request) {
        RunFacts facts = new RunFacts("drill", name);
        long start = System.nanoTime();
        System.out.println("== " + name);
        try {
            new DrillJob(context(facts), pipeline, request, JOBS).run();
        } finally {
            facts.summary().forEach(System.out::println);
            System.out.printf(Locale.ROOT, "%-12s in %.1f s%n", "drilled", (System.nanoTime() - start) / 1e9);
        }
    }

    private RunContext context(RunFacts facts) {
        return new RunContext(Sessions.forRun(spark, pipeline.zone()), Clock.systemUTC(), facts.runId(), false, facts);
    }

    /** The largest file, so that what is damaged is data and not a footer. */
    private static Path dataFile(Path table) throws IOException {
        try (Stream<Path> files = Files.walk(table)) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .max(java.util.Comparator.comparingLong(OnlineRetailDrill::size))
                    .orElseThrow();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
