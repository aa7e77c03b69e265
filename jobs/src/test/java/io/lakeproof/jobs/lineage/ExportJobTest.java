package io.lakeproof.jobs.lineage;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.model.Outcome;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("long")
class ExportJobTest extends SparkTest {
    @TempDir
    static Path shared;

    private static @Nullable Pipeline unchanged;

    @TempDir
    Path folder;

    @Test
    void everySealIsAnEventThatTheSpecificationAndTheFacetsSchemaAccept() throws IOException {
        Pipeline pipeline = threeSeals();
        Path file = folder.resolve("events.json");

        Pipeline.Run clean = export(pipeline, pipeline.table().toString(), all("file:" + file));
        String first = Files.readString(file);
        export(pipeline, pipeline.table().toString(), all(file.toString()));
        Pipeline.Run features = export(pipeline, pipeline.folder() + "/features", all(folder + "/features.json"));

        assertThat(Files.readString(file)).isEqualTo(first); // the file again, not twice the events
        assertThat(clean.result().path("exported").toString())
                .isEqualTo("{\"to\":\"file:" + file + "\",\"events\":2,\"withoutSchema\":0}");
        List<JsonNode> events = events(file);
        List<JsonNode> ofFeatures = events(folder.resolve("features.json"));
        EventSchemas schemas = new EventSchemas();
        assertThat(events)
                .hasSize(2)
                .allSatisfy(event -> assertThat(schemas.problems(event)).isEmpty());
        assertThat(ofFeatures)
                .hasSize(1)
                .allSatisfy(event -> assertThat(schemas.problems(event)).isEmpty());

        JsonNode last = events.get(1);
        assertThat(last.path("eventType").asText()).isEqualTo("COMPLETE");
        assertThat(last.path("eventTime").asText()).isEqualTo("2024-11-08T00:00:00Z");
        assertThat(last.path("job").path("namespace").asText()).isEqualTo("test");
        assertThat(last.path("job").path("name").asText()).isEqualTo("dedup");
        assertThat(last.path("inputs")).hasSize(1);
        assertThat(last.path("inputs").get(0).path("namespace").asText()).isEqualTo("file");
        assertThat(last.path("inputs").get(0).path("name").asText())
                .isEqualTo(pipeline.folder() + "/raw/date=2024-11-06/a.json");
        JsonNode output = last.path("outputs").get(0);
        assertThat(output.path("name").asText()).isEqualTo(pipeline.folder() + "/clean");
        assertThat(output.path("facets").path("version").path("datasetVersion").asText())
                .isEqualTo("1");
        assertThat(output.path("facets").path("schema").path("fields").findValuesAsText("name"))
                .containsExactly("user_id", "event_time", "ingest_time", "value", "event_date");
        assertThat(output.path("outputFacets")
                        .path("outputStatistics")
                        .path("rowCount")
                        .asLong())
                .isEqualTo(2);
        JsonNode digest = output.path("facets").path("lakeproof_digest");
        assertThat(digest.path("digest").asText()).isEqualTo(pipeline.digestNow());
        assertThat(digest.path("sealNumber").asLong()).isEqualTo(2);
        assertThat(digest.path("previousSeal").asText())
                .isEqualTo(events.get(0)
                        .path("outputs")
                        .get(0)
                        .path("facets")
                        .path("lakeproof_digest")
                        .path("seal")
                        .asText());
        assertThat(digest.path("partitions").findValuesAsText("path"))
                .containsExactly("event_date=2024-11-05", "event_date=2024-11-06");

        // The features name the version of the clean table that they were made of, by its digest.
        JsonNode input = ofFeatures.get(0).path("inputs").get(0);
        assertThat(input.path("name").asText()).isEqualTo(pipeline.folder() + "/clean");
        assertThat(input.path("facets").path("version").path("datasetVersion").asText())
                .isEqualTo("1");
        assertThat(input.path("facets").path("lakeproof_digest").path("digest").asText())
                .isEqualTo(pipeline.digestNow());
        assertThat(features.digest())
                .isEqualTo(ofFeatures
                        .get(0)
                        .path("outputs")
                        .get(0)
                        .path("facets")
                        .path("lakeproof_digest")
                        .path("digest")
                        .asText());
    }

