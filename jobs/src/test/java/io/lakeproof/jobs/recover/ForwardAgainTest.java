package io.lakeproof.jobs.recover;

import static io.lakeproof.jobs.Pipeline.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lakeproof.FaultyLogStore;
import io.lakeproof.FaultyLogStore.Fault;
import io.lakeproof.SparkTest;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.Pipeline;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRequest.Mode;
import io.lakeproof.telemetry.RunFacts;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the jobs make of a table that was rolled back. */
@Tag("exhaustive")
class ForwardAgainTest extends SparkTest {
    private static final List<String> TABLES = List.of("clean", "windowed", "features", "curated");
    private static final DateScope FIFTH =
            new DateScope(Optional.of(LocalDate.parse("2024-11-05")), Optional.of(LocalDate.parse("2024-11-05")));

    @TempDir
    Path folder;

    private Pipeline pipeline;
    private Map<String, String> first = Map.of();
    private Map<String, String> second = Map.of();
    private int rollbacks;

    /** Two versions of each table: the second has further rows on the fifth, and other ones on the sixth. */
    @BeforeEach
    void twoVersions() {
        pipeline = new Pipeline(spark(), folder)
                .set("dedup.within=PT10M")
                .set("dedup.windowed-target=" + folder.resolve("windowed"))
                .set("features={ entity = user_id, version = v1, target = \"" + folder.resolve("features")
                        + "\", define { s { sum = value, range = P1D } } }")
                .set("curate={ version = v1, target = \"" + folder.resolve("curated")
                        + "\", select = [user_id, \"value * 2 as twice\"] }");
        raw("a", 4, 4);
        raw("a", 5, 5);
        raw("a", 6, 6);
        first = runAll();
        raw("b", 5, 50);
        raw("a", 6, 60); // the file's content changed
        second = runAll();
        rollbacks = 0;
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    /** The rollbacks of two tables die between commit and seal; the next runs of their jobs seal them. */
    @Test
    void everyTableComesForwardAgain() {
        assertThat(second.keySet())
                .allSatisfy(table -> assertThat(second.get(table)).isNotEqualTo(first.get(table)));
        assertThatThrownBy(() -> rollback("clean", FIFTH))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("clean table");
        for (String table : List.of("clean", "features")) {
            FaultyLogStore.arm(Fault.CRASH_BEFORE, 1);
            Throwable thrown = catchThrowable(() -> rollback(table, DateScope.ALL));
            assertThat(FaultyLogStore.disarm()).as(table).isTrue();
            assertThat(thrown).as(table).isNotNull();
        }
        for (String table : List.of("windowed", "curated")) {
            assertThat(rollback(table, DateScope.ALL).digest()).as(table).isEqualTo(first.get(table));
        }

        assertThat(runAll()).isEqualTo(second);

        for (String table : TABLES) {
            verify(table);
            assertThat(seal(table, 2).job()).as(table).isEqualTo("rollback");
            assertThat(seal(table, 2).digest().hex()).as(table).isEqualTo(first.get(table));
        }
        assertThat(pipeline.dedup().outcome()).isEqualTo(Outcome.REPLAYED);
        rollback("features", FIFTH);
        rollback("curated", FIFTH);
        assertThat(pipeline.features(changed()).outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(pipeline.curate(changed()).outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(digests()).isEqualTo(second);
    }

    private Map<String, String> runAll() {
        pipeline.dedup();
        pipeline.features();
        pipeline.curate(CuratedRequest.of(DateScope.ALL));
        return digests();
    }

    private static CuratedRequest changed() {
        return CuratedRequest.of(DateScope.ALL, Mode.CHANGED);
    }

    private Map<String, String> digests() {
        Map<String, String> digests = new TreeMap<>();
        TABLES.forEach(table -> digests.put(
                table, ledger().newest(tableId(table)).orElseThrow().digest().hex()));
        return digests;
    }

    private void verify(String table) {
        assertThat(pipeline.verify(path(table), Optional.empty()).digest())
                .as(table)
                .isEqualTo(digests().get(table));
    }

    private Seal seal(String table, long version) {
        return ledger().atOrBefore(tableId(table), version).orElseThrow();
    }

    private Ledger ledger() {
        return new Ledger(session(), pipeline.ledger());
    }

    private String tableId(String table) {
        return new DeltaStore(session(), path(table)).current().orElseThrow().tableId();
    }

    private Pipeline.Run rollback(String table, DateScope scope) {
        RunFacts facts = new RunFacts("rollback", "rollback-" + rollbacks++);
        SealedPaths paths = new SealedPaths(
                "test", path(table), pipeline.ledger(), folder.resolve("pins").toString());
        RollbackRequest request = new RollbackRequest(scope, Optional.empty(), Optional.of(0L), Optional.empty());
        return Pipeline.run(facts, new RollbackJob(pipeline.context(facts), paths, request).run());
    }

    private String path(String table) {
        return folder.resolve(table).toString();
    }

    private void raw(String user, int day, int value) {
        String date = "2024-11-0" + day;
        pipeline.raw(
                "date=" + date + "/" + user + ".json",
                event(user, date + "T10:00:00Z", date + "T10:01:00Z", value),
                event(user, date + "T10:05:00Z", date + "T10:06:00Z", value),
                event(user + "x", date + "T11:00:00Z", date + "T11:01:00Z", 10.0 * value));
    }
}
