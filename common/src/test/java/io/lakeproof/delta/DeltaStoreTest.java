package io.lakeproof.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaStoreTest extends SparkTest {
    private static final StructType SCHEMA = StructType.fromDDL("d STRING, x INT");
    private static final String SEQUENCE = "test";

    @TempDir
    private Path folder;

    private SparkSession spark;
    private String path;
    private DeltaStore store;

    @BeforeEach
    void newTable() {
        spark = session();
        path = folder.resolve("table").toString();
        store = new DeltaStore(spark, path);
    }

    @Test
    void hasNoVersionBeforeTheFirstCommit() {
        assertThat(store.exists()).isFalse();
        assertThat(store.current()).isEmpty();
        assertThat(store.current(5)).isEmpty();
    }

    @Test
    void createsTheTableWithItsPropertiesInOneCommit() {
        Commit commit = store.commit(append(rows("a", 1), DeltaStore.NO_VERSION, "first"));

        Row detail = DeltaTable.forPath(spark, path)
                .detail()
                .select("properties", "partitionColumns", "id")
                .first();
        assertThat(detail.<String, String>getJavaMap(0)).isEqualTo(TableProperties.keeping(30));
        assertThat(detail.<String>getList(1)).containsExactly("d");
        assertThat(commit.version()).isZero();
        assertThat(commit.operation()).isEqualTo("WRITE");
        assertThat(commit.metadata()).isEqualTo("first");
        assertThat(store.current()).contains(new Snapshot(detail.getString(2), 0, List.of(commit)));
        assertThat(content()).containsExactly("[a,1]");
    }

    @Test
    void replacesOnlyItsScope() {
        store.commit(append(rows("a", 1).union(rows("b", 2)), DeltaStore.NO_VERSION, "first"));

        Commit commit = store.commit(replace("d = 'a'", rows("a", 3).union(rows("a", 4)), 0, "second"));

        assertThat(commit.version()).isEqualTo(1);
        assertThat(content()).containsExactly("[a,3]", "[a,4]", "[b,2]");
        assertThat(content(store.read(0))).containsExactly("[a,1]", "[b,2]");
    }

    @Test
    void clearsItsScopeWithoutRows() {
        store.commit(append(rows("a", 1).union(rows("b", 2)), DeltaStore.NO_VERSION, "first"));

        store.commit(replace("d = 'a'", spark.createDataFrame(List.of(), SCHEMA), 0, "second"));

        assertThat(content()).containsExactly("[b,2]");
    }

    @Test
    void appendsWithoutAScope() {
        store.commit(append(rows("a", 1), DeltaStore.NO_VERSION, "first"));

        store.commit(append(rows("a", 2), 0, "second"));

        assertThat(content()).containsExactly("[a,1]", "[a,2]");
    }

    @Test
    void refusesACommitBasedOnAStaleVersionAndChangesNothing() {
        store.commit(append(rows("a", 1), DeltaStore.NO_VERSION, "first"));
        store.commit(replace("d = 'a'", rows("a", 2), 0, "second"));

        assertConflict(replace("d = 'a'", rows("a", 3), 0, "third"), 0);

        assertThat(version()).isEqualTo(1);
        assertThat(content()).containsExactly("[a,2]");
    }

    @Test
    void refusesToCreateATableThatIsThereMeanwhile() {
        store.commit(append(rows("a", 1), DeltaStore.NO_VERSION, "first"));

        assertConflict(append(rows("a", 2), DeltaStore.NO_VERSION, "second"), DeltaStore.NO_VERSION);

        assertThat(version()).isZero();
        assertThat(content()).containsExactly("[a,1]");
    }

    /** So a number has to count from the last commit of the sequence and not from the version, which maintenance moves. */
    @Test
    void refusesANumberThatWasTakenAfterMaintenanceMovedTheVersion() {
        store.commit(append(rows("a", 1), DeltaStore.NO_VERSION, "first"));
        spark.sql("ALTER TABLE delta.`" + path + "` SET TBLPROPERTIES ('who.maintains' = 'us')");
        store.commit(write(rows("a", 2), "d = 'a'", 0, "read before the maintenance", 1));

        assertThatThrownBy(() -> store.commit(write(rows("a", 3), "d = 'a'", 1, "read after the maintenance", 1)))
                .isInstanceOf(Failure.Conflict.class)
                .hasMessage(path + ": another run committed after this one had read version 1");

        assertThat(version()).isEqualTo(2);
        assertThat(content()).containsExactly("[a,2]");
    }

    @Test
    void replacesItsScopeOfATableThatAnotherMadeMeanwhileIfItMayFollowAny() {
        store.commit(unordered("d = 'a'", rows("a", 1), "first"));
        store.commit(unordered("d = 'b'", rows("b", 2), "second"));

        store.commit(unordered("d = 'a'", rows("a", 3), "third"));

        assertThat(content()).containsExactly("[a,3]", "[b,2]");
    }

    @Test
    void refusesRowsOutsideOfTheScope() {
        store.commit(append(rows("a", 1), DeltaStore.NO_VERSION, "first"));

        Throwable thrown = catchThrowable(() -> store.commit(replace("d = 'a'", rows("b", 2), 0, "second")));

        assertThat(thrown)
                .isNotInstanceOf(Failure.class)
                .hasStackTraceContaining("d = 'a'")
                .hasStackTraceContaining("Written data does not conform to partial table overwrite condition");
        assertThat(version()).isZero();
        assertThat(content()).containsExactly("[a,1]");
    }

    @Test
    void namesTheColumnsInWhichASchemaDiffers() {
        store.commit(append(rows("a", 1), DeltaStore.NO_VERSION, "first"));

        List<String> conflicts = store.schemaConflicts(StructType.fromDDL("x BIGINT, d STRING, z ARRAY<INT>"));
        List<String> missing = store.schemaConflicts(StructType.fromDDL("x INT"));

        assertThat(conflicts)
                .containsExactly(
                        "x: the table has int, the configuration makes bigint",
                        "z: the table has no such column, the configuration makes array<int>");
        assertThat(missing).containsExactly("d: the table has string, the configuration makes no such column");
        assertThat(store.schemaConflicts(StructType.fromDDL("x INT, d STRING"))).isEmpty();
    }

    @Test
    void reachesAsFarBackAsItIsAsked() throws IOException {
        store.commit(append(rows("a", 1), DeltaStore.NO_VERSION, "note 0"));
        note(1, 24);

        Snapshot newest = store.current().orElseThrow();
        Snapshot all = store.current(DeltaStore.NO_VERSION).orElseThrow();

        assertThat(newest.version()).isEqualTo(24);
        assertThat(notes(newest.recent())).containsExactly("note 24");
        assertThat(notes(all.after(DeltaStore.NO_VERSION))).isEqualTo(notes(0, 24));
        assertThat(notes(store.current(2).orElseThrow().after(2))).isEqualTo(notes(3, 24));
    }

    @Test
    void reachesAsFarBackWhenOthersCommitMeanwhile() throws IOException {
        store.commit(append(rows("a", 1), DeltaStore.NO_VERSION, "note 0"));
        note(1, 24);
        Snapshot before = store.current().orElseThrow();
        note(25, 29);

        Snapshot back = store.reachingBack(before, 1);

        assertThat(back.version()).isEqualTo(24);
        assertThat(notes(back.after(1))).isEqualTo(notes(2, 24));
    }

    @Test
    void keepsTheIdOfTheTableThatItFirstSaw() {
        store.commit(append(rows("a", 1), DeltaStore.NO_VERSION, "first"));
        String id = store.current().orElseThrow().tableId();

        store.commit(append(rows("a", 2), 0, "second"));

        assertThat(store.current().map(Snapshot::tableId)).isEqualTo(Optional.of(id));
        assertThat(new DeltaStore(spark, path).current().map(Snapshot::tableId)).isEqualTo(Optional.of(id));
    }

    private void assertConflict(ScopeWrite write, long onVersion) {
        assertThatThrownBy(() -> store.commit(write)).isInstanceOfSatisfying(Failure.Conflict.class, conflict -> {
            assertThat(conflict)
                    .hasMessage(path + ": another run committed after this one had read version " + onVersion);
            assertThat(conflict.retry()).isEqualTo(Retry.SAFE);
            assertThat(conflict.fix()).isEqualTo("Run again: it reads the new version first.");
        });
    }

    private Dataset<Row> rows(String date, int x) {
        return spark.createDataFrame(List.of(RowFactory.create(date, x)), SCHEMA);
    }

    private static ScopeWrite append(Dataset<Row> rows, long onVersion, String note) {
        return write(rows, null, onVersion, note, onVersion + 1);
    }

    private static ScopeWrite replace(String scope, Dataset<Row> rows, long onVersion, String note) {
        return write(rows, scope, onVersion, note, onVersion + 1);
    }

    private static ScopeWrite write(Dataset<Row> rows, String scope, long onVersion, String note, long number) {
        return new ScopeWrite(
                rows.coalesce(1),
                List.of("d"),
                TableProperties.keeping(30),
                scope == null ? new Change.Append() : new Change.Replace(scope),
                onVersion,
                note,
                SEQUENCE,
                number);
    }

    /** As the quarantine writes: by a run that had found no table, and in any order. */
    private static ScopeWrite unordered(String scope, Dataset<Row> rows, String note) {
        return new ScopeWrite(
                rows.coalesce(1),
                List.of("d"),
                TableProperties.keeping(30),
                new Change.Replace(scope),
                DeltaStore.NO_VERSION,
                note,
                null,
                0);
    }

    private long version() {
        return store.current().orElseThrow().version();
    }

    private List<String> content() {
        return content(store.read());
    }

    private static List<String> content(Dataset<Row> rows) {
        return rows.orderBy("d", "x").collectAsList().stream()
                .map(Row::toString)
                .toList();
    }

    /** Commits that say no more than their note, written as Delta's protocol has them. */
    private void note(long from, long to) throws IOException {
        for (long version = from; version <= to; version++) {
            Files.writeString(
                    Path.of(path, "_delta_log", "%020d.json".formatted(version)),
                    "{\"commitInfo\":{\"timestamp\":1700000000000,\"operation\":\"WRITE\",\"operationParameters\":{},"
                            + "\"userMetadata\":\"note " + version + "\"}}\n");
        }
    }

    private static List<String> notes(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(i -> "note " + i).toList();
    }

    private static List<String> notes(List<Commit> commits) {
        return commits.stream().map(Commit::metadata).toList();
    }
}
