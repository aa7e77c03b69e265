package io.lakeproof.jobs.verify;

import io.lakeproof.delta.Commit;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.Seal;
import io.lakeproof.report.Column;
import io.lakeproof.report.Fact;
import io.lakeproof.report.Notes;
import io.lakeproof.report.PartitionMap;
import io.lakeproof.report.PartitionState;
import io.lakeproof.report.Report;
import io.lakeproof.report.State;
import io.lakeproof.report.Table;
import io.lakeproof.report.TableVersion;
import io.lakeproof.report.Timeline;
import io.lakeproof.report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The findings of a verification as a page to look at. */
final class VerifyReport {
    private VerifyReport() {}

    static Report of(String table, Level level, Findings findings, NavigableMap<Long, Commit> commits) {
        Verdict verdict =
                findings.isOk() ? Verdict.good("OK", findings.summary()) : Verdict.bad("MISMATCH", findings.summary());
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.text("level", level.name().toLowerCase(Locale.ROOT)));
        findings.newest().flatMap(VersionFinding::found).ifPresent(found -> {
            facts.add(Fact.text("rows of the newest version", String.valueOf(found.rows())));
            facts.add(Fact.code("digest of the newest version", found.hex()));
        });
        List<List<String>> rows = new ArrayList<>();
        findings.table().forEach((name, what) -> rows.add(List.of("", name, what)));
        findings.versions()
                .forEach(version -> version.bad()
                        .forEach((name, what) -> rows.add(List.of(String.valueOf(version.version()), name, what))));
        return new Report(
                "Lakeproof verify",
                table,
                verdict,
                facts,
                List.of(
                        Table.of(
                                "What differs",
                                List.of(Column.number("version"), Column.code("where"), Column.text("what")),
                                rows),
                        new PartitionMap("Partitions of the newest version", partitions(findings), ""),
                        new Timeline("Versions", versions(findings, commits), ""),
                        new Notes("Notes", findings.notes())));
    }

    private static List<PartitionState> partitions(Findings findings) {
        Map<String, PartitionState> states = new TreeMap<>();
        findings.newest().ifPresent(version -> {
            version.found()
                    .ifPresent(found -> found.partitions()
                            .forEach((path, digest) -> states.put(
                                    path, new PartitionState(path, State.OK, digest.count() + " rows, as sealed"))));
            version.bad().forEach((path, what) -> {
                if (!path.startsWith("(")) {
                    states.put(path, new PartitionState(path, state(path, what, version), what));
                }
            });
        });
        return List.copyOf(states.values());
    }

    private static State state(String path, String what, VersionFinding version) {
        if (what.startsWith("cannot be read")) {
            return State.UNREADABLE;
        }
        boolean isSealed = version.seal().map(Seal::digest).map(TableDigest::partitions).stream()
                .anyMatch(partitions -> partitions.containsKey(path));
        boolean isFound = version.found().map(TableDigest::partitions).stream()
                .anyMatch(partitions -> partitions.containsKey(path));
        return isSealed ? (isFound ? State.DIFFERS : State.MISSING) : State.EXTRA;
    }

    private static List<TableVersion> versions(Findings findings, NavigableMap<Long, Commit> commits) {
        return findings.versions().stream()
                .map(version -> version(version, Optional.ofNullable(commits.get(version.version()))))
                .toList();
    }

    private static TableVersion version(VersionFinding version, Optional<Commit> commit) {
        Optional<Seal> own = version.seal().filter(seal -> seal.version() == version.version());
        return new TableVersion(
                version.version(),
                commit.map(Commit::timestamp),
                own.map(Seal::job).orElse(commit.map(Commit::operation).orElse("")),
                own.map(seal -> seal.outcome().name()).orElse("no seal of its own"),
                version.found().map(found -> OptionalLong.of(found.rows())).orElse(OptionalLong.empty()),
                version.found().map(TableDigest::hex).orElse(""),
                version.isOk() ? State.OK : version.bad().isEmpty() ? State.UNCHECKED : State.DIFFERS,
                version.unchecked().orElse(String.join(", ", version.bad().keySet())));
    }
}
