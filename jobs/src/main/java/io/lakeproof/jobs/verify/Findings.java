package io.lakeproof.jobs.verify;

import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Seal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything that a verification found. Used by one thread. */
final class Findings {
    private static final String STOP =
            "Stop the readers. Restore the files from a backup or a replica, or load the partitions named again from their"
                    + " inputs.";

    private final String path;
    private final SortedMap<String, String> table = new TreeMap<>();
    private final List<VersionFinding> versions = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<Long, Map<String, List<String>>> details = new LinkedHashMap<>();

    Findings(String path) {
        this.path = path;
    }

    /** Notes what is wrong with the table and not with one version. */
    void bad(String name, String what) {
        table.put(name, what);
    }

    /** Notes what nobody has to mend. */
    void note(String line) {
        notes.add(line);
    }

    void version(VersionFinding version) {
        versions.add(version);
    }

    /** Notes more about the partitions of a version. */
    void details(long version, Map<String, List<String>> lines) {
        details.put(version, lines);
    }

    SortedMap<String, String> table() {
        return table;
    }

    List<VersionFinding> versions() {
        return versions;
    }

    List<String> notes() {
        return notes;
    }

    Optional<VersionFinding> newest() {
        return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
    }

    boolean isOk() {
        return table.isEmpty() && bad().isEmpty();
    }

    private List<VersionFinding> bad() {
        return versions.stream().filter(version -> !version.bad().isEmpty()).toList();
    }

    /** The findings in one sentence. */
    String summary() {
        if (isOk()) {
            return "Nothing differs from what was sealed and logged.";
        }
        List<String> parts = new ArrayList<>();
        if (!table.isEmpty()) {
            parts.add(counted(table.size(), "finding") + " about the table");
        }
        if (!bad().isEmpty()) {
            parts.add(bad().size() + " of " + counted(versions.size(), "version") + " not as sealed");
        }
        return String.join("; ", parts) + ".";
    }

    /** Fails if anything is wrong. */
    void requireOk() {
        if (isOk()) {
            return;
        }
        List<String> blocks = new ArrayList<>();
        if (!table.isEmpty()) {
            blocks.add(path + " is damaged; " + counted(table.size(), "finding") + ":\n" + lines(table, Map.of()));
        }
        List<VersionFinding> same = new ArrayList<>();
        for (VersionFinding version : bad()) {
            if (!same.isEmpty() && !same.get(0).bad().equals(version.bad())) {
                blocks.add(block(same));
                same.clear();
            }
            same.add(version);
        }
        if (!same.isEmpty()) {
            blocks.add(block(same));
        }
        throw new Failure.Integrity(String.join("\n", blocks), fix());
    }

    private String fix() {
        boolean isSealOnly = table.keySet().stream().allMatch(VerifyJob.CHAIN::equals)
                && bad().stream().allMatch(version -> version.bad().keySet().equals(Set.of("(seal)")));
        if (!isSealOnly) {
            return STOP;
        }
        return table.isEmpty()
                ? "Retry that run: it finds its commit and seals it."
                : "Find out who changed the ledger; restore it to a version before the change.";
    }

    /** Versions in a row of which the same is wrong. */
    private String block(List<VersionFinding> same) {
        VersionFinding first = same.get(0);
        String name = same.size() == 1
                ? "version " + first.version()
                : "versions " + first.version() + " to "
                        + same.get(same.size() - 1).version() + " (" + same.size() + ")";
        String seal = first.seal().map(own -> sealName(own) + " says").orElse("its log says");
        return name + " of " + path + (same.size() == 1 ? " is" : " are") + " not what " + seal + "; "
                + counted(first.bad().size(), "difference") + ":\n"
                + lines(first.bad(), details.getOrDefault(first.version(), Map.of()));
    }

    private static String sealName(Seal seal) {
        return "seal " + seal.sequence() + " of version " + seal.version();
    }

    private static String lines(SortedMap<String, String> bad, Map<String, List<String>> details) {
        List<String> lines = new ArrayList<>();
        bad.forEach((name, what) -> {
            lines.add("  " + (name.isEmpty() ? "(whole table)" : name) + ": " + what);
            details.getOrDefault(name, List.of()).forEach(line -> lines.add("    " + line));
        });
        return String.join("\n", lines);
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
