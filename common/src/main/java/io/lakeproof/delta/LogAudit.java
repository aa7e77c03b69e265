package io.lakeproof.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.error.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether the files of a table's log agree with each other: commits without a gap, each of which can be parsed; checkpoints and
 * version checksums that say what the replay of the commits says (delta-io/delta, PROTOCOL.md, "Version Checksum File").
 */
public final class LogAudit {
    private static final int SHOWN = 3;

    private final LogReplay replay;
    private final LogFiles files;
    private final Configuration hadoop;
    private final Path folder;
    private final List<LogFinding> findings = new ArrayList<>();
    private @Nullable JsonNode firstBins;
    private @Nullable Path firstChecksum;

    private LogAudit(LogReplay replay, Path folder, Configuration hadoop) {
        this.replay = replay;
        this.files = replay.logFiles();
        this.folder = folder;
        this.hadoop = hadoop;
    }

    /** Looks at every file of the log, in the order of the versions. */
    static List<LogFinding> of(LogReplay replay, Path folder, Configuration hadoop) {
        LogAudit audit = new LogAudit(replay, folder, hadoop);
        audit.gaps();
        audit.walk();
        audit.lastCheckpoint();
        audit.others();
        return List.copyOf(audit.findings);
    }

    private void gaps() {
        if (files.commits().isEmpty()) {
            return;
        }
        for (long version = files.commits().firstKey(); version < files.newest(); version++) {
            if (!files.commits().containsKey(version)) {
                damage(String.format(Locale.ROOT, "%020d.json", version), "is missing");
            }
        }
        long oldest =
                replay.versions().isEmpty() ? Long.MAX_VALUE : replay.versions().first();
        if (oldest > files.commits().firstKey()) {
            note(
                    files.commits().firstEntry().getValue().getPath().getName(),
                    "is older than every checkpoint, as the cleaning of a log leaves it; its version cannot be read");
        }
    }

    /** Carries the state from version to version; after a file that is damaged, from the next checkpoint on. */
    private void walk() {
        TreeSet<Long> versions = new TreeSet<>(files.commits().keySet());
        versions.addAll(files.checkpoints().keySet());
        LogState state = null;
        long at = DeltaStore.NO_VERSION;
        for (long version : versions) {
            state = version == 0 ? new LogState() : at == version - 1 ? state : null;
            at = version;
            state = afterCommit(version, state);
            if (files.checkpoints().containsKey(version)) {
                state = afterCheckpoint(version, state);
            }
            if (state != null && files.checksums().containsKey(version)) {
                checksum(Objects.requireNonNull(files.checksums().get(version)), state);
            }
        }
    }

    private @Nullable LogState afterCommit(long version, @Nullable LogState before) {
        if (!files.commits().containsKey(version)) {
            return null;
        }
        LogState state = before == null ? new LogState() : before;
        try {
            replay.commit(version, state);
            unknown(version, state);
            if (before != null) {
                replay.version(version, state);
            }
            return before == null ? null : state;
        } catch (Failure.Integrity e) {
            damage(
                    Objects.requireNonNull(files.commits().get(version))
                            .getPath()
                            .getName(),
                    e.problem());
            return null;
        }
    }

    private void unknown(long version, LogState state) {
        if (!state.unknownActions().isEmpty()) {
            damage(
                    Objects.requireNonNull(files.commits().get(version))
                            .getPath()
                            .getName(),
                    "holds what the protocol does not have: " + String.join(", ", state.unknownActions()));
            state.unknownActions().clear();
        }
    }

    private @Nullable LogState afterCheckpoint(long version, @Nullable LogState replayed) {
        LogState checkpoint = new LogState();
        String name =
                Objects.requireNonNull(files.checkpoints().get(version)).get(0).getName();
        try {
            replay.checkpoint(version, checkpoint);
            replay.version(version, checkpoint);
        } catch (Failure.Integrity e) {
            damage(name, e.problem());
            return replayed;
        }
        if (replayed != null) {
            List<String> differences = new ArrayList<>(checkpoint.differences(replayed));
            differences.addAll(replayed.transactionDifferences(checkpoint));
            damage(
                    name,
                    String.format(
                            Locale.ROOT,
                            "does not agree with the commits up to %020d.json: the replay of the commits ",
                            version),
                    differences);
            return replayed;
        }
        return checkpoint;
    }

    private void checksum(Path file, LogState state) {
        AtomicReference<JsonNode> found = new AtomicReference<>();
        try {
            LogLines.each(file, hadoop, found::set);
            JsonNode checksum = found.get();
            if (checksum == null) {
                note(file.getName(), "is empty; readers do without it");
                return;
            }
            List<String> differences = VersionChecksum.differences(checksum, state);
            bins(file, checksum, differences);
            damage(
                    file.getName(),
                    "does not agree with the commits up to " + file.getName().replace(".crc", ".json")
                            + ": the checksum ",
                    differences);
        } catch (Failure.Integrity e) {
            note(file.getName(), "cannot be parsed; readers do without it");
        } catch (IllegalArgumentException e) {
            damage(file.getName(), "is no version checksum: " + e.getMessage());
        }
    }

    /** Every checksum of a table has the same bins. */
    private void bins(Path file, JsonNode checksum, List<String> differences) {
        JsonNode bins = VersionChecksum.boundaries(checksum);
        if (firstBins == null || firstChecksum == null) {
            firstBins = bins.isArray() ? bins : null;
            firstChecksum = file;
        } else if (bins.isArray() && !bins.equals(firstBins)) {
            differences.add("has other bins of file sizes than " + firstChecksum.getName());
        }
    }

    /** Only a hint where to begin: a reader that it leads astray lists the folder. */
    private void lastCheckpoint() {
        Path file = new Path(folder, LogFiles.LAST_CHECKPOINT);
        List<Long> named = new ArrayList<>();
        try {
            boolean exists = LogLines.each(
                    file, hadoop, line -> named.add(line.path("version").asLong(DeltaStore.NO_VERSION)));
            if (!exists && !files.checkpoints().isEmpty()) {
                note(file.getName(), "is missing; readers list the folder in its place");
            }
        } catch (Failure.Integrity e) {
            note(file.getName(), "cannot be parsed; readers list the folder in its place");
        }
        named.stream()
                .filter(version -> !files.checkpoints().containsKey(version))
                .forEach(version -> note(
                        file.getName(),
                        "names checkpoint " + version + ", which is not there; readers list the folder in its place"));
    }

    private void others() {
        files.incomplete()
                .forEach(part -> note(part.getName(), "is a part of a checkpoint whose other parts are missing"));
        files.compacted()
                .forEach(file -> note(file.getName(), "holds several commits once more and was not looked at"));
    }

    private void damage(String file, String start, List<String> differences) {
        if (!differences.isEmpty()) {
            int more = differences.size() - SHOWN;
            damage(
                    file,
                    start
                            + String.join(", ", differences.subList(0, Math.min(SHOWN, differences.size())))
                            + (more > 0 ? ", and " + more + " more" : ""));
        }
    }

    private void damage(String file, String what) {
        findings.add(new LogFinding("_delta_log/" + file, what, true));
    }

    private void note(String file, String what) {
        findings.add(new LogFinding("_delta_log/" + file, what, false));
    }
}