    @Test
    void aSecretOfASealIsInNoEventAndTheRestIsAsItWas() throws IOException {
        Pipeline pipeline = threeSeals();
        String secret = pipeline.folder().toString(); // as if the environment held it: it is in every path
        RunFacts facts = new RunFacts("lineage export", "export")
                .redactor(Redactor.of(Map.of("STORAGE_PASSWORD", secret), List.of()));

        export(pipeline, pipeline.table().toString(), all(folder + "/known.json"));
        job(pipeline, facts).run(all(folder + "/secret.json"));

        assertThat(Files.readString(folder.resolve("secret.json")))
                .doesNotContain(secret)
                .isEqualTo(Files.readString(folder.resolve("known.json")).replace(secret, Redactor.REDACTED));
    }

    @Test
    void theRunOfASealIsTheSameWheneverAndWhereverItIsExported() throws IOException {
        Pipeline pipeline = threeSeals();
        Path file = folder.resolve("events.json");

        export(pipeline, pipeline.table().toString(), all(file.toString()));
        pipeline.at("2025-01-01T00:00:00Z");
        Pipeline.Run one;
        try (Receiver receiver = new Receiver()) {
            one = export(
                    pipeline,
                    pipeline.table().toString(),
                    new ExportRequest(receiver.address() + "/", Optional.of("s3cret"), Optional.of(0L), false));

            assertThat(receiver.posts()).hasSize(1);
            Receiver.Post post = receiver.posts().get(0);
            assertThat(post.path()).isEqualTo("/api/v1/lineage");
            assertThat(post.key()).isEqualTo("Bearer s3cret");
            assertThat(post.type()).isEqualTo("application/json");
            assertThat(EventSchemas.tree(post.body())).isEqualTo(events(file).get(0));
        }
        assertThat(one.version()).isZero();
        assertThat(events(file).get(0).path("run").path("runId"))
                .isNotEqualTo(events(file).get(1).path("run").path("runId"));
    }

    @Test
    void withoutAVersionTheNewestSealGoesToTheAddressAsItIs() throws IOException {
        Pipeline pipeline = threeSeals();
        try (Receiver receiver = new Receiver()) {
            String to = receiver.address() + "/marquez/lineage?token=s3cret";
            Pipeline.Run run = export(
                    pipeline,
                    pipeline.table().toString(),
                    new ExportRequest(to, Optional.empty(), Optional.empty(), false));

            assertThat(receiver.posts()).extracting(Receiver.Post::path).containsExactly("/marquez/lineage");
            assertThat(receiver.posts()).extracting(Receiver.Post::key).containsExactly("null");
            assertThat(run.version()).isEqualTo(1);
            assertThat(run.result().toString()).doesNotContain("s3cret");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | 75 | 3 | Export again when the receiver works: what it has got it knows by the run's id.",
                "429 | 75 | 3 | Export again when the receiver works: what it has got it knows by the run's id.",
                "401 | 77 | 1 | Put a key that the receiver takes into the environment variable that --api-key-env names.",
                "403 | 77 | 1 | Put a key that the receiver takes into the environment variable that --api-key-env names.",
                "302 | 64 | 1 | Name with --to the address that takes OpenLineage events, mostly …/api/v1/lineage.",
                "404 | 64 | 1 | Name with --to the address that takes OpenLineage events, mostly …/api/v1/lineage.",
            })
    void anAnswerOtherThan2xxFailsAndNeverShowsTheKey(int code, int exit, int attempts, String fix) throws IOException {
        Pipeline pipeline = threeSeals();
        try (Receiver receiver = new Receiver().refusing(code, 1)) {
            RunFacts facts = new RunFacts("lineage export", "export");

            assertThatThrownBy(() -> job(pipeline, facts)
                            .run(new ExportRequest(receiver.address(), Optional.of("s3cret"), Optional.empty(), true)))
                    .isInstanceOfSatisfying(Failure.class, failure -> {
                        assertThat(failure.exitCode()).isEqualTo(exit);
                        assertThat(failure.fix()).isEqualTo(fix);
                    })
                    .hasMessage(
                            receiver.address() + "/api/v1/lineage answered HTTP " + code + ": refused, key Bearer ***");
            assertThat(receiver.posts()).hasSize(1 + attempts);
            assertThat(facts.failed(new IllegalStateException(), 0).json()).contains("\"events\":1,");
        }
    }

