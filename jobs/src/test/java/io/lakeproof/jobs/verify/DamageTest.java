package io.lakeproof.jobs.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.SparkTest;
import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.lineage.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random damages to a table with 20 versions and checkpoints: what a reader could see, {@code verify --all} finds and names. More
 * cases with {@code -Dlakeproof.damages=500}.
 */
class DamageTest extends SparkTest {
    private static final long SEED = 20241105;
    private static final int LAST = 19;
    private static final VerifyRequest ALL =
            new VerifyRequest(Optional.of(VersionChoice.ALL), Level.CONTENT, Optional.empty(), Optional.empty());

    @TempDir
    static Path folder;

    private SealedFixture fixture;
    private Seals seals;
    private Map<String, MultisetDigest> clean;
    private final Map<Path, String> rows = new HashMap<>();
    private List<String> log;

    private record Case(boolean isVisible, Findings findings) {
        boolean isFound() {
            return !findings.isOk();
        }
    }

    @BeforeAll
    void table() {
        runBefore();
        fixture = SealedFixture.in(session(), folder);
        for (int version = 0; version <= LAST; version++) {
            String date = "2024-11-0" + (1 + version % 4);
            if (version > 4 && version % 3 == 0) {
                fixture.replace(date, fixture.rows(date, version, 40));
            } else {
                fixture.append(fixture.rows(date, version, 40), Map.of("delta.checkpointInterval", "8"));
            }
        }
        fixture.seal();
        fixture.withoutSideFiles();
        DeltaStore store = fixture.store();
        seals = new Seals(
                fixture.ledger().toString(),
                new Ledger(fixture.spark(), fixture.ledger().toString())
                        .chain(store.replay().at(LAST).tableId()));
        Inventory inventory = Inventory.of(store.replay(), store.replay().versions());
        Map.Entry<StructType, Map<String, DataFile>> group =
                inventory.bySchema().entrySet().iterator().next();
        clean = new FilePass(store, new DataFiles(fixture.spark(), store.path()))
                .digests(group.getValue().values(), group.getKey(), new TreeMap<>());
        clean.keySet()
                .forEach(path -> rows.put(
                        fixture.table().resolve(path),
                        PlainReader.rows(fixture.table().resolve(path))));
        log = PlainReader.versions(logFolder(), LAST);
    }

    @Test
    void theTableAsItIsIsOk() throws IOException {
        Findings findings = verify(List.of());

        assertThat(findings.isOk())
                .as(findings.table() + " " + findings.versions())
                .isTrue();
        assertThat(findings.versions()).hasSize(LAST + 1).allMatch(VersionFinding::isOk);
        assertThat(files(logFolder(), ".checkpoint.parquet")).hasSize(2);
    }

    @Test
    void noDamageThatAReaderCouldSeeIsSilent() throws IOException {
        int cases = Integer.getInteger("lakeproof.damages", 60);
        List<Path> data = List.copyOf(new TreeMap<>(rows).keySet());
        List<Path> logs = files(logFolder(), "");
        Map<String, Integer> counts = new TreeMap<>();
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < cases; i++) {
            Random random = new Random(SEED + i);
            boolean isLog = random.nextInt(5) < 2;
            Damage damage = Damage.draw(random, isLog ? logs : data);
            damage.doIt();
            try {
                Case found = isLog ? ofLog(damage) : ofData(damage);
                String word = (isLog ? "log" : "data") + ", " + (found.isVisible() ? "visible" : "not visible") + ", "
                        + (found.isFound() ? "found" : "not found");
                counts.merge(word, 1, Integer::sum);
                if (found.isFound() ? !names(found.findings(), damage) : found.isVisible()) {
                    silent.add("seed " + (SEED + i) + ": " + damage + ": "
                            + found.findings().table());
                }
            } finally {
                damage.undo();
            }
        }
        System.out.println("damages: " + counts);
        assertThat(silent).as(counts.toString()).isEmpty();
        assertThat(counts.keySet()).anyMatch(word -> word.startsWith("log, visible"));
        assertThat(counts.keySet()).anyMatch(word -> word.startsWith("data, visible"));
    }

    private Case ofData(Damage damage) throws IOException {
        List<Path> touched =
                damage.kind == Damage.Kind.SWAP ? List.of(damage.file, damage.other) : List.of(damage.file);
        boolean isVisible = touched.stream().anyMatch(file -> !Objects.equals(rows.get(file), PlainReader.rows(file)));
        return new Case(isVisible, verify(touched));
    }

    private Case ofLog(Damage damage) throws IOException {
        boolean isVisible = !PlainReader.versions(logFolder(), LAST).equals(log) || changesAChecksum(damage);
        Findings findings = verify(List.of());
        return new Case(isVisible, findings);
    }

    /** Its content decides, not whether it is there: a reader does without. */
    private static boolean changesAChecksum(Damage damage) throws IOException {
        if (damage.kind != Damage.Kind.FLIP || !damage.file.toString().endsWith(".crc")) {
            return false;
        }
        String now = PlainReader.checksum(damage.file);
        damage.undo();
        String before = PlainReader.checksum(damage.file);
        damage.doIt();
        return !now.isEmpty() && !now.equals(before);
    }

    /** As {@code verify --all} does, but of the data files only the damaged ones are read again. */
    private Findings verify(Collection<Path> damaged) throws IOException {
        DeltaStore store = fixture.store();
        LogReplay replay = store.replay();
        FilePass pass = new FilePass(store, new DataFiles(fixture.spark(), store.path()));
        FileDigests digests = (files, schema, bad) -> {
            List<DataFile> again = files.stream()
                    .filter(file -> damaged.contains(fixture.table().resolve(file.path())))
                    .toList();
            Map<String, MultisetDigest> all = new HashMap<>(clean);
            again.forEach(file -> all.remove(file.path()));
            all.putAll(pass.digests(again, schema, bad));
            return all;
        };
        Verification verification = new Verification(fixture.spark(), store, replay, digests);
        if (damaged.isEmpty()) {
            verification.log();
        }
        verification.check(
                ALL,
                replay.versions(),
                Inventory.of(replay, replay.versions()),
                seals,
                Instant.parse("2024-11-09T00:00:00Z"));
        return verification.findings();
    }

    /** The file, its partition, or the version that it is of. */
    private static boolean names(Findings findings, Damage damage) {
        String all = Stream.concat(
                        findings.table().entrySet().stream(),
                        findings.versions().stream().flatMap(version -> version.bad().entrySet().stream()))
                .map(Object::toString)
                .collect(Collectors.joining("\n"));
        String name = damage.file.getFileName().toString();
        String partition = damage.file.getParent().getFileName().toString();
        boolean isOfLog = name.matches("\\d{20}.*");
        return all.contains(name)
                || all.contains(partition)
                || all.contains(damage.other.getFileName().toString())
                || (isOfLog && (all.contains("promised: ") || all.contains("d=2024")));
    }

    private Path logFolder() {
        return fixture.table().resolve("_delta_log");
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
