package io.lakeproof.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.jobs.backfill.BackfillJob;
import io.lakeproof.jobs.compact.CompactJob;
import io.lakeproof.jobs.compact.CompactRequest;
import io.lakeproof.jobs.curate.CurateJob;
import io.lakeproof.jobs.dedup.DedupJob;
import io.lakeproof.jobs.dedup.RequeueJob;
import io.lakeproof.jobs.dedup.RequeueSelection;
import io.lakeproof.jobs.features.FeaturesJob;
import io.lakeproof.jobs.verify.VerifyJob;
import io.lakeproof.jobs.verify.VerifyRequest;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.FileLayout;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A small pipeline in a folder of its own, for tests of jobs: JSON lines in {@code raw/}, the table in {@code clean}. */
public final class Pipeline {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2024-11-08T00:00:00Z");

    private final SparkSession spark;
    private final Path folder;
    private final List<String> sets = new ArrayList<>();
    private Instant now = NOW;
    private int changes;

    public Pipeline(SparkSession spark, Path folder) {
        this.spark = spark;
        this.folder = folder;
    }

    /** What a run reported. */
    public record Run(Outcome outcome, JsonNode result) {
        public long version() {
            return result.path("versionAfter").asLong();
        }

        public String digest() {
            return result.path("digest").asText();
        }

        public long count(String name) {
            return result.path("counts").path(name).asLong();
        }
    }

    public Path folder() {
        return folder;
    }

    public Path table() {
        return folder.resolve("clean");
    }

    public String ledger() {
        return folder.resolve("ledger").toString();
    }

    /** What time it is for the runs from now on. */
    public Pipeline at(String instant) {
        now = Instant.parse(instant);
        return this;
    }

    public Pipeline set(String keyAndValue) {
        sets.add(keyAndValue);
        return this;
    }

