package io.lakeproof.jobs.recover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lakeproof.FaultyLogStore;
import io.lakeproof.FaultyLogStore.Crash;
import io.lakeproof.FaultyLogStore.Fault;
import io.lakeproof.SparkTest;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.CuratedScope;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random chains of writes and rollbacks, some of which die on the way, against a model that knows nothing of seals. */
@Tag("long")
class RollbackChainTest extends SparkTest {
    private static final List<String> DATES = List.of("2024-11-04", "2024-11-05", "2024-12-01");
    private static final List<String> MODELS = List.of("v1", "v2");
    private static final List<Fault> FAULTS = List.of(Fault.values());
    private static final int STEPS = 8;

    /** What a partition holds, and the run that wrote it. */
    private record Held(List<String> rows, String writer) {}

    @TempDir
    Path folder;

    private Random random = new Random(0);
    private ModelledTable table;
    private boolean hasNote;

    /** What each version holds, by partition. */
    private final List<SortedMap<String, Held>> versions = new ArrayList<>();

    @BeforeEach
    void newTable() {
        table = new ModelledTable(spark(), folder);
        versions.clear();
        hasNote = false;
    }

    @AfterEach
    void disarm() {
        FaultyLogStore.disarm();
    }

    @ParameterizedTest
    @ValueSource(longs = 1)
    void eachPartitionHoldsWhatTheModelHolds(long seed) {
        random = new Random(seed);
        write();
        for (int step = 1; step <= STEPS; step++) {
            String what = "seed " + seed + ", step " + step + ": " + (random.nextInt(5) < 2 ? write() : rollback());
            assertThat(table.content()).as(what).isEqualTo(rows(now()));
            Seal newest = table.state().newest().orElseThrow();
            assertThat(newest.version()).as(what).isEqualTo(versions.size() - 1);
            assertThat(newest.digest()).as(what).isEqualTo(digest());
            assertThat(table.writers("v1", "v2")).as(what).isEqualTo(writers());
        }
        String id = table.state().newest().orElseThrow().tableId();
        assertThat(table.ledger().chain(id).seals()).as("seed " + seed).hasSize(versions.size());
    }

    private String write() {
        String model = MODELS.get(random.nextInt(2));
        SortedMap<String, List<String>> users = new TreeMap<>();
        for (String date : DATES) {
            if (random.nextBoolean()) {
                users.put(date, users(random.nextInt(3)));
            }
        }
        users.putIfAbsent(DATES.get(0), users(1));
        hasNote |= random.nextInt(6) == 0;
        String writer = table.write(model, users, hasNote);
        SortedMap<String, Held> next = new TreeMap<>(now());
        users.forEach((date, own) -> next.put(
                CuratedScope.partition(date, model),
                new Held(own.stream().map(this::row).sorted().toList(), writer)));
        versions.add(next);
        return "write " + model + " " + users;
    }

    private List<String> users(int count) {
        List<String> users = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            users.add("u" + random.nextInt(4));
        }
        return users;
    }

    private String row(String user) {
        return user + " " + user.hashCode() + " " + (hasNote ? "note " + user : null);
    }

    private String rollback() {
        int to = random.nextInt(versions.size());
        DateScope scope = random.nextInt(3) == 0 ? DateScope.ALL : from(random.nextInt(DATES.size()));
        TreeSet<String> models = new TreeSet<>();
        rows(now()).keySet().forEach(path -> models.add(path.substring(path.length() - 2)));
        rows(versions.get(to)).keySet().forEach(path -> models.add(path.substring(path.length() - 2)));
        Optional<String> model = random.nextBoolean() ? models.stream().findFirst() : Optional.empty();
        SortedMap<String, Held> next = back(to, scope, model);
        boolean isNew = !rows(next).equals(rows(now()));
        String what = "rollback to " + to + ", " + scope + ", " + model;

        Optional<Fault> fault = Optional.of(FAULTS.get(random.nextInt(3))).filter(f -> random.nextInt(3) == 0);
        fault.ifPresent(f -> FaultyLogStore.arm(f, random.nextInt(2)));
        RollbackRequest request = ModelledTable.to(to, scope, model);
        if (fault.isPresent()) {
            Throwable thrown = catchThrowable(() -> table.rollback(request));
            FaultyLogStore.disarm();
            assertThat(thrown == null || thrown instanceof Crash || thrown.getCause() instanceof Crash)
                    .as(what + ": " + thrown)
                    .isTrue();
        }
        Outcome outcome = table.rollback(request).outcome();

        if (isNew) {
            versions.add(next);
            assertThat(outcome)
                    .as(what)
                    .isIn(Outcome.REPLACED, fault.isPresent() ? Outcome.REPLAYED : Outcome.REPLACED);
        } else {
            assertThat(outcome).as(what).isIn(Outcome.EMPTY, Outcome.REPLAYED);
        }
        return what + fault.map(f -> ", " + f).orElse("");
    }

    /** A partition with the same rows is left as it is, its writer included. */
    private SortedMap<String, Held> back(int to, DateScope scope, Optional<String> model) {
        SortedMap<String, Held> next = new TreeMap<>();
        SortedMap<String, Held> then = versions.get(to);
        for (String date : DATES) {
            for (String name : MODELS) {
                String path = CuratedScope.partition(date, name);
                boolean goes = (scope.from().isEmpty()
                                || date.compareTo(scope.from().get().toString()) >= 0)
                        && model.filter(only -> !only.equals(name)).isEmpty()
                        && !rowsOf(now(), path).equals(rowsOf(then, path));
                Optional.ofNullable((goes ? then : now()).get(path)).ifPresent(held -> next.put(path, held));
            }
        }
        return next;
    }

    private static List<String> rowsOf(SortedMap<String, Held> version, String path) {
        return version.containsKey(path) ? version.get(path).rows() : List.of();
    }

    private SortedMap<String, Held> now() {
        return versions.isEmpty() ? new TreeMap<>() : versions.get(versions.size() - 1);
    }

    private static Map<String, List<String>> rows(SortedMap<String, Held> version) {
        Map<String, List<String>> rows = new TreeMap<>();
        version.forEach((path, held) -> rows.put(path, held.rows()));
        rows.values().removeIf(List::isEmpty);
        return rows;
    }

    private Map<String, String> writers() {
        Map<String, String> writers = new TreeMap<>();
        now().forEach((path, held) -> writers.put(path, held.writer()));
        return writers;
    }

    private TableDigest digest() {
        Dataset<Row> rows = session().read().format("delta").load(table.path());
        return TableDigest.of(rows.schema(), ContentDigest.of(rows, CuratedScope.COLUMNS));
    }

    private static DateScope from(int date) {
        return new DateScope(Optional.of(LocalDate.parse(DATES.get(date))), Optional.empty());
    }
}
