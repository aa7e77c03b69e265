package io.lakeproof.jobs.diff;

import io.lakeproof.compare.RowDifference;
import io.lakeproof.compare.RowDifference.Cell;
import io.lakeproof.compare.Tally;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.report.Column;
import io.lakeproof.report.Fact;
import io.lakeproof.report.Notes;
import io.lakeproof.report.PartitionMap;
import io.lakeproof.report.PartitionState;
import io.lakeproof.report.Report;
import io.lakeproof.report.Section;
import io.lakeproof.report.State;
import io.lakeproof.report.Table;
import io.lakeproof.report.TableVersion;
import io.lakeproof.report.Timeline;
import io.lakeproof.report.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The findings as a report. */
final class DiffReport {
    /** Columns of a row that are shown. */
    private static final int CELLS = 30;

    private static final String TITLE = "Lakeproof diff";

    private DiffReport() {}

    static Report of(Findings findings, Ledger ledger, String runId, Instant at) {
        return new Report(
                TITLE,
                findings.left() + " \u2192 " + findings.right(),
                findings.isSame()
                        ? Verdict.good("SAME", findings.sentence())
                        : Verdict.bad("DIFFERENT", findings.sentence()),
                facts(findings, runId, at),
                List.of(
                        new Notes("Schema", findings.common().differences()),
                        map(findings),
                        partitions(findings),
                        columns(findings.tally()),
                        samples(findings),
                        timeline(findings, ledger)));
    }

    /** The report of a comparison that came to no end. */
    static Report of(DiffRequest request, Throwable error, String runId, Instant at) {
        String fix = error instanceof Failure failure ? failure.fix() : "This is a bug: please report it.";
        return new Report(
                TITLE,
                request.left().map(TableRef::toString).orElse("the version before") + " \u2192 " + request.right(),
                Verdict.uncertain("NOT COMPARED", String.valueOf(error.getMessage())),
                List.of(Fact.text("run", runId), Fact.time("at", at)),
                List.of(new Notes("What to do", List.of(fix))));
    }

    private static List<Fact> facts(Findings findings, String runId, Instant at) {
        List<Fact> facts = new ArrayList<>();
        side(facts, "left", findings.left(), findings.leftDigests());
        side(facts, "right", findings.right(), findings.rightDigests());
        facts.add(Fact.text(
                "key", findings.key().isEmpty() ? "none: rows as a whole" : String.join(", ", findings.key())));
        facts.add(Fact.text("rows the same", number(findings.same())));
        facts.add(Fact.text("rows that differ", Findings.words(findings.tally().changes())));
        facts.add(Fact.text("run", runId));
        facts.add(Fact.time("at", at));
        return facts;
    }

    private static void side(List<Fact> facts, String name, Side side, PartitionDigests digests) {
        facts.add(Fact.code(name, side.store().path()));
        facts.add(Fact.text(
                name + ", version",
                side.version() + ", " + number(digests.rows()) + " rows; digest from " + digests.origin()));
        digests.table().ifPresent(hex -> facts.add(Fact.code(name + ", digest", hex)));
        side.seal()
                .filter(seal -> seal.version() == side.version())
                .ifPresent(seal -> facts.add(Fact.text(
                        name + ", sealed",
                        "seal " + seal.sequence() + ", " + seal.sealedAt().truncatedTo(ChronoUnit.SECONDS) + ", by "
                                + seal.job() + ", run " + seal.runId())));
    }

    private static Section columns(Tally tally) {
        return Table.of(
                "Columns of the changed rows",
                List.of(Column.code("column"), Column.number("rows")),
                DiffText.byCount(tally.columns()).stream()
                        .map(column -> List.of(column.getKey(), number(column.getValue())))
                        .toList());
    }