    @Test
    void aReceiverThatIsNotThereIs75() throws IOException {
        Pipeline pipeline = threeSeals();
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        assertThatThrownBy(() -> export(pipeline, pipeline.table().toString(), all("http://127.0.0.1:" + port)))
                .isInstanceOf(Failure.Conflict.class)
                .hasMessageStartingWith("http://127.0.0.1:" + port + "/api/v1/lineage cannot be reached: ");
    }

    @Test
    void aChangedSealIsNamedAndLeavesNoFile() {
        Pipeline pipeline = threeSeals();
        DeltaTable ledger = DeltaTable.forPath(spark(), pipeline.ledger());
        ledger.update(functions.expr("sequence = 2"), Map.of("run_id", functions.lit("somebody else")));
        Path file = folder.resolve("events.json");

        assertThatThrownBy(() -> export(pipeline, pipeline.table().toString(), all(file.toString())))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessage(
                        "the ledger's seal of version 1 of " + pipeline.table() + " was changed after it was written");
        assertThat(file).doesNotExist();
        assertThat(folder.resolve("events.json.unfinished")).doesNotExist();
        ledger.restoreToVersion(2);
    }

    @Test
    void sealsOutliveTheirTable() throws IOException {
        Pipeline pipeline = threeSeals();
        Path away = pipeline.folder().resolve("away");
        Files.move(pipeline.table(), away);

        Pipeline.Run run = export(pipeline, pipeline.table().toString(), all(folder + "/events.json"));

        assertThat(run.result().path("exported").path("events").asLong()).isEqualTo(2);
        assertThat(run.result().path("exported").path("withoutSchema").asLong()).isEqualTo(2);
        Files.move(away, pipeline.table());
    }

    @ParameterizedTest
    @CsvSource({
        "s3a://bucket/clean/events, s3://bucket, clean/events",
        "s3://bucket/a b/x.json, s3://bucket, a b/x.json",
        "file:/data/clean, file, /data/clean",
        "hdfs://name:8020/data/clean, hdfs://name:8020, /data/clean",
        "abfss://box@account.dfs.core.windows.net/clean, abfss://box@account.dfs.core.windows.net, clean",
        "gs://bucket/clean, gs://bucket, clean",
    })
    void aPathIsNamedByTheConventions(String path, String namespace, String name) {
        var named = SealEvents.name(URI.create(path.replace(" ", "%20")));

        assertThat(named.getNamespace()).isEqualTo(namespace);
        assertThat(named.getName()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://user:s3cret@host/x | --to holds a user or password, which everybody sees who can list processes",
                "http:///x                 | --to http:///x names no host",
                "''                        | --to is empty",
            })
    void aWrongAddressIsAWrongCall(String to, String problem) {
        assertThatThrownBy(() -> all(to)).isInstanceOf(Failure.Usage.class).hasMessage(problem);
    }

    private static ExportRequest all(String to) {
        return new ExportRequest(to, Optional.empty(), Optional.empty(), true);
    }

    /** Two of the clean table, one of the features; made once: a test that changes something changes it back. */
    private Pipeline threeSeals() {
        Pipeline known = unchanged;
        if (known != null) {
            return known;
        }
        Pipeline pipeline = new Pipeline(spark(), shared)
                .set("features={entity=user_id,version=v1,target=\"" + shared
                        + "/features\",define{sum_7d{sum=value,range=P7D}}}");
        pipeline.raw("date=2024-11-05/a.json", event("ada", "2024-11-05T10:00:00Z", "2024-11-05T10:01:00Z", 1));
        pipeline.raw(
                "date=2024-11-06/a.json",
                event("ada", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 2),
                event("bob", "2024-11-06T10:00:00Z", "2024-11-06T10:01:00Z", 3));
        pipeline.dedup("2024-11-05", "2024-11-05");
        pipeline.dedup("2024-11-06", "2024-11-06");
        pipeline.features();
        unchanged = pipeline;
        return pipeline;
    }

    private ExportJob job(Pipeline pipeline, RunFacts facts) {
        return new ExportJob(pipeline.context(facts), pipeline.table().toString(), pipeline.ledger());
    }

    private Pipeline.Run export(Pipeline pipeline, String table, ExportRequest request) {
        RunFacts facts = new RunFacts("lineage export", "export");
        Outcome outcome = new ExportJob(pipeline.context(facts), table, pipeline.ledger()).run(request);
        return Pipeline.run(facts, outcome);
    }

    private static List<JsonNode> events(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(EventSchemas::tree).toList();
    }
}
