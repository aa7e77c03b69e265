package io.lakeproof.jobs.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.SparkTest;
import io.lakeproof.error.Failure;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random damages to a table with 20 versions and checkpoints: what a reader could see, {@code verify --all} finds and names. More
 * cases with {@code -Dlakeproof.damages=500}.
 */
@Tag("long")
class DamageTest extends SparkTest {
    private static final long SEED = 20241105;
    private static final int CASES = Integer.getInteger("lakeproof.damages", 60);
    private static final boolean IS_THOROUGH = CASES >= 500;

    @TempDir
    static Path folder;

    private DamagedTable table;
    private List<Map<String, String>> log;
    private final Map<Path, String> rows = new HashMap<>();
    private final Map<Integer, String> byDelta = new HashMap<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();

    @BeforeAll
    void table() throws IOException {
        runBefore();
        table = new DamagedTable(SealedFixture.in(session(), folder));
        for (Path file : table.files(false)) {
            rows.put(file, PlainReader.rows(table.path().resolve(file)));
        }
        log = PlainReader.versions(table.path().resolve("_delta_log"), DamagedTable.LAST);
    }

    @Test
    void theTableAsItIsIsOk() throws IOException {
        Findings findings = table.verify(table.copy(folder.resolve("as it is")), true);

        assertThat(findings.isOk()).as(text(findings)).isTrue();
        assertThat(findings.notes()).isEmpty();
        assertThat(findings.versions()).hasSize(DamagedTable.LAST + 1).allMatch(VersionFinding::isOk);
        assertThat(table.files(true))
                .filteredOn(file -> file.toString().endsWith(".checkpoint.parquet"))
                .hasSize(2);
    }

    @Test
    void noDamageThatAReaderCouldSeeIsSilent() throws IOException {
        int ofLog = CASES * 2 / 5;
        for (int i = 0; i < ofLog; i++) {
            damageTheLog(SEED + i);
        }
        for (int i = ofLog; i < CASES; ) {
            i += damageDataFiles(SEED + i, CASES - i);
        }

        counts.forEach((what, count) -> System.out.println("damages: " + what + ": " + count));
        assertThat(wrong).as(counts.toString()).isEmpty();
        assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(CASES);
        assertThat(counts.keySet())
                .anyMatch(what -> what.matches("commit.*seen, found"))
                .anyMatch(what -> what.matches("data.*seen, found"));
    }

