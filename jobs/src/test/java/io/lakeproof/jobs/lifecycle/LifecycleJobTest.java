package io.lakeproof.jobs.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.SparkTest;
import io.lakeproof.aws.BucketStub;
import io.lakeproof.aws.CreationTagSettings;
import io.lakeproof.aws.S3Bucket;
import io.lakeproof.aws.S3Clients;
import io.lakeproof.aws.S3MockServer;
import io.lakeproof.aws.S3aSettings;
import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.lifecycle.Archive;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.StoredObject;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.Pins;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** Tags and listings as S3Mock has them, through S3A and the SDK; rules and restores as the stub has them. */
@Tag("long")
class LifecycleJobTest extends SparkTest {
    private static final String BUCKET = "lifecycle-test";
    private static final String LIFECYCLE =
            "lifecycle={ class = training, tiers = [ { name = hot }, { name = cold, after = P90D, storage-class ="
                    + " STANDARD_IA }, { name = archive, after = P365D, storage-class = GLACIER } ] }";

    @TempDir
    private Path folder;

    private S3MockServer server;
    private Configuration hadoop;

    @BeforeEach
    void startServer() {
        if (server == null) {
            server = S3MockServer.start().bucket(BUCKET);
            hadoop = session().sparkContext().hadoopConfiguration();
            S3aSettings.of(server.config(), hadoop).forEach(this::set);
            // Hadoop keeps the connection of a bucket as its first user sets it.
            CreationTagSettings.of(pipeline("tags").config(), LocalDate.parse("2024-11-08"), hadoop)
                    .forEach(this::set);
        }
    }

    @AfterAll
    void stopServer() {
        hadoop.unset("lakeproof.lifecycle.creation-tags");
        server.close();
    }

    /** For this bucket alone: the tests of a JVM share the settings. */
    private void set(String key, String value) {
        hadoop.set(key.replace("fs.s3a.", "fs.s3a.bucket." + BUCKET + "."), value);
    }

    private Pipeline pipeline(String name) {
        Pipeline pipeline = new Pipeline(spark(), folder.resolve(name));
        pipeline.set("dedup.target=s3a://" + BUCKET + "/" + name + "/clean").set(LIFECYCLE);
        pipeline.raw(
                "date=2024-11-05/a",
                Pipeline.event("u", "2024-11-05T01:00:00Z", "2024-11-05T02:00:00Z", 1),
                Pipeline.event("u", "2024-08-01T01:00:00Z", "2024-11-05T02:00:00Z", 2),
                Pipeline.event("u", "2023-09-01T01:00:00Z", "2024-11-05T02:00:00Z", 3));
        return pipeline;
    }

    private static String table(Pipeline pipeline) {
        return pipeline.config().dedup().target();
    }

    /** A run of one lifecycle job. */
    private static Pipeline.Run run(
            Pipeline pipeline,
            String asOf,
            boolean dryRun,
            Function<RunContext, Function<LifecycleRequest, Outcome>> job) {
        RunFacts facts = new RunFacts("lifecycle", "l");
        RunContext context = pipeline.context(facts);
        RunContext own = new RunContext(context.spark(), context.clock(), "l", dryRun, facts);
        LifecycleRequest request = new LifecycleRequest(
                pipeline.config(), table(pipeline), Optional.of(LocalDate.parse(asOf)), DateScope.ALL, S3Bucket::open);
        return Pipeline.run(facts, job.apply(own).apply(request));
    }

    private static Pipeline.Run apply(Pipeline pipeline, String asOf, boolean dryRun) {
        return run(pipeline, asOf, dryRun, context -> request -> new ApplyJob(context, request).run());
    }

    private static long number(Pipeline.Run run, String name) {
        return run.result().path("lifecycle").path(name).asLong(-1);
    }

    /** Tags by key below the table. */
    private Map<String, Map<String, String>> tags(Pipeline pipeline) {
        Map<String, Map<String, String>> tags = new TreeMap<>();
        String prefix = table(pipeline).substring(("s3a://" + BUCKET + "/").length());
        try (Bucket bucket = S3Bucket.open(hadoop, BUCKET)) {
            for (StoredObject object : bucket.list(prefix + "/")) {
                tags.put(
                        object.key().substring(prefix.length() + 1),
                        bucket.tags(object.key()).orElseThrow());
            }
        }
        return tags;
    }

