package io.lakeproof.jobs.verify;

import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.delta.LoggedVersion;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Seal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** One verification: what the log, the files and the rows say, against each other and against the seals. */
final class Verification {
    private static final int SHOWN = 20;

    /** Versions whose differences are narrowed down. */
    private static final int LOOKED_AT = 5;

    private final SparkSession spark;
    private final DeltaStore store;
    private final LogReplay replay;
    private final DataFiles files;
    private final FileDigests digests;
    private final Findings findings;

    /** @param digests of data files */
    Verification(SparkSession spark, DeltaStore store, LogReplay replay, FileDigests digests) {
        this.spark = spark;
        this.store = store;
        this.replay = replay;
        this.files = new DataFiles(spark, store.path());
        this.digests = digests;
        this.findings = new Findings(store.path());
    }

    Findings findings() {
        return findings;
    }

    /** Whether the files of the log agree with each other. */
    void log() {
        replay.audit().forEach(found -> {
            if (found.isDamage()) {
                findings.bad(found.file(), found.what());
            } else {
                findings.note(found.file() + " " + found.what());
            }
        });
        // Of a checkpoint, some readers use columns that others do not.
        files.damagedAt(replay.checkpointFiles())
                .forEach((name, problem) -> findings.bad("_delta_log/" + name, problem));
    }

    /**
     * Whether the versions are what was sealed.
     *
     * @param sealed of the table
     */
    void check(VerifyRequest request, NavigableSet<Long> versions, Inventory inventory, Seals sealed, Instant now) {
        boolean isContent =
                request.level() == Level.CONTENT && !sealed.byVersion().isEmpty();
        if (!isContent || inventory.newest().isEmpty()) {
            inventory.broken().forEach((version, problem) -> findings.bad("(version " + version + ")", problem));
        }
        if (inventory.newest().isEmpty()) {
            return;
        }
        LoggedVersion newest = inventory.newest().get();
        Retention retention = new Retention(newest, now);
        sealed.chain().broken().ifPresent(problem -> findings.bad(VerifyJob.CHAIN, problem));
        requireSeal(request, sealed, newest);
        promised(sealed, retention);
        SortedMap<String, String> bad =
                new TreeMap<>(files.absent(inventory.files().values()));
        NavigableSet<String> gone = versions.size() == 1
                ? new TreeSet<>()
                : retention.gone(bad.keySet(), inventory.lastSeen(), inventory.commits());
        gone(gone, bad);
        if (request.level() == Level.BYTES) {
            bad.putAll(files.damaged(present(inventory.files().values(), bad, gone)));
        }
        if (isContent) {
            content(versions, inventory, sealed, bad, gone);
        }
        if (request.level() != Level.CONTENT || versions.size() > 1) {
            bad.forEach(findings::bad);
        }
        request.against().ifPresent(other -> against(other, newest.version()));
    }

    private void requireSeal(VerifyRequest request, Seals seals, LoggedVersion newest) {
        if (request.level() != Level.CONTENT
                || seals.atOrBefore(newest.version()).isPresent()) {
            return;
        }
        if (request.against().isPresent()) {
            findings.note("no seal in " + seals.ledger() + " for version " + newest.version()
                    + ": it is compared with the other table only");
            return;
        }
        String problem = "no seal in " + seals.ledger() + " for version " + newest.version() + " of " + store.path()
                + " or any version before it";
        if (findings.isOk()) {
            throw new Failure.Integrity(problem, VerifyJob.ITS_LEDGER);
        }
        findings.bad("(seals)", problem); // the log is damaged, perhaps where it says which table it is of
    }

    /** Sealed versions that the log should still have. */
    private void promised(Seals seals, Retention retention) {
        NavigableSet<Long> readable = replay.versions();
        List<Seal> lost = seals.byVersion().values().stream()
                .filter(seal -> !readable.contains(seal.version()))
                .filter(seal -> seal.version() > readable.last() || retention.isPromised(seal))
                .toList();
        if (!lost.isEmpty()) {
            findings.bad(
                    "(log)",
                    "has no way to versions that are sealed and still promised: "
                            + lost.stream()
                                    .map(seal -> String.valueOf(seal.version()))
                                    .limit(SHOWN)
                                    .collect(Collectors.joining(", "))
                            + (lost.size() > SHOWN ? ", and more" : "")
                            + missingCommits(lost));
        }
    }

    private String missingCommits(List<Seal> lost) {
        Map<Long, Long> commits = replay.commitTimes();
        List<String> missing = lost.stream()
                .filter(seal -> !commits.containsKey(seal.version()))
                .map(seal -> String.format(Locale.ROOT, "%020d.json", seal.version()))
                .limit(SHOWN)
                .toList();
        return missing.isEmpty() ? "" : "; missing: " + String.join(", ", missing);
    }

    private void gone(NavigableSet<String> gone, Map<String, String> bad) {
        if (!gone.isEmpty()) {
            bad.keySet().removeAll(gone);
            findings.note(
                    gone.size() + " files of older versions are gone; the retention or a vacuum has taken them, first "
                            + gone.first());
        }
    }

    private static Collection<DataFile> present(
            Collection<DataFile> all, Map<String, String> bad, NavigableSet<String> gone) {
        return all.stream()
                .filter(file -> !bad.containsKey(file.path()) && !gone.contains(file.path()))
                .toList();
    }

    private void content(
            NavigableSet<Long> versions,
            Inventory inventory,
            Seals seals,
            SortedMap<String, String> bad,
            NavigableSet<String> gone) {
        List<VersionFinding> found = new ContentLevel(store, replay, seals, digests).of(versions, inventory, bad, gone);
        for (VersionFinding version : found) {
            findings.version(version);
            version.unchecked()
                    .ifPresent(why -> findings.note("version " + version.version() + " not checked: " + why));
        }
    }

    /** Narrows the differences that {@link #check} found down to files and rows; of a few versions, if there are many. */
    void explain(Seals seals) {
        Suspects suspects = new Suspects(store, replay, seals, files);
        Map<String, String> last = Map.of();
        int looked = 0;
        for (VersionFinding version : findings.versions()) {
            if (!version.bad().isEmpty() && !version.bad().equals(last) && looked < LOOKED_AT) {
                looked++;
                findings.details(version.version(), suspects.of(version));
            }
            last = version.bad();
        }
    }

    private void against(VerifyRequest.Other other, long version) {
        Against.Result result = new Against(spark).compare(store, version, other);
        result.bad()
                .forEach((name, what) ->
                        findings.bad("against " + other.path() + ", version " + result.version() + ": " + name, what));
        if (result.bad().isEmpty()) {
            findings.note("version " + version + " holds the same rows as version " + result.version() + " of "
                    + other.path());
        }
    }
}