    private static Section samples(Findings findings) {
        Tally tally = findings.tally();
        List<List<String>> rows = tally.samples().stream()
                .map(difference -> List.of(
                        difference.change().word()
                                + (difference.rows() == 1 ? "" : " (" + number(difference.rows()) + " times)"),
                        difference.partition(),
                        difference.key(),
                        values(difference, Cell::left),
                        values(difference, Cell::right)))
                .toList();
        long shown = tally.samples().stream().mapToLong(RowDifference::rows).sum();
        return new Table(
                "Rows that differ",
                List.of(
                        Column.text("change"),
                        Column.code("partition"),
                        Column.code("key"),
                        Column.code("left"),
                        Column.code("right")),
                rows,
                rows.size() + tally.changes().total() - shown,
                "`lakeproof diff --sample N` prints up to N of each change.");
    }

    /** A line for each column. */
    private static String values(RowDifference difference, Function<Cell, @Nullable String> side) {
        List<String> lines = difference.cells().stream()
                .filter(cell -> side.apply(cell) != null)
                .map(cell -> cell.column() + "=" + side.apply(cell))
                .toList();
        return lines.size() <= CELLS
                ? String.join("\n", lines)
                : String.join("\n", lines.subList(0, CELLS)) + "\nand " + number(lines.size() - CELLS)
                        + " more columns";
    }

    private static Section map(Findings findings) {
        return new PartitionMap(
                "Partitions",
                findings.layout().isEmpty()
                        ? List.of()
                        : findings.partitions().stream()
                                .map(path -> new PartitionState(path, findings.state(path), note(findings, path)))
                                .toList(),
                "The partitions that differ are listed below.");
    }

    private static String note(Findings findings, String path) {
        long left = findings.leftDigests().of(path).count();
        if (!findings.differing().contains(path)) {
            return number(left) + " rows";
        }
        return number(left) + " rows on the left, "
                + number(findings.rightDigests().of(path).count()) + " on the right; "
                + Findings.words(changes(findings, path));
    }

    private static Tally.Changes changes(Findings findings, String path) {
        return findings.tally().partitions().getOrDefault(path, Tally.Changes.NONE);
    }

    private static Section partitions(Findings findings) {
        List<List<String>> rows = findings.differing().stream()
                .map(path -> {
                    Tally.Changes changes = changes(findings, path);
                    return List.of(
                            findings.state(path).name(),
                            path.isEmpty() ? "(whole table)" : path,
                            number(findings.leftDigests().of(path).count()),
                            number(findings.rightDigests().of(path).count()),
                            number(changes.added()),
                            number(changes.removed()),
                            number(changes.changed()));
                })
                .toList();
        return new Table(
                "Partitions that differ",
                List.of(
                        Column.state("state"),
                        Column.code("partition"),
                        Column.number("rows left"),
                        Column.number("rows right"),
                        Column.number("added"),
                        Column.number("removed"),
                        Column.number("changed")),
                rows,
                rows.size(),
                "The map shows all of them.");
    }

    /** The sealed versions of the right side's table; which of them were compared, says their note. */
    private static Section timeline(Findings findings, Ledger ledger) {
        List<TableVersion> versions = new ArrayList<>();
        for (Seal seal : ledger.chain(findings.right().table().tableId()).seals()) {
            versions.add(new TableVersion(
                    seal.version(),
                    Optional.of(seal.sealedAt()),
                    seal.job(),
                    seal.outcome().name(),
                    OptionalLong.of(seal.digest().rows()),
                    seal.digest().hex(),
                    State.UNCHECKED,
                    note(findings, seal)));
        }
        return new Timeline("Sealed versions", versions, "`lakeproof lineage show` has all of them.");
    }

    private static String note(Findings findings, Seal seal) {
        boolean isLeft = findings.left().table().tableId().equals(seal.tableId())
                && findings.left().version() == seal.version();
        boolean isRight = findings.right().version() == seal.version();
        return isLeft && isRight ? "left and right" : isLeft ? "left" : isRight ? "right" : "";
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