    private static Map<String, String> data(Map<String, Map<String, String>> tags, String tag) {
        return tags.entrySet().stream()
                .filter(object -> object.getKey().startsWith("event_date="))
                .collect(Collectors.toMap(
                        object -> object.getKey(), object -> object.getValue().getOrDefault(tag, "")));
    }

    @Test
    void tagsFollowTheTiersAndAreWrittenOnceAndTheLogHasNone() {
        Pipeline pipeline = pipeline("tags");
        pipeline.dedup();
        Map<String, Map<String, String>> created = tags(pipeline);

        // When S3A writes them, the objects have what their keys tell.
        assertThat(data(created, "tier").values()).containsExactlyInAnyOrder("hot", "cold", "cold");
        assertThat(data(created, "dataset").values()).containsOnly("test/tags/clean");
        assertThat(data(created, "lineage").values()).containsOnly("");
        String first = new TreeMap<>(data(created, "tier")).firstKey();
        // A better row replaces that of 2023-09-01: the file of version 0 is no longer live.
        pipeline.raw("date=2024-11-06/b", Pipeline.event("u", "2023-09-01T01:00:00Z", "2024-11-06T02:00:00Z", 4));
        pipeline.dedup();

        try (BucketStub stub = new BucketStub(BUCKET)) {
            Pipeline.Run plan = run(pipeline, "2024-11-08", true, c -> r -> new PlanJob(c, with(r, stub)).run());
            assertThat(number(plan, "tagsWritten")).isEqualTo(4);
            assertThat(number(plan, "rulesAdded")).isEqualTo(2);
        }
        Pipeline.Run applied = apply(pipeline, "2024-11-08", false);
        assertThat(applied.outcome()).isEqualTo(Outcome.DONE);
        assertThat(number(applied, "tagsWritten")).isEqualTo(4);
        Map<String, Map<String, String>> tags = tags(pipeline);
        assertThat(data(tags, "tier").values()).containsExactlyInAnyOrder("hot", "cold", "cold", "archive");
        assertThat(data(tags, "tier")).containsEntry(first, "archive");
        Set<String> seals = new Ledger(session(), pipeline.ledger())
                        .chain(new DeltaStore(session(), table(pipeline))
                                .current()
                                .orElseThrow()
                                .tableId())
                        .seals()
                        .stream()
                        .map(seal -> seal.hex().substring(0, 16))
                        .collect(Collectors.toSet());
        assertThat(data(tags, "lineage").values()).allMatch(seals::contains);
        assertThat(Set.copyOf(data(tags, "lineage").values())).isEqualTo(seals);
        tags.forEach((key, set) -> {
            if (!key.startsWith("event_date=")) {
                assertThat(set).as(key).isEmpty();
            }
        });

        assertThat(apply(pipeline, "2024-11-08", false).outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(number(apply(pipeline, "2025-02-05", true), "tagsWritten")).isEqualTo(1);
        assertThat(tags(pipeline)).isEqualTo(tags);
        pin(pipeline, 0);
        assertThat(number(apply(pipeline, "2024-11-08", false), "tagsWritten")).isEqualTo(2);
        assertThat(data(tags(pipeline), "tier")).containsEntry(first, "hot");
    }

    /** The same request with the rules and restores of a stub. */
    private static LifecycleRequest with(LifecycleRequest request, BucketStub stub) {
        return new LifecycleRequest(
                request.pipeline(),
                request.table(),
                request.asOf(),
                request.dates(),
                (hadoop, name) -> new MockAndStub(S3Bucket.open(hadoop, name), open(stub)));
    }

    private static Bucket open(BucketStub stub) {
        Configuration settings = new Configuration(false);
        settings.set("fs.s3a.endpoint", stub.endpoint().toString());
        settings.set("fs.s3a.endpoint.region", "us-east-1");
        settings.set("fs.s3a.path.style.access", "true");
        return S3Bucket.open(settings, BUCKET);
    }

    private void pin(Pipeline pipeline, long version) {
        String id = new DeltaStore(session(), table(pipeline))
                .current()
                .orElseThrow()
                .tableId();
        new Pins(session(), pipeline.config().pinsPath())
                .pin(Pin.of(
                        "gold",
                        new Ledger(session(), pipeline.ledger())
                                .atOrBefore(id, version)
                                .orElseThrow(),
                        "r",
                        java.time.Instant.parse("2024-11-08T00:00:00Z"),
                        ""));
    }

    @Test
    void rulesReportAndRestore() {
        Pipeline pipeline = pipeline("rest");
        pipeline.dedup();
        try (BucketStub stub = new BucketStub(BUCKET);
                S3Client s3 = S3Clients.of(hadoop, BUCKET)) {
            Pipeline.Run rules =
                    run(pipeline, "2024-11-08", false, c -> r -> new RulesJob(c, with(r, stub)).run(false));
            assertThat(number(rules, "rulesAdded")).isEqualTo(2);
            assertThat(stub.lifecycle()).contains("lakeproof-test/rest/clean/archive", "rest/clean/");
            assertThat(run(pipeline, "2024-11-08", false, c -> r -> new RulesJob(c, with(r, stub)).run(false))
                            .outcome())
                    .isEqualTo(Outcome.EMPTY);
            assertThat(run(pipeline, "2024-11-08", true, c -> r -> new RulesJob(c, with(r, stub)).run(true))
                            .outcome())
                    .isEqualTo(Outcome.DONE);
            assertThat(stub.lifecycle()).isNotNull();
            run(pipeline, "2024-11-08", false, c -> r -> new RulesJob(c, with(r, stub)).run(true));
            assertThat(stub.lifecycle()).isNull();

            Pipeline.Run report = run(pipeline, "2024-11-08", true, c -> r -> new ReportJob(c, with(r, stub)).run(10));
            List<DataFile> files = new DeltaStore(session(), table(pipeline)).files(0);
            assertThat(number(report, "objects")).isEqualTo(3);
            assertThat(number(report, "bytes"))
                    .isEqualTo(files.stream().mapToLong(DataFile::length).sum());

            String key = "rest/clean/" + files.get(0).path();
            s3.copyObject(copy -> copy.sourceBucket(BUCKET)
                    .sourceKey(key)
                    .destinationBucket(BUCKET)
                    .destinationKey(key)
                    .storageClass("GLACIER"));
            stub.put(key, 1, "GLACIER", Map.of());
            RestoreJob.Order order =
                    new RestoreJob.Order(Optional.empty(), 7, Archive.Speed.BULK, Optional.of(Duration.ofMillis(1)));
            assertThatThrownBy(() -> run(
                            pipeline,
                            "2024-11-08",
                            false,
                            c -> r -> new RestoreJob(ticking(c), with(r, stub)).run(order)))
                    .isInstanceOf(Failure.Conflict.class)
                    .hasMessageContaining("1 of 1 objects are not restored after PT0.001S");
            assertThat(stub.calls("RestoreObject")).isEqualTo(1);
            stub.finishRestores();
            Pipeline.Run restored =
                    run(pipeline, "2024-11-08", false, c -> r -> new RestoreJob(c, with(r, stub)).run(order));
            assertThat(restored.outcome()).isEqualTo(Outcome.EMPTY);
            assertThat(number(restored, "archived")).isEqualTo(1);
            assertThat(stub.calls("RestoreObject")).isEqualTo(1);
        }
    }

    private static RunContext ticking(RunContext context) {
        return new RunContext(
                context.spark(), java.time.Clock.systemUTC(), context.runId(), context.dryRun(), context.facts());
    }

    @Test
    void refusesWhatHasNoLifecycle() {
        Pipeline pipeline = new Pipeline(spark(), folder.resolve("local"));

        assertThatThrownBy(() -> apply(pipeline, "2024-11-08", false))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("lifecycle is missing");
        pipeline.set(LIFECYCLE);
        assertThatThrownBy(() -> apply(pipeline, "2024-11-08", false))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessage(
                        "the table " + pipeline.table() + " is not on S3: tags, rules and storage classes are S3's");
        List<Failure> failures = new ArrayList<>();
        for (String path : List.of(pipeline.ledger(), pipeline.config().pinsPath())) {
            RunFacts facts = new RunFacts("lifecycle", "l");
            try {
                new ApplyJob(
                        pipeline.context(facts),
                        new LifecycleRequest(pipeline.config(), path, Optional.empty(), DateScope.ALL, S3Bucket::open));
            } catch (Failure.Usage e) {
                failures.add(e);
            }
        }
        assertThat(failures)
                .extracting(Failure::problem)
                .satisfiesExactly(
                        seals -> assertThat(seals).contains("is the table of seals: every run reads it"),
                        pins -> assertThat(pins).contains("is the table of pins: every run reads it"));
    }
}
