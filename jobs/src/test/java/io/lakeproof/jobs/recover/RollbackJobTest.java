package io.lakeproof.jobs.recover;

import static io.lakeproof.jobs.recover.ModelledTable.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.delta.tables.DeltaTable;
import io.lakeproof.FaultyLogStore;
import io.lakeproof.FaultyLogStore.Fault;
import io.lakeproof.SparkTest;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.recover.ModelledTable.Done;
import io.lakeproof.jobs.verify.VerifyJob;
import io.lakeproof.jobs.verify.VerifyRequest;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.Pins;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class RollbackJobTest extends SparkTest {
    private static final String FOURTH = "2024-11-04";
    private static final String FIFTH = "2024-11-05";

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private ModelledTable table;

    /** Version 0: v1 of two dates; version 1: v1 anew; version 2: v2 besides. Made once, and copied with its ledger. */
    @BeforeEach
    void threeVersions() throws IOException {
        if (!Files.exists(shared.resolve("ledger"))) {
            ModelledTable made = new ModelledTable(spark(), shared);
            made.write("v1", users("a"), false);
            made.write("v1", users("b"), false);
            made.write("v2", users("c"), false);
        }
        try (Stream<Path> all = Files.walk(shared)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(shared.relativize(path).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        table = new ModelledTable(spark(), folder);
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    @Tag("exhaustive")
    @Test
    void whereverItDiesTheNextRunEndsInTheSameState() {
        List<Map<String, List<String>>> states = new ArrayList<>();
        states.add(table.content());
        table.rollback(to(0));
        states.add(table.content());
        int version = 3;
        for (Fault fault : Fault.values()) {
            for (int commits = 0; commits < 2; commits++) {
                int target = 3 - version % 2; // 2 and 3 in turns
                String what = fault + " after " + commits + " commits, to version " + target;

                FaultyLogStore.arm(fault, commits);
                Throwable thrown = catchThrowable(() -> table.rollback(to(target)));
                assertThat(FaultyLogStore.disarm()).as(what).isTrue();
                Done again = table.rollback(to(target));

                version++;
                boolean landed = commits > 0 || fault != Fault.CRASH_BEFORE;
                assertThat(thrown == null).as(what).isEqualTo(fault == Fault.LOST_ANSWER);
                assertThat(again.outcome()).as(what).isEqualTo(landed ? Outcome.REPLAYED : Outcome.REPLACED);
                assertThat(table.content()).as(what).isEqualTo(states.get(target - 2));
                assertThat(table.state().newest().orElseThrow().version())
                        .as(what)
                        .isEqualTo(version);
                assertThat(version()).as(what).isEqualTo(version);
            }
        }
        verifyAll();
    }

    @Test
    void aRollbackThatDiedIsSealedByTheNextWriter() {
        Map<String, List<String>> first = new TreeMap<>(table.content());
        FaultyLogStore.arm(Fault.CRASH_BEFORE, 1);
        assertThat(catchThrowable(() -> table.rollback(to(0)))).isInstanceOf(FaultyLogStore.Crash.class);

        Done plan = table.rollback(to(1), ModelledTable.NOW, true);
        assertThat(plan.outcome()).isEqualTo(Outcome.DONE);
        assertThat(table.ledger().newest(tableId()).orElseThrow().version()).isEqualTo(2);
        String key = table.write("v2", users("d"), false);

        assertThat(table.ledger().atOrBefore(tableId(), 3).orElseThrow().job()).isEqualTo("rollback");
        assertThat(table.ledger().newest(tableId()).orElseThrow().version()).isEqualTo(4);
        assertThat(table.writers("v2")).hasSize(2).containsValue(key);
        table.rollback(to(2));
        assertThat(table.content()).isEqualTo(first);
    }

    @Test
    void aWriterOfOtherPartitionsLosesNothingAndOneOfTheSameComesFirst() {
        Map<String, List<String>> before = table.content();

        Done done = table.rollback(to(0, DateScope.ALL, Optional.of("v1")), meanwhile(1, "v2", "other"), false);

        assertThat(done.outcome()).isEqualTo(Outcome.REPLACED);
        Map<String, List<String>> expected = new TreeMap<>();
        before.forEach((path, rows) -> expected.put(path, List.of(row(path.endsWith("v1") ? "a" : "other"))));
        assertThat(table.content()).isEqualTo(expected);

        done = table.rollback(to(1, DateScope.ALL, Optional.of("v1")), meanwhile(1, "v1", "same"), false);

        assertThat(done.outcome()).isEqualTo(Outcome.REPLACED);
        expected.replaceAll((path, rows) -> path.endsWith("v1") ? List.of(row("b")) : rows);
        assertThat(table.content()).isEqualTo(expected);
        assertThat(version()).isEqualTo(6);
    }

    @Test
    void aWriterThatAlwaysComesFirstMakesItFailAndOneThatComesLaterFailsItself() {
        assertThatThrownBy(() -> table.rollback(to(0), meanwhile(99, "v1", "first"), false))
                .isInstanceOfSatisfying(
                        Failure.Conflict.class,
                        conflict -> assertThat(conflict.exitCode()).isEqualTo(75));
        assertThat(table.content()).containsValue(List.of(row("first"))).containsValue(List.of(row("c")));

        TableState seen = table.state();
        table.rollback(to(0));
        Map<String, List<String>> after = table.content();
        assertThatThrownBy(() -> table.write("v1", users("later"), false, seen)).isInstanceOf(Failure.Conflict.class);
        assertThat(table.content()).isEqualTo(after);

        FaultyLogStore.arm(Fault.CRASH_BEFORE, 1);
        assertThat(catchThrowable(() -> table.write("v1", users("unsealed"), false)))
                .isInstanceOf(FaultyLogStore.Crash.class);
        assertThatThrownBy(() -> table.rollback(to(0)))
                .isInstanceOf(Failure.Conflict.class)
                .hasMessageContaining("not sealed yet");
        table.state(); // as the next run of that job sees it: sealed
        verifyAll();
    }

    @Test
    void whatCannotGoBackIsRefusedBeforeAnythingIsWritten() throws IOException {
        long before = version();
        session().sql("ALTER TABLE delta.`" + table.path() + "` SET TBLPROPERTIES ('x' = 'y')"); // version 3

        refused(to(7), Failure.Usage.class, "there is no version 7", "0 to 3");
        refused(to(-1), Failure.Usage.class, "there is no version -1", "0 to 3");
        refused(to(3), Failure.Integrity.class, "version 3", "nearest sealed version before it is 2");
        refused(to(0, DateScope.ALL, Optional.of("v9")), Failure.Usage.class, "--model v9", "It has v1, v2");
        refused(pin("gold"), Failure.Usage.class, "no pin \"gold\"", "lakeproof pin");
        assertThatThrownBy(
                        () -> new RollbackRequest(DateScope.ALL, Optional.empty(), Optional.empty(), Optional.empty()))
                .isInstanceOf(Failure.Usage.class)
                .hasMessageContaining("neither");
        Path file = files().get(0); // of version 0, which wrote first
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Files.readAllBytes(files().get(2))); // good Parquet, but another run's rows
        Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
        refused(to(0), Failure.Integrity.class, "version 0", "lakeproof verify");
        Files.delete(file);
        refused(to(0), Failure.Integrity.class, "cannot be read", "past the retention");
        Files.write(file, bytes);

        assertThat(version()).isEqualTo(before + 1);
        assertThat(table.rollback(to(0)).outcome()).isEqualTo(Outcome.REPLACED);
    }

    @Test
    void aPinIsAVersionToGoBackToAndADryRunSaysWhatWouldBeWritten() {
        Map<String, List<String>> now = table.content();
        Seal first = table.ledger().atOrBefore(tableId(), 0).orElseThrow();
        new Pins(session(), table.paths().pins()).pin(Pin.of("gold", first, "r", Instant.EPOCH, ""));

        Done plan = table.rollback(pin("gold"), ModelledTable.NOW, true);
        assertThat(plan.outcome()).isEqualTo(Outcome.DONE);
        assertThat(plan.said())
                .anyMatch(line -> line.contains("year=2024/month=11/day=04/model=v1"))
                .anyMatch(line -> line.contains("2 rows in place of 4"))
                .contains("dry run: nothing was written");
        assertThat(table.content()).isEqualTo(now);
        Done done = table.rollback(pin("gold"));

        assertThat(done.outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(table.state().newest().orElseThrow().digest()).isEqualTo(first.digest());
        assertThat(table.rollback(pin("gold")).outcome()).isEqualTo(Outcome.REPLAYED);
        assertThat(table.rollback(to(0, day(FOURTH), Optional.empty())).outcome())
                .isEqualTo(Outcome.EMPTY);
        assertThat(version()).isEqualTo(3);
    }

    @Test
    void whatSomebodyElseChangedGoesBackToo() {
        Map<String, List<String>> sealed = table.content();
        DeltaTable.forPath(session(), table.path()).delete("day = '05'");

        refused(to(2, day(FOURTH), Optional.empty()), Failure.Integrity.class, "day=05/model=v1", "whole table");
        assertThat(table.rollback(to(2, day(FIFTH), Optional.empty())).outcome())
                .isEqualTo(Outcome.REPLACED);
        assertThat(table.content()).isEqualTo(sealed);
        session().sql("INSERT INTO delta.`" + table.path() + "` SELECT 'x', 1L, '2024', '12', '24', 'v7'");
        assertThat(table.rollback(to(2)).outcome()).isEqualTo(Outcome.REPLACED);
        assertThat(table.content()).isEqualTo(sealed);
        session().sql("ALTER TABLE delta.`" + table.path() + "` ADD COLUMN theirs STRING");
        refused(to(2), Failure.Integrity.class, "changed the columns", "new path");
    }

    private void refused(RollbackRequest request, Class<? extends Failure> type, String problem, String fix) {
        long before = version();
        assertThatThrownBy(() -> table.rollback(request)).isInstanceOfSatisfying(type, failure -> {
            assertThat(failure.problem()).contains(problem);
            assertThat(failure.fix()).contains(fix);
        });
        assertThat(version()).isEqualTo(before);
    }

    private static RollbackRequest pin(String name) {
        return new RollbackRequest(DateScope.ALL, Optional.empty(), Optional.empty(), Optional.of(name));
    }

    /** A clock that somebody writes at, whenever the rollback looks at it: that is between its plan and its commit. */
    private Clock meanwhile(int times, String model, String user) {
        return new Clock() {
            private int left = times;

            @Override
            public Instant instant() {
                if (left-- > 0) {
                    table.write(model, users(user), false);
                }
                return ModelledTable.NOW.instant();
            }

            @Override
            public ZoneId getZone() {
                return ModelledTable.NOW.getZone();
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    private static SortedMap<String, List<String>> users(String... users) {
        return new TreeMap<>(Map.of(FOURTH, Arrays.asList(users), FIFTH, Arrays.asList(users)));
    }

    private static String row(String user) {
        return user + " " + user.hashCode() + " null";
    }

    private static DateScope day(String date) {
        return new DateScope(Optional.of(LocalDate.parse(date)), Optional.of(LocalDate.parse(date)));
    }

    private void verifyAll() {
        new VerifyJob(
                        table.context(ModelledTable.NOW, true),
                        table.path(),
                        table.ledger().path())
                .run(VerifyRequest.content(Optional.empty()));
        assertThat(table.ledger().chain(tableId()).seals()).hasSize((int) version() + 1);
    }

    private String tableId() {
        return new DeltaStore(session(), table.path()).current().orElseThrow().tableId();
    }

    private long version() {
        return new DeltaStore(session(), table.path()).version();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of(table.path()))) {
            return all.filter(path -> path.getFileName().toString().endsWith(".parquet")
                            && !path.toString().contains("_delta_log"))
                    .sorted((a, b) ->
                            Long.compare(a.toFile().lastModified(), b.toFile().lastModified()))
                    .toList();
        }
    }
}
