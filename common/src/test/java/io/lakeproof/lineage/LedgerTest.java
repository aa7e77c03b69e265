package io.lakeproof.lineage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.lakeproof.SparkTest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.ModelVersion;
import io.lakeproof.model.Outcome;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest extends SparkTest {
    private static final String TABLE = "0c5c2b1e";
    private static final String PATH = "/data/clean/events";

    @TempDir
    private Path folder;

    private String path;
    private Ledger ledger;

    @BeforeEach
    void newLedger() {
        path = folder.resolve("ledger").toString();
        ledger = new Ledger(session(), path);
    }

    @Test
    void hasNothingBeforeTheFirstSeal() {
        assertThat(ledger.exists()).isFalse();
        assertThat(ledger.newest(TABLE)).isEmpty();
        assertThat(ledger.atOrBefore(TABLE, 9)).isEmpty();
        assertThat(ledger.byRunKey(TABLE, "k")).isEmpty();
        assertThat(ledger.chain(TABLE)).isEqualTo(new Chain(List.of(), Optional.empty()));
    }

    @Test
    void findsTheSealsThatItWasGivenAndChainsThem() {
        Seal first = append(ledger, seal(TABLE, 3, "key 3"));
        Seal second = append(ledger, seal(TABLE, 5, "key 5"));
        Seal again = append(ledger, seal(TABLE, 8, "key 3"));
        Seal other = append(ledger, seal("another table", 4, "key 3"));

        assertThat(first).isEqualTo(seal(TABLE, 3, "key 3").after(Optional.empty()));
        assertThat(second).isEqualTo(seal(TABLE, 5, "key 5").after(Optional.of(first)));
        assertThat(again).isEqualTo(seal(TABLE, 8, "key 3").after(Optional.of(second)));
        assertThat(other).isEqualTo(seal("another table", 4, "key 3").after(Optional.empty()));
        assertThat(ledger.newest(TABLE)).contains(again);
        assertThat(ledger.atOrBefore(TABLE, 2)).isEmpty();
        assertThat(ledger.atOrBefore(TABLE, 5)).contains(second);
        assertThat(ledger.atOrBefore(TABLE, 7)).contains(second);
        assertThat(ledger.byRunKey(TABLE, "key 3")).contains(again);
        assertThat(ledger.byRunKey(TABLE, "key 4")).isEmpty();
        assertThat(ledger.chain(TABLE)).isEqualTo(new Chain(List.of(first, second, again), Optional.empty()));
    }

    @Test
    void sealsAVersionOnce() {
        Seal first = append(ledger, seal(TABLE, 3, "key 3"));

        Seal second = append(ledger, seal(TABLE, 3, "of a retry"));

        assertThat(second).isEqualTo(first);
        assertThat(ledger.chain(TABLE).seals()).containsExactly(first);
    }

    @Test
    void isCompactedNowAndThenAndStaysTheSameChain() {
        Ledger compacted = new Ledger(session(), path, 4);
        List<Seal> seals = new ArrayList<>();
        for (int version = 0; version < 6; version++) {
            seals.add(append(compacted, seal(TABLE, version, "key " + version)));
            assertThat(ledger.newest(TABLE, version)).contains(seals.get(version));
        }

        assertThat(DeltaTable.forPath(session(), path)
                        .history()
                        .where("operation = 'OPTIMIZE'")
                        .count())
                .isEqualTo(1);
        assertThat(DeltaTable.forPath(session(), path)
                        .detail()
                        .select("numFiles")
                        .first()
                        .getLong(0))
                .isEqualTo(3);
        assertThat(ledger.chain(TABLE)).isEqualTo(new Chain(seals, Optional.empty()));
    }

    @Test
    void theSealOfTheNewestVersionIsFoundWhoeverSealedLast() {
        Seal newer = append(ledger, seal(TABLE, 5, "key 5"));
        Seal slow = append(ledger, seal(TABLE, 3, "key 3"));
        append(ledger, seal("another table", 9, "key 9"));

        assertThat(ledger.newest(TABLE, 5)).contains(newer);
        assertThat(ledger.newest(TABLE, 7)).contains(newer);
        assertThat(ledger.newest("another table", 8)).map(Seal::version).contains(9L);
        assertThat(ledger.newest("a third", 5)).isEmpty();
        assertThat(slow.sequence()).isEqualTo(2);
    }

    @Test
    void namesTheVersionWhoseSealWasChanged() {
        append(ledger, seal(TABLE, 3, "key 3"));
        append(ledger, seal(TABLE, 5, "key 5"));

        DeltaTable.forPath(session(), path).update(col("version").equalTo(5), Map.of("kept", lit(6L)));

        String problem = "the ledger's seal of version 5 of " + PATH + " was changed after it was written";
        assertIntegrity(() -> ledger.newest(TABLE), problem);
        assertIntegrity(() -> ledger.chain(TABLE), problem);
        assertThat(ledger.atOrBefore(TABLE, 4)).map(Seal::version).contains(3L);
    }

    @Test
    void missesASealThatWasRemoved() {
        Seal first = append(ledger, seal(TABLE, 1, "key 1"));
        append(ledger, seal(TABLE, 2, "key 2"));
        Seal third = append(ledger, seal(TABLE, 3, "key 3"));

        DeltaTable.forPath(session(), path).delete(col("version").equalTo(2));

        Chain chain = ledger.chain(TABLE);
        assertThat(chain).isEqualTo(new Chain(List.of(first, third), Optional.of("seal 2 is missing")));
        assertIntegrity(
                () -> {
                    chain.requireIntact();
                    return chain;
                },
                "the chain of seals is broken: seal 2 is missing");
    }

    @Test
    void chainsTheSealsOfWritersThatComeAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CyclicBarrier start = new CyclicBarrier(4);
        List<Future<Seal>> appended = new ArrayList<>();
        try {
            for (long version = 1; version <= 4; version++) {
                Seal seal = seal(TABLE, version, "key " + version);
                appended.add(threads.submit(() -> {
                    Ledger own = new Ledger(session(), path);
                    start.await();
                    return append(own, seal);
                }));
            }
            List<Seal> seals = new ArrayList<>();
            for (Future<Seal> each : appended) {
                seals.add(each.get());
            }

            Chain chain = ledger.chain(TABLE);

            assertThat(chain.broken()).isEmpty();
            assertThat(chain.seals()).containsExactlyInAnyOrderElementsOf(seals);
            assertThat(chain.seals()).extracting(Seal::sequence).containsExactly(1L, 2L, 3L, 4L);
            assertThat(chain.seals()).extracting(Seal::version).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void assertIntegrity(Callable<?> look, String problem) {
        assertThatThrownBy(look::call).isInstanceOfSatisfying(Failure.Integrity.class, failure -> {
            assertThat(failure).hasMessage(problem);
            assertThat(failure.fix())
                    .isEqualTo("Find out who changed the ledger; restore it to a version before the change.");
        });
    }

    @Test
    void aLongChainIsGivenPageByPageUpToTheFirstSealThatIsMissing() {
        List<Row> rows = new ArrayList<>();
        Optional<Seal> last = Optional.empty();
        for (int version = 0; version < 700; version++) {
            last = Optional.of(seal(TABLE, version, "k" + version).after(last));
            rows.add(SealRows.sealed(last.get()));
        }
        Collections.shuffle(rows, new Random(7));
        session().createDataFrame(rows, SealRows.SCHEMA).write().format("delta").save(path);

        List<Long> given = new ArrayList<>();
        ledger.eachSeal(TABLE, seal -> given.add(seal.sequence()));

        assertThat(given).isEqualTo(LongStream.rangeClosed(1, 700).boxed().toList());
        assertThat(ledger.newestAt(PATH)).map(Seal::tableId).hasValue(TABLE);

        DeltaTable.forPath(session(), path).delete("sequence between 300 and 600");
        given.clear();

        assertThatThrownBy(() -> ledger.eachSeal(TABLE, seal -> given.add(seal.sequence())))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessage("the chain of seals is broken: seal 300 is missing");
        assertThat(given).hasSize(299);
    }

    /** With everything that a seal can hold. */
    private static Seal seal(String table, long version, String runKey) {
        TableDigest digest = TableDigest.of(
                StructType.fromDDL("event_date DATE, x INT"),
                Map.of(
                        "event_date=2024-11-03", new MultisetDigest(version, 1, -2, 3, Long.MIN_VALUE),
                        "event_date=2024-11-04", new MultisetDigest(2, 0, 0, 0, 1)));
        List<SealedInput> inputs = List.of(
                new SealedInput(
                        new InputFile("s3a://raw/\u00fc.json", 10, 1_700_000_000_123L, "etag"),
                        List.of("2024-11-03", "2024-11-04")),
                new SealedInput(new InputFile("s3a://raw/b.json", 0, 0, null), List.of()),
                new SealedInput(
                        new InputFile("s3a://clean/events", 7, 0, "table id"),
                        List.of(),
                        new TreeMap<>(Map.of("event_date=2024-11-03", "00", "event_date=2024-11-04", "11"))),
                SealedInput.gone("s3a://raw/c.json"));
        return new Seal(
                7, // set by the ledger
                table,
                PATH,
                version,
                version - 1,
                "user-events",
                "dedup",
                Outcome.REPLACED,
                runKey,
                "run " + version,
                Instant.parse("2024-11-05T01:02:03.123456Z"),
                new DateScope(Optional.of(LocalDate.of(2024, 11, 3)), Optional.empty()),
                Optional.of(new ModelVersion("v2", "d16e57")),
                List.of("2024-11-03", "2024-11-04"),
                List.of("event_date=2024-11-03", "event_date=2024-11-04"),
                digest,
                "c0ffee",
                inputs,
                List.of(),
                new Counts(9, 1, 2, 3, 0, new TreeMap<>(Map.of("null_key", 1L, "too_late", 2L))),
                "1.2.3",
                "set by the ledger");
    }

    /** As a job appends: it knows the newest seal from its plan. */
    private static Seal append(Ledger ledger, Seal seal) {
        return ledger.append(seal, ledger.newest(seal.tableId()));
    }
}
