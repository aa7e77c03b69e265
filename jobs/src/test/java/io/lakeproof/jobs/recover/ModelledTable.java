package io.lakeproof.jobs.recover;

import static org.apache.spark.sql.functions.col;

import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.ModelWrite;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.Counts;
import io.lakeproof.model.CuratedScope;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.ModelVersion;
import io.lakeproof.model.Outcome;
import io.lakeproof.model.RunKey;
import io.lakeproof.model.Sha256;
import io.lakeproof.run.CuratedCommit;
import io.lakeproof.run.CuratedTable;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import io.lakeproof.telemetry.RunFacts;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A curated table that tests write to without a job, and roll back with one. */
final class ModelledTable {
    static final Clock NOW = Clock.fixed(Instant.parse("2024-11-08T00:00:00Z"), ZoneOffset.UTC);
    private static final String ROWS = "event_date STRING, user STRING, value BIGINT";

    private final SparkSession spark;
    private final Path folder;
    private int runs;

    ModelledTable(SparkSession spark, Path folder) {
        this.spark = Sessions.forRun(spark, ZoneOffset.UTC);
        this.folder = folder;
    }

    /** What a rollback did and said. */
    record Done(Outcome outcome, List<String> said) {}

    String path() {
        return folder.resolve("curated").toString();
    }

    SealedPaths paths() {
        return new SealedPaths(
                "test", path(), ledger().path(), folder.resolve("pins").toString());
    }

    Ledger ledger() {
        return new Ledger(spark, folder.resolve("ledger").toString());
    }

    TableState state() {
        return table(context(NOW, false)).state();
    }

    /** Replaces dates of a model version; returns the run key. */
    String write(String model, SortedMap<String, List<String>> users, boolean withNote) {
        return write(model, users, withNote, state());
    }

    /** As above, by a run that has seen the table in a state that may have passed. */
    String write(String model, SortedMap<String, List<String>> users, boolean withNote, TableState seen) {
        List<Row> rows = new ArrayList<>();
        users.forEach((date, own) -> own.forEach(user -> rows.add(
                withNote
                        ? RowFactory.create(date, user, (long) user.hashCode(), "note " + user)
                        : RowFactory.create(date, user, (long) user.hashCode()))));
        StructType schema = StructType.fromDDL(withNote ? ROWS + ", note STRING" : ROWS);
        RunKey key =
                new RunKey(new Sha256().number(runs++).text(path()).text(model).hex());
        CuratedCommit commit = new CuratedCommit(
                "test",
                key,
                new CuratedScope(DateScope.ALL, new ModelVersion(model, key.hex()), new TreeSet<>(users.keySet())),
                key.hex(),
                List.of(),
                new Counts(rows.size(), rows.size(), 0, 0, 0, new TreeMap<>()),
                true);
        RunContext context = context(NOW, false);
        table(context).replace(commit, seen, context.spark().createDataFrame(rows, schema), col("event_date"));
        return key.hex();
    }

    Done rollback(RollbackRequest request) {
        return rollback(request, NOW, false);
    }

    Done rollback(RollbackRequest request, Clock clock, boolean dryRun) {
        RunContext context = context(clock, dryRun);
        Outcome outcome = new RollbackJob(context, paths(), request).run();
        return new Done(outcome, context.facts().summary());
    }

    static RollbackRequest to(long version, DateScope scope, Optional<String> model) {
        return new RollbackRequest(scope, model, Optional.of(version), Optional.empty());
    }

    static RollbackRequest to(long version) {
        return to(version, DateScope.ALL, Optional.empty());
    }

    /** The rows of each partition as text, of every file as it is now. */
    Map<String, List<String>> content() {
        Dataset<Row> rows =
                Sessions.forRun(spark, ZoneOffset.UTC).read().format("delta").load(path());
        boolean hasNote = List.of(rows.schema().fieldNames()).contains("note");
        Map<String, List<String>> content = new TreeMap<>();
        rows.collectAsList()
                .forEach(row -> content.computeIfAbsent(
                                "year=" + row.getAs("year") + "/month=" + row.getAs("month") + "/day="
                                        + row.getAs("day") + "/model=" + row.getAs("model"),
                                partition -> new ArrayList<>())
                        .add(row.getAs("user") + " " + row.getAs("value") + " "
                                + (hasNote ? row.getAs("note") : null)));
        content.values().forEach(own -> own.sort(null));
        return content;
    }

    /** The run key that the ledger tells as the writer of each partition. */
    Map<String, String> writers(String... models) {
        Map<String, String> writers = new TreeMap<>();
        String id = state().table().orElseThrow().tableId();
        for (String model : models) {
            for (ModelWrite write : ledger().writesOf(id, model)) {
                write.dates().forEach(date -> writers.put(CuratedScope.partition(date, model), write.runKey()));
            }
        }
        return writers;
    }

    RunContext context(Clock clock, boolean dryRun) {
        RunFacts facts = new RunFacts("rollback", "run-" + runs++);
        return new RunContext(Sessions.forRun(spark, ZoneOffset.UTC), clock, facts.runId(), dryRun, facts);
    }

    private CuratedTable table(RunContext context) {
        return new CuratedTable(context, "features", path(), ledger(), 30);
    }
}
