package io.lakeproof.jobs.drill;

import io.lakeproof.error.Failure;
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
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.Drilled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a drill says at its end: lines for the terminal, and the file. */
final class DrillReport {
    private static final double MILLIS = 1000.0;

    private final RunContext context;
    private final DrillRequest request;
    private final Findings findings;

    DrillReport(RunContext context, DrillRequest request, Findings findings) {
        this.context = context;
        this.request = request;
        this.findings = findings;
    }

    /** Every comparison that was made found what was sealed. */
    void succeeded() {
        say();
        long unchecked = findings.comparisons().values().stream()
                .mapToLong(comparison -> comparison.count(State.UNCHECKED))
                .sum();
        String restored = "The restored version is what was sealed";
        String both = request.recompute() ? restored + ", and so is what was made again from its inputs" : restored;
        write(
                unchecked == 0
                        ? Verdict.good("OK", both + ".")
                        : Verdict.uncertain(
                                "OK IN PART",
                                both + ", but " + unchecked + " partitions of other settings were not made again."));
    }

    /** The file, whatever went wrong; a second failure does not hide the first. */
    void failed(Throwable problem) {
        say();
        boolean differs = problem instanceof Failure.Integrity;
        String first = String.valueOf(problem.getMessage())
                .lines()
                .findFirst()
                .orElse("")
                .replaceAll(":$", ".");
        try {
            write(differs ? Verdict.bad("FAILED", first) : Verdict.uncertain("NOT DONE", first));
        } catch (Failure e) {
            problem.addSuppressed(e);
        }
    }

    private Drilled drilled() {
        return findings.drilled(request.source(), request.scratch());
    }

    private void say() {
        findings.restorable().ifPresent(version -> {
            line(
                    "drilled",
                    request.table() + ", version " + version.version() + ", from " + request.source() + " into "
                            + request.scratch());
            line("digest", version.seal().digest().hex());
        });
        findings.comparisons().forEach((what, comparison) -> line(what.split(" ", 2)[0], said(what, comparison)));
        findings.inputs()
                .filter(inputs -> !inputs.changed().isEmpty() || !inputs.gone().isEmpty())
                .ifPresent(inputs -> line(
                        "inputs",
                        inputs.gone().size() + " of " + inputs.total() + " are gone, "
                                + inputs.changed().size() + " changed since"));
        Drilled drilled = drilled();
        drilled.recovery().ifPresent(time -> line("recovery", recovery(drilled, time)));
        findings.restorable().ifPresent(version -> line("point", point(drilled)));
    }

    private static String said(String what, Comparison comparison) {
        String unchecked = comparison.count(State.UNCHECKED) == 0
                ? ""
                : ", " + comparison.count(State.UNCHECKED) + " not made again";
        return comparison.count(State.OK) + " of " + comparison.states().size() + " partitions as sealed" + unchecked
                + (what.contains(" ") ? " (" + what + ")" : "");
    }

    private static String recovery(Drilled drilled, Duration time) {
        return String.format(
                Locale.ROOT,
                "%s to a restored and compared version: %,d rows, %,d bytes%s%s",
                seconds(time),
                drilled.rows(),
                drilled.bytes(),
                drilled.perSecond(drilled.rows())
                        .map(rows -> String.format(Locale.ROOT, ", %,d rows a second", rows))
                        .orElse(""),
                drilled.recomputation()
                        .map(again -> "; " + seconds(again) + " to make it again")
                        .orElse(""));
    }

    private static String point(Drilled drilled) {
        return (drilled.behind() == 0
                        ? "the newest sealed version"
                        : drilled.behind() + " versions behind, " + seconds(drilled.point()) + " before the newest")
                + "; sealed " + seconds(drilled.age()) + " ago";
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%,.1f s", time.toMillis() / MILLIS);
    }

    private void line(String name, String text) {
        context.facts().say(String.format("%-12s %s", name, text));
    }

    private void write(Verdict verdict) {
        request.report().ifPresent(uri -> {
            new Report("Lakeproof drill", request.table(), verdict, facts(), sections())
                    .write(context.hadoop(), uri, context.redactor());
            line("report", uri);
        });
    }

    private List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        Drilled drilled = drilled();
        findings.restorable().ifPresent(version -> {
            Seal seal = version.seal();
            facts.add(Fact.text(
                    "version",
                    version.version() + request.pin().map(pin -> ", pin " + pin).orElse("")));
            facts.add(Fact.text(
                    "rows", String.format(Locale.ROOT, "%,d", seal.digest().rows())));
            facts.add(Fact.text(
                    "recovery time",
                    drilled.recovery().map(DrillReport::seconds).orElse("not reached")));
            facts.add(Fact.text("recovery point", point(drilled)));
            facts.add(Fact.text(
                    "time to make it again",
                    drilled.recomputation().map(DrillReport::seconds).orElse("not done")));
            facts.add(Fact.text("restored bytes", String.format(Locale.ROOT, "%,d", drilled.bytes())));
            facts.add(Fact.text("seal", seal.sequence() + " of " + seal.sealedAt()));
            facts.add(Fact.code("digest", seal.digest().hex()));
            facts.add(Fact.code("seal digest", seal.hex()));
        });
        facts.add(Fact.code("restored from", request.source()));
        facts.add(Fact.code("scratch", request.scratch()));
        facts.add(Fact.text("run", context.runId() + " at " + context.clock().instant()));
        return facts;
    }

    private List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        sections.add(Table.of(
                "What differs",
                List.of(Column.text("step"), Column.code("partition"), Column.state("state"), Column.text("what")),
                differences()));
        findings.comparisons()
                .forEach((what, comparison) ->
                        sections.add(new PartitionMap("Partitions, " + what, comparison.states(), "")));
        findings.inputs()
                .ifPresent(inputs -> sections.add(Table.of(
                        "Inputs that are not what was read",
                        List.of(Column.text("state"), Column.code("input")),
                        inputs(inputs))));
        sections.add(new Timeline("Versions", versions(), "`lakeproof lineage show` lists all."));
        sections.add(new Notes("Notes", findings.notes()));
        return sections;
    }

    private List<List<String>> differences() {
        List<List<String>> rows = new ArrayList<>();
        findings.comparisons().forEach((what, comparison) -> {
            for (PartitionState state : comparison.bad()) {
                rows.add(List.of(what, state.path(), state.state().name(), state.note()));
            }
        });
        return rows;
    }

    private static List<List<String>> inputs(InputCheck inputs) {
        List<List<String>> rows = new ArrayList<>();
        inputs.gone().forEach(file -> rows.add(List.of("gone", file)));
        inputs.changed().forEach(file -> rows.add(List.of("changed", file)));
        return rows;
    }

    /** The version that was drilled has a state; of the others nothing was read. */
    private List<TableVersion> versions() {
        Optional<Restorable> drilled = findings.restorable();
        boolean isBad = !findings.differences().isEmpty();
        boolean isRead = !findings.comparisons().isEmpty();
        return findings.versions().stream()
                .map(version -> drilled.filter(d -> isRead && d.seal().version() == version.version())
                        .map(d -> new TableVersion(
                                version.version(),
                                version.time(),
                                version.job(),
                                version.outcome(),
                                version.rows(),
                                version.digest(),
                                isBad ? State.DIFFERS : State.OK,
                                "drilled"))
                        .orElse(version))
                .toList();
    }
}