    @Test
    void theJobNamesWhatIsDamagedAndNotesWhatNobodySees() throws IOException {
        assertThatThrownBy(() -> run(damaged("checkpoint", "%020d.checkpoint.parquet".formatted(16), 100)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("_delta_log/00000000000000000016.checkpoint.parquet: ");
        assertThatThrownBy(() -> run(damaged("all commits", "%020d.json".formatted(3), 300)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("_delta_log/00000000000000000003.json: ")
                .hasMessageContaining("versions 3 to 7 (5) of ");
        assertThatThrownBy(() -> run(damaged("the newest", "%020d.json".formatted(19), -1)))
                .isInstanceOf(Failure.Integrity.class)
                .hasMessageContaining("sealed and still promised: 19; missing: 00000000000000000019.json");
        assertThat(run(damaged("the pointer", "_last_checkpoint", 20)))
                .anyMatch(line -> line.contains("note") && line.contains("_last_checkpoint cannot be parsed"));
        assertThat(run(damaged("a checksum", "%020d.crc".formatted(4), 20)))
                .anyMatch(line -> line.contains("00000000000000000004.crc cannot be parsed; readers do without it"));
    }

    private Path damaged(String name, String file, int length) throws IOException {
        Path copy = table.copy(folder.resolve(name));
        Path path = copy.resolve("_delta_log").resolve(file);
        byte[] bytes = Files.readAllBytes(path);
        Files.delete(path);
        if (length >= 0) {
            Files.write(path, java.util.Arrays.copyOf(bytes, length));
        }
        return copy;
    }

    private List<String> run(Path copy) {
        RunFacts facts = new RunFacts("verify", "test");
        Clock clock = Clock.fixed(Instant.parse("2024-11-09T00:00:00Z"), ZoneOffset.UTC);
        RunContext context = new RunContext(session(), clock, "test", false, facts);
        VerifyRequest all =
                new VerifyRequest(Optional.of(VersionChoice.ALL), Level.CONTENT, Optional.empty(), Optional.empty());
        assertThat(new VerifyJob(context, copy.toString(), table.ledger().toString()).run(all))
                .isEqualTo(Outcome.DONE);
        return facts.summary();
    }

    /** One damage, since the files of a log depend on each other. */
    private void damageTheLog(long seed) throws IOException {
        Random random = new Random(seed);
        List<Path> files = table.files(true);
        Path file = files.get(random.nextInt(files.size()));
        // Every second time one of the few files that are not of one version only.
        List<Path> few = files.stream()
                .filter(path -> !path.toString().matches(".*\\d\\.(json|crc)"))
                .toList();
        Damage damage = Damage.draw(
                random,
                random.nextInt(2) == 0 ? few.get(random.nextInt(few.size())) : file,
                files.get((files.indexOf(file) + 1 + random.nextInt(files.size() - 1)) % files.size()));
        Path copy = table.copy(folder.resolve("log " + seed));
        damage.in(copy);
        Findings findings = table.verify(copy, false);
        boolean isFound = !findings.isOk();
        boolean isSeen = isSeen(copy, damage) || (!isFound && isSeenByDelta(copy, random));
        boolean isNamed = damage.touched().stream()
                .anyMatch(
                        touched -> text(findings).contains(touched.getFileName().toString()));
        judge(seed, damage, isSeen, isFound, isFound ? isNamed : true, findings);
    }

    private boolean isSeen(Path copy, Damage damage) {
        List<Map<String, String>> now = PlainReader.versions(copy.resolve("_delta_log"), DamagedTable.LAST);
        boolean isOther = IntStream.rangeClosed(0, DamagedTable.LAST)
                .anyMatch(version -> PlainReader.isOther(log.get(version), now.get(version)));
        return isOther
                || damage.touched().stream()
                        .filter(file -> file.toString().endsWith(".crc"))
                        .anyMatch(file ->
                                isOtherChecksum(copy.resolve(file), table.path().resolve(file)));
    }

    /** Its content decides, not whether it is there: a reader does without. */
    private static boolean isOtherChecksum(Path after, Path before) {
        Map<String, String> now = PlainReader.checksum(after);
        return !now.isEmpty() && PlainReader.isOther(PlainReader.checksum(before), now);
    }

    /** Asked of what was not found, of some versions unless there is time. */
    private boolean isSeenByDelta(Path copy, Random random) {
        return IntStream.rangeClosed(0, DamagedTable.LAST)
                .filter(version -> IS_THOROUGH || random.nextInt(6) == 0)
                .anyMatch(version -> !byDelta.computeIfAbsent(version, same -> byDelta(table.path(), same))
                        .equals(byDelta(copy, version)));
    }

    private String byDelta(Path where, int version) {
        try {
            Dataset<Row> read = session()
                    .read()
                    .format("delta")
                    .option("versionAsOf", version)
                    .load(where.toString());
            return read.schema().json()
                    + Stream.of(read.inputFiles())
                            .map(file -> Path.of(file.replaceFirst("^file:/+", "/")))
                            .map(file -> file.getParent()
                                    .getFileName()
                                    .resolve(file.getFileName())
                                    .toString())
                            .sorted()
                            .toList();
        } catch (Exception e) {
            return "cannot be read";
        }
    }

    /** As many damages as there are partitions for, each of which has one, or both sides of a swap. */
    private int damageDataFiles(long seed, int most) throws IOException {
        Random random = new Random(seed);
        List<Path> files = new ArrayList<>(table.files(false));
        Collections.shuffle(files, random);
        Set<Path> taken = new TreeSet<>();
        List<Path> free =
                files.stream().filter(file -> taken.add(file.getParent())).toList();
        List<Damage> damages = new ArrayList<>();
        for (int i = 0; i + 1 < free.size() && damages.size() < most; i++) {
            Damage damage = Damage.draw(random, free.get(i), free.get(i + 1));
            damages.add(damage);
            i += damage.touched().size() - 1;
        }
        Path copy = table.copy(folder.resolve("data " + seed));
        for (Damage damage : damages) {
            damage.in(copy);
        }
        Findings findings = table.verify(copy, true);
        String text = text(findings);
        for (Damage damage : damages) {
            boolean isSeen = damage.touched().stream()
                    .anyMatch(file -> !Objects.equals(rows.get(file), PlainReader.rows(copy.resolve(file))));
            boolean isFound = damage.touched().stream().allMatch(file -> isNamed(file, text));
            judge(seed, damage, isSeen, isFound, true, findings);
        }
        Set<Path> hit = damages.stream()
                .flatMap(damage -> damage.touched().stream())
                .map(Path::getParent)
                .collect(Collectors.toSet());
        taken.stream()
                .filter(partition -> !hit.contains(partition) && text.contains(partition.toString()))
                .forEach(partition -> wrong.add("seed " + seed + ": " + partition + " was not damaged: " + text));
        return damages.size();
    }

    private static boolean isNamed(Path file, String text) {
        return text.contains(file.getFileName().toString()) || text.contains(file.getParent() + "=");
    }

    private void judge(long seed, Damage damage, boolean isSeen, boolean isFound, boolean isNamed, Findings findings) {
        boolean isNoted = findings.notes().stream()
                .anyMatch(note -> note.contains(damage.file.getFileName().toString()));
        String outcome = (isSeen ? "seen" : "not seen") + ", " + (isFound ? "found" : isNoted ? "noted" : "OK");
        counts.merge(damage.what() + ", " + damage.kind + ": " + outcome, 1, Integer::sum);
        if ((isSeen && !isFound) || !isNamed) {
            wrong.add("seed " + seed + ": " + damage + ": " + outcome + (isNamed ? "" : ", not named") + ": "
                    + text(findings));
        }
    }

    private static String text(Findings findings) {
        return Stream.concat(
                        findings.table().entrySet().stream(),
                        findings.versions().stream().flatMap(version -> version.bad().entrySet().stream()))
                .map(Object::toString)
                .collect(Collectors.joining("\n"));
    }
}