    /** Writes a raw file; its modification time differs from that of every other write. */
    public Path raw(String name, String... lines) {
        try {
            Path file = folder.resolve("raw").resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, String.join("\n", lines) + (lines.length == 0 ? "" : "\n"));
            Files.setLastModifiedTime(
                    file, FileTime.from(Instant.parse("2024-11-07T00:00:00Z").plusSeconds(changes++)));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String event(String user, String time, String ingest, double value) {
        return String.format(
                "{\"user_id\":\"%s\",\"event_time\":\"%s\",\"ingest_time\":\"%s\",\"value\":%s}",
                user, time, ingest, value);
    }

    public Run dedup() {
        return dedup(DateScope.ALL);
    }

    public Run dedup(String from, String to) {
        return dedup(new DateScope(Optional.of(LocalDate.parse(from)), Optional.of(LocalDate.parse(to))));
    }

    public Run dedup(DateScope scope) {
        RunFacts facts = new RunFacts("dedup", "run-" + changes++);
        Outcome outcome = new DedupJob(context(facts), config(), scope).run();
        return run(facts, outcome);
    }

    /** Tries all refused lines of the pipeline again. */
    public Run requeue() {
        return requeue(new RequeueSelection(Optional.empty(), Optional.empty()));
    }

    public Run requeue(RequeueSelection selection) {
        RunFacts facts = new RunFacts("quarantine requeue", "requeue-" + changes++);
        Outcome outcome = new RequeueJob(context(facts), config(), selection).run();
        return run(facts, outcome);
    }

    /** {@code reason: line} of every row of the quarantine, sorted; behind a released row stands {@code (released)}. */
    public List<String> quarantined() {
        return spark
                .read()
                .format("delta")
                .load(folder.resolve("quarantine").toString())
                .selectExpr(
                        "concat(reason, ': ', cast(raw as string), if(requeued_by is null, '', ' (released)')) as r")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    /** Every date of the clean table, as {@code set("features=…")} says. */
    public Run features() {
        return features(CuratedRequest.of(DateScope.ALL));
    }

    public Run features(CuratedRequest request) {
        RunFacts facts = new RunFacts("features", "run-" + changes++);
        return run(
                facts, new FeaturesJob(context(facts), config(), request).run().outcome());
    }

    public Run backfill(CuratedRequest request, int chunkDays) {
        RunFacts facts = new RunFacts("backfill", "run-" + changes++);
        BackfillJob.Runs runs = (context, chunk) -> new FeaturesJob(context, config(), chunk);
        return run(facts, new BackfillJob(context(facts), "features", runs, request, chunkDays).run());
    }

    /** As {@code set("curate=…")} says. */
    public Run curate(CuratedRequest request) {
        RunFacts facts = new RunFacts("curate", "run-" + changes++);
        return run(facts, new CurateJob(context(facts), config(), request).run().outcome());
    }

    public Run backfillCurate(CuratedRequest request, int chunkDays) {
        RunFacts facts = new RunFacts("backfill", "run-" + changes++);
        BackfillJob.Runs runs = (context, chunk) -> new CurateJob(context, config(), chunk);
        return run(facts, new BackfillJob(context(facts), "curate", runs, request, chunkDays).run());
    }

    /** Compacts all dates and models of a table. */
    public Run compact(String table, long targetBytes) {
        RunFacts facts = new RunFacts("compact", "run-" + changes++);
        CompactRequest request =
                new CompactRequest(table, DateScope.ALL, Optional.empty(), new FileLayout(targetBytes, List.of()));
        return run(facts, new CompactJob(context(facts), config(), request).run());
    }

    /** What the job would say in a dry run. */
    public List<String> plan(CuratedRequest request) {
        RunFacts facts = new RunFacts("features", "plan");
        RunContext context = new RunContext(
                Sessions.forRun(spark, ZoneOffset.UTC), Clock.fixed(now, ZoneOffset.UTC), "plan", true, facts);
        new FeaturesJob(context, config(), request).run();
        return facts.summary();
    }

    public Run verify(Optional<Long> version) {
        return verify(table().toString(), version);
    }

    public Run verify(String table, Optional<Long> version) {
        return verify(table, VerifyRequest.content(version));
    }

    public Run verify(String table, VerifyRequest request) {
        RunFacts facts = new RunFacts("verify", "verify");
        return run(facts, new VerifyJob(context(facts), table, ledger()).run(request));
    }

    /** The digest of the newest version, read anew and without the ledger. */
    public String digestNow() {
        Dataset<Row> rows = read();
        return TableDigest.of(rows.schema(), ContentDigest.of(rows, List.of("event_date")))
                .hex();
    }

    public Dataset<Row> read() {
        return Sessions.forRun(spark, ZoneOffset.UTC).read().format("delta").load(table().toString());
    }

    /** {@code user@time=value} of every stored row, sorted. */
    public List<String> rows() {
        return read()
                .selectExpr("concat(user_id, '@', date_format(event_time, 'dd HH:mm'), '=', cast(value as int)) as r")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    public PipelineConfig config() {
        String text = """
                pipeline { name = test }
                source {
                  path = "%1$s/raw/date={date}/", format = json
                  schema = "user_id STRING, event_time TIMESTAMP, ingest_time TIMESTAMP, value DOUBLE"
                }
                dedup { key = [user_id, event_time], order = ["ingest_time desc"], target = "%1$s/clean" }
                ledger { path = "%1$s/ledger" }
                """.formatted(folder);
        return ConfigLoader.load("test.conf", text, sets);
    }

    /** The context of a run, at the time that was set. */
    public RunContext context(RunFacts facts) {
        SparkSession session = Sessions.forRun(spark, ZoneOffset.UTC);
        return new RunContext(session, Clock.fixed(now, ZoneOffset.UTC), facts.runId(), false, facts);
    }

    public static Run run(RunFacts facts, Outcome outcome) {
        try {
            return new Run(outcome, JSON.readTree(facts.succeeded(outcome, 0).json()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
