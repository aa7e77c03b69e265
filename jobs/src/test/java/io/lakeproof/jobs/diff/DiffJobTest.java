package io.lakeproof.jobs.diff;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.jobs.diff.DiffRequest.OnDifference;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.Pins;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffJobTest extends SparkTest {
    private static final Instant NOW = Instant.parse("2024-11-08T00:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path original;

    @TempDir
    Path folder;

    private Pipeline pipeline;
    private SparkSession session;

    /** Each test gets a copy of one table: version 0 has two dates, version 1 a third. */
    @BeforeEach
    void sealedTable() throws IOException {
        session = Sessions.forRun(spark(), ZoneOffset.UTC);
        if (!Files.exists(original.resolve("clean"))) {
            makeOriginal(new Pipeline(spark(), original));
        }
        for (String name : List.of("clean", "ledger")) {
            copy(original.resolve(name), folder.resolve(name));
        }
        pipeline = new Pipeline(spark(), folder);
    }

    private static void makeOriginal(Pipeline pipeline) {
        for (int day = 5; day <= 7; day++) {
            String date = "2024-11-0" + day;
            pipeline.raw(
                    "date=" + date + "/a.json",
                    IntStream.range(0, 5)
                            .mapToObj(i -> event("user" + i, date + "T10:00:00Z", date + "T10:01:00Z", i))
                            .toArray(String[]::new));
        }
        pipeline.dedup("2024-11-05", "2024-11-06");
        pipeline.dedup("2024-11-07", "2024-11-07");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private record Run(JsonNode result, List<String> lines) {
        JsonNode rows() {
            return result.path("differences").path("rows");
        }

        /** What was said of rows. */
        List<String> samples() {
            int first = IntStream.range(0, lines.size())
                    .filter(i -> lines.get(i).matches("(added|removed|changed) .*"))
                    .findFirst()
                    .orElse(lines.size() - 1);
            return lines.subList(first, lines.size() - 1).stream()
                    .map(line -> line.replaceAll("\\s+", " "))
                    .toList();
        }

        String counts() {
            return "same " + rows().path("same") + ", added " + rows().path("added") + ", removed "
                    + rows().path("removed") + ", changed " + rows().path("changed");
        }
    }

    @Test
    void whatPlainDeltaDidBehindTheJobsBackIsNamedRowByRow() {
        DeltaTable table = DeltaTable.forPath(session, clean());
        Dataset<Row> one = table.toDF().where("user_id = 'user1' and event_date = '2024-11-05'");

        one.withColumn("user_id", functions.lit("intruder"))
                .write()
                .format("delta")
                .mode(SaveMode.Append)
                .save(clean());
        assertThat(diff("clean").samples())
                .containsExactly(
                        "added event_date=2024-11-05 user_id=\"intruder\", event_time=2024-11-05 10:00:00Z",
                        " ingest_time=2024-11-05 10:01:00Z, value=1.0, event_date=\"2024-11-05\"");

        table.delete("user_id = 'intruder'");
        assertThat(diff("clean").samples())
                .containsExactly(
                        "removed event_date=2024-11-05 user_id=\"intruder\", event_time=2024-11-05 10:00:00Z",
                        " ingest_time=2024-11-05 10:01:00Z, value=1.0, event_date=\"2024-11-05\"");
        assertThat(diff("clean@1", "clean").counts()).isEqualTo("same 15, added 0, removed 0, changed 0");

        table.update(
                functions.expr("user_id = 'user4' and event_date = '2024-11-06'"),
                Map.of("value", functions.expr("value + 1e-15")));
        assertThat(diff("clean").samples())
                .containsExactly(
                        "changed event_date=2024-11-06 user_id=\"user4\", event_time=2024-11-06 10:00:00Z",
                        " value=4.0 -> 4.000000000000001");

        table.update(
                functions.expr("user_id in ('user2', 'user3') and event_date = '2024-11-07'"),
                Map.of("value", functions.expr("5.0D - value")));
        Run swapped = diff("clean");
        assertThat(swapped.samples())
                .containsExactly(
                        "changed event_date=2024-11-07 user_id=\"user2\", event_time=2024-11-07 10:00:00Z",
                        " value=2.0 -> 3.0",
                        "changed event_date=2024-11-07 user_id=\"user3\", event_time=2024-11-07 10:00:00Z",
                        " value=3.0 -> 2.0");
        assertThat(swapped.counts()).isEqualTo("same 13, added 0, removed 0, changed 2");
        assertThat(swapped.result().path("differences").path("columns").toString())
                .isEqualTo("{\"value\":2}");

        one.write().format("delta").mode(SaveMode.Append).save(clean());
        Run doubled = diff("clean");
        assertThat(doubled.samples())
                .containsExactly(
                        "added event_date=2024-11-05 user_id=\"user1\", event_time=2024-11-05 10:00:00Z",
                        " ingest_time=2024-11-05 10:01:00Z, value=1.0, event_date=\"2024-11-05\"");
        assertThat(doubled.counts()).isEqualTo("same 15, added 1, removed 0, changed 0");
    }

    @Test
    void noFileOfAPartitionThatDoesNotDifferIsOpened() throws IOException {
        DeltaTable.forPath(session, clean())
                .update(
                        functions.expr("user_id = 'user4' and event_date = '2024-11-06'"),
                        Map.of("value", functions.lit(9.0)));
        deleteDataFiles("2024-11-05");

        assertThat(diff("clean@0", "clean@1").counts()).isEqualTo("same 10, added 5, removed 0, changed 0");
        Run unsealed = diff("clean@1", "clean@2");
        assertThat(unsealed.counts()).isEqualTo("same 14, added 0, removed 0, changed 1");
        assertThat(unsealed.result().path("differences").path("differing").asInt())
                .isEqualTo(1);
        assertThat(unsealed.lines().get(1)).endsWith("from the seal of version 1, and 1 partitions read");

        deleteDataFiles("2024-11-06");
        assertThat(diff("clean@0", "clean@1").counts()).isEqualTo("same 10, added 5, removed 0, changed 0");
        assertThatThrownBy(() -> diff("clean@1", "clean@2")).isInstanceOf(Failure.class);
    }

    @Test
    void rowsThatADeletionVectorHidesAreGone() {
        session.sql("alter table delta.`" + clean() + "` set tblproperties ('delta.enableDeletionVectors' = 'true')");
        DeltaTable.forPath(session, clean()).delete("user_id = 'user2' and event_date = '2024-11-06'");

        Run run = diff("clean@1", "clean");

        assertThat(run.counts()).isEqualTo("same 14, added 0, removed 1, changed 0");
        assertThat(run.samples().get(0))
                .isEqualTo("removed event_date=2024-11-06 user_id=\"user2\", event_time=2024-11-06 10:00:00Z");
    }

    @Test
    void copiesOfAnotherLayoutAreComparedAsAWhole() {
        Dataset<Row> rows = session.read().format("delta").load(clean());
        String copy = folder.resolve("copy").toString();
        rows.select("value", "event_time", "event_date", "user_id", "ingest_time")
                .repartition(3)
                .write()
                .format("delta")
                .save(copy);

        Run same = diff(clean(), copy);
        assertThat(same.counts()).isEqualTo("same 15, added 0, removed 0, changed 0");
        assertThat(same.lines()).last().asString().startsWith("verdict      SAME: ");

        DeltaTable.forPath(session, copy).delete("user_id = 'user3' and event_date = '2024-11-06'");
        assertThat(diff(copy, clean()).samples().get(0))
                .isEqualTo("added user_id=\"user3\", event_time=2024-11-06 10:00:00Z");
    }

    @Test
    void tablesThatNoConfigurationKnowsAreComparedByRowOrByTheKeyThatIsGiven() {
        String left = table("left", "(1, 'a'), (2, 'b')");
        String right = table("right", "(1, 'a'), (2, 'c')");

        assertThat(diff(left, right).samples())
                .containsExactly("added ", " id=2, name=\"c\"", "removed ", " id=2, name=\"b\"");
        assertThat(run(request(left, right, List.of("id"), Optional.empty(), OnDifference.PASS))
                        .samples())
                .containsExactly("changed id=2", " name=\"b\" -> \"c\"");
    }

    @Test
    void partitionsByNumbersAndDatesAreFoundToo() throws IOException {
        session.sql("select id, cast(id % 3 as int) as n, if(id % 3 = 2, null, date'2024-11-05') as d from range(9)")
                .write()
                .format("delta")
                .partitionBy("n", "d")
                .save(path("t"));
        DeltaTable.forPath(session, path("t")).delete("id = 5");
        DeltaTable.forPath(session, path("t")).delete("id = 3");

        Run run = diff(path("t") + "@0", path("t"));

        assertThat(run.result().path("differences").path("differing").asInt()).isEqualTo(2);
        assertThat(run.samples())
                .containsExactly(
                        "removed n=0/d=2024-11-05 ",
                        " id=3, n=0, d=2024-11-05",
                        "removed n=2/d=__HIVE_DEFAULT_PARTITION__ ",
                        " id=5, n=2, d=null");
    }

    @Test
    void columnsThatDifferAreSaidAndTheOthersCompared() {
        session.sql("select 1 as id, 'a' as name, 1 as n, 'x' as gone")
                .write()
                .format("delta")
                .save(path("left"));
        session.sql("select 1 as id, 'b' as name, 1L as n, 'x' as more")
                .write()
                .format("delta")
                .save(path("right"));

        Run run = run(request(path("left"), path("right"), List.of("id"), Optional.empty(), OnDifference.PASS));

        assertThat(run.result().path("differences").path("schema").toString())
                .isEqualTo(
                        "[\"gone string: only on the left\",\"more string: only on the right\",\"n: int on the left, bigint on the right\"]");
        assertThat(run.samples()).containsExactly("changed id=1", " name=\"a\" -> \"b\"");
        assertThatThrownBy(() ->
                        run(request(path("left"), path("right"), List.of("n"), Optional.empty(), OnDifference.PASS)))
                .isInstanceOf(Failure.Usage.class)
                .hasMessageStartingWith("--key n: not a column of both ");
    }

    @Test
    void rowsThatAreTheSameInColumnsThatDifferAreNotTheSameTable() {
        session.sql("select 1 as id").write().format("delta").save(path("left"));
        session.sql("select 1 as id, 'x' as more").write().format("delta").save(path("right"));

        assertThatThrownBy(
                        () -> run(request(path("left"), path("right"), List.of(), Optional.empty(), OnDifference.FAIL)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("The columns differ (more string: only on the right).");
    }

    @Test
    void aPinNamesAVersion() {
        Seal seal = new Ledger(session, pipeline.ledger())
                .newest(new DeltaStore(session, clean()).current().orElseThrow().tableId())
                .orElseThrow();
        new Pins(session, pipeline.config().pinsPath()).pin(Pin.of("gold", seal, "run", NOW, ""));
        DeltaTable.forPath(session, clean()).delete("user_id = 'user0'");

        assertThat(diff("clean@gold", "clean").counts()).isEqualTo("same 12, added 0, removed 3, changed 0");
        assertThatThrownBy(() -> diff("clean@silver", "clean"))
                .isInstanceOf(Failure.Usage.class)
                .hasMessage(clean() + "@silver: no version has this number, and no pin of the table this name")
                .extracting(e -> ((Failure) e).fix())
                .isEqualTo("Its pins: gold.");
    }

    @Test
    void aDifferenceIsAFailureOnlyIfAskedAndTheReportIsWrittenAllTheSame() throws IOException {
        Path report = folder.resolve("diff.html");

        run(request("clean@0", "clean@1", List.of(), Optional.of(report.toString()), OnDifference.PASS));
        assertThat(Files.readString(report)).contains("DIFFERENT", "1 of 3 partitions differ", "user4");
        Files.delete(report);
        assertThatThrownBy(() -> run(
                        request("clean@0", "clean@1", List.of(), Optional.of(report.toString()), OnDifference.FAIL)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("1 of 3 partitions differ; 5 rows added, 0 removed, 0 changed, 10 the same.");
        assertThat(Files.readString(report)).contains("DIFFERENT");
        run(request("clean@1", "clean@1", List.of(), Optional.of(report.toString()), OnDifference.FAIL));
        assertThat(Files.readString(report)).contains("SAME");
    }

    @Test
    void whatCannotBeReadIsAFailureWithAReport() throws IOException {
        Path report = folder.resolve("diff.html");
        truncateDataFiles("2024-11-07");

        assertThatThrownBy(() -> run(
                        request("clean@0", "clean@1", List.of(), Optional.of(report.toString()), OnDifference.PASS)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageStartingWith("a data file cannot be read: ");
        assertThat(Files.readString(report)).contains("NOT COMPARED", "a data file cannot be read");
    }

    @Test
    void versionsAndTablesThatAreNotThereAreNamed() {
        assertThatThrownBy(() -> diff("clean@0", "clean@7"))
                .isInstanceOf(Failure.Usage.class)
                .hasMessage("there is no version 7 of " + clean());
        assertThatThrownBy(() -> diff("clean@0"))
                .isInstanceOf(Failure.Usage.class)
                .hasMessage(clean() + "@0 has no version before it to compare with");
        assertThatThrownBy(() -> diff(path("nothing"), "clean"))
                .isInstanceOf(Failure.InputMissing.class)
                .hasMessage(path("nothing") + " is not a Delta table");
    }

    private Run diff(String right) {
        DiffRequest request =
                new DiffRequest(Optional.empty(), ref(right), List.of(), 10, Optional.empty(), OnDifference.PASS);
        return run(request);
    }

    private Run diff(String left, String right) {
        return run(request(left, right, List.of(), Optional.empty(), OnDifference.PASS));
    }

    private DiffRequest request(
            String left, String right, List<String> key, Optional<String> report, OnDifference onDifference) {
        return new DiffRequest(Optional.of(ref(left)), ref(right), key, 10, report, onDifference);
    }

    private TableRef ref(String text) {
        return TableRef.parse(text, name -> name.equals("clean") ? clean() : name);
    }

    private Run run(DiffRequest request) {
        RunFacts facts = new RunFacts("diff", "diff-1");
        RunContext context = new RunContext(session, Clock.fixed(NOW, ZoneOffset.UTC), "diff-1", false, facts);
        Outcome outcome = new DiffJob(context, pipeline.config(), request).run();
        try {
            return new Run(JSON.readTree(facts.succeeded(outcome, 0).json()), facts.summary());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private String table(String name, String values) {
        session.sql("select * from values " + values + " as t(id, name)")
                .write()
                .format("delta")
                .save(path(name));
        return path(name);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private String clean() {
        return pipeline.table().toString();
    }

    private void deleteDataFiles(String date) throws IOException {
        for (Path file : dataFiles(date)) {
            Files.delete(file);
        }
    }

    /** Without the side files in which Hadoop keeps checksums; object stores have none. */
    private void truncateDataFiles(String date) throws IOException {
        for (Path file : dataFiles(date)) {
            if (file.toString().endsWith(".crc")) {
                Files.delete(file);
            } else {
                Files.write(file, new byte[(int) Files.size(file)]);
            }
        }
    }

    private List<Path> dataFiles(String date) throws IOException {
        try (Stream<Path> files = Files.list(pipeline.table().resolve("event_date=" + date))) {
            return files.toList();
        }
    }
}
