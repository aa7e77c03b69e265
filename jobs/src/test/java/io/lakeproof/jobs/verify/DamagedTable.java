package io.lakeproof.jobs.verify;

import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.lineage.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/** A table with 20 versions in 12 partitions, two checkpoints, a seal for each version, and copies of it to be damaged. */
final class DamagedTable {
    static final int LAST = 19;
    private static final int DATES = 12;
    private static final VerifyRequest ALL =
            new VerifyRequest(Optional.of(VersionChoice.ALL), Level.CONTENT, Optional.empty(), Optional.empty());
    private static final Instant NOW = Instant.parse("2024-11-09T00:00:00Z");

    private final SealedFixture original;
    private final Seals seals;
    private final Seals none;
    private final StructType schema;
    private final Map<String, MultisetDigest> digests;

    DamagedTable(SealedFixture empty) {
        this.original = empty;
        for (int version = 0; version <= LAST; version++) {
            String date = "2024-11-%02d".formatted(1 + version % DATES);
            if (version % DATES != version && version % 2 == 0) {
                original.replace(date, original.rows(date, version, 40));
            } else {
                original.append(original.rows(date, version, 40), Map.of("delta.checkpointInterval", "8"));
            }
        }
        original.seal();
        original.withoutSideFiles();
        Ledger ledger = new Ledger(original.spark(), original.ledger().toString());
        LogReplay replay = original.store().replay();
        this.seals = new Seals(ledger.path(), ledger.chain(replay.at(LAST).tableId()));
        this.none = new Seals(ledger.path(), ledger.chain("another table"));
        this.schema = replay.at(LAST).schema();
        this.digests = pass(original.store())
                .digests(Inventory.of(replay, replay.versions()).files().values(), schema, new TreeMap<>());
    }

    Path path() {
        return original.table();
    }

    Path ledger() {
        return original.ledger();
    }

    /** The files of the log, or of the data, relative to the table, in order. */
    List<Path> files(boolean isLog) throws IOException {
        try (Stream<Path> all = Files.walk(path())) {
            return all.filter(Files::isRegularFile)
                    .map(path()::relativize)
                    .filter(file -> file.startsWith("_delta_log") == isLog)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** Another folder with the same files, each of them a link. */
    Path copy(Path to) throws IOException {
        for (boolean isLog : new boolean[] {true, false}) {
            for (Path file : files(isLog)) {
                Files.createDirectories(to.resolve(file).getParent());
                Files.createLink(to.resolve(file), path().resolve(file));
            }
        }
        return to;
    }

    /**
     * What {@code verify --all} finds of a copy, without looking for the rows behind a difference.
     *
     * @param isWhole false if no data file was touched, so that those digests are known which a schema leaves as they are
     */
    Findings verify(Path copy, boolean isWhole) {
        DeltaStore store = new DeltaStore(original.spark(), copy.toString());
        LogReplay replay = store.replay();
        Verification verification =
                new Verification(original.spark(), store, replay, isWhole ? pass(store) : known(store));
        verification.log();
        NavigableSet<Long> versions = VersionChoice.ALL.of(replay, copy.toString());
        Inventory inventory = Inventory.of(replay, versions);
        String id = inventory.newest().map(newest -> newest.tableId()).orElse("");
        boolean isKnown =
                seals.chain().seals().stream().anyMatch(seal -> seal.tableId().equals(id));
        verification.check(ALL, versions, inventory, isKnown ? seals : none, NOW);
        return verification.findings();
    }

    private FileDigests known(DeltaStore store) {
        return (files, needed, bad) -> {
            Map<String, MultisetDigest> found = new HashMap<>();
            boolean isKnown = needed.equals(schema)
                    && files.stream()
                            .allMatch(file -> digests.containsKey(file.path()) || bad.containsKey(file.path()));
            if (!isKnown) {
                return pass(store).digests(files, needed, bad);
            }
            files.stream()
                    .map(DataFile::path)
                    .filter(path -> !bad.containsKey(path))
                    .forEach(path -> found.put(path, digests.get(path)));
            return found;
        };
    }

    private FilePass pass(DeltaStore store) {
        return new FilePass(store, new DataFiles(original.spark(), store.path()));
    }
}
