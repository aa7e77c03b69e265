package io.lakeproof.jobs.drill;

import io.lakeproof.aws.ArchivedObjects;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.StandingInput;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.run.Version;
import io.lakeproof.source.InputListing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Makes a version of a clean table again from the inputs that it stands on, all of them in as few runs as their scopes allow: the
 * table is a function of the set of its inputs. A windowed table is made of that.
 */
final class CleanAgain implements Again {
    private static final String REQUEUE = "requeue";
    private static final int NAMED = 20;

    /** Inputs that one run can read. */
    private record Batch(DateScope scope, Optional<Instant> now) {}

    private final Workplace at;
    private final Seal seal;
    private final List<StandingInput> inputs;
    private final Optional<Seal> windowed;
    private final InputListing listing;

    /**
     * Of a version.
     *
     * @param seal of the clean table
     * @param windowed the seal of the windowed table that is to be made of it
     * @throws Failure.Configuration if the settings are not those that it was made with
     */
    CleanAgain(Workplace at, Seal seal, History history, Optional<Seal> windowed) {
        this.at = at;
        this.seal = seal;
        this.windowed = windowed;
        this.listing = listing(at);
        this.inputs = history.inputs();
        requireSameSettings();
    }

    /** Whether runs read the pipeline's inputs whole. */
    static boolean readsWhole(Workplace at) {
        return listing(at).isByDate();
    }

    private static InputListing listing(Workplace at) {
        return new InputListing(
                at.pipeline().source(), DateScope.ALL, at.context().hadoop());
    }

    private void requireSameSettings() {
        PipelineConfig pipeline = at.pipeline();
        TreeSet<String> differing = new TreeSet<>();
        for (StandingInput input : inputs) {
            String expected = input.job().equals(REQUEUE) ? pipeline.requeueDigest() : pipeline.dedupDigest();
            if (!input.configDigest().equals(expected)) {
                differing.add("seal " + input.sequence() + " (" + input.job() + " " + input.runId() + ") has settings "
                        + input.configDigest() + ", these are " + expected
                        + (input.pipeline().equals(pipeline.name())
                                ? ""
                                : "; its pipeline was " + input.pipeline() + ", this is " + pipeline.name()));
            }
        }
        windowed.filter(window -> !window.configDigest().equals(windowDigest()))
                .ifPresent(window -> differing.add("seal " + window.sequence() + " of the windowed table has settings "
                        + window.configDigest() + ", these are " + windowDigest()));
        if (!differing.isEmpty()) {
            throw new Failure.Configuration(
                    "version " + seal.version() + " of " + seal.tablePath() + " was made with other settings: "
                            + String.join("; ", first(List.copyOf(differing)))
                            + (seal.lakeproofVersion().equals(Version.NUMBER)
                                    ? ""
                                    : "; it was made by lakeproof " + seal.lakeproofVersion() + ", this is "
                                            + Version.NUMBER),
                    "Give the configuration that the version was made with, or restore without making it again:"
                            + " --no-recompute.");
        }
    }

    private String windowDigest() {
        return at.pipeline().dedup().window().isPresent() ? at.pipeline().windowDigest() : "without dedup.within";
    }

    @Override
    public List<String> plan() {
        InputCheck check = checked();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "recompute    %,d inputs in %d runs, into %s",
                inputs.size(),
                batches().size(),
                at.scratch().clean()));
        first(check.gone()).forEach(file -> lines.add("gone         " + file));
        first(check.changed()).forEach(file -> lines.add("changed      " + file));
        return lines;
    }

    private InputCheck checked() {
        InputCheck check = InputCheck.of(inputs, listing::stat);
        at.findings().checked(check);
        return check;
    }

    @Override
    public void requireReadable() {
        List<InputFile> read =
                inputs.stream().map(input -> input.input().file()).toList();
        ArchivedObjects.requireReadable(
                read.stream()
                        .filter(file -> !file.isTable())
                        .map(InputFile::path)
                        .toList(),
                at.context().hadoop());
        read.stream()
                .filter(InputFile::isTable)
                .forEach(table -> new DeltaStore(at.context().spark(), table.path())
                        .requireReadable(table.length(), file -> true));
    }

    @Override
    public void make() {
        InputCheck check = checked();
        if (!check.gone().isEmpty()) {
            throw new Failure.Integrity(
                    check.gone().size() + " of " + check.total() + " inputs of version " + seal.version() + " of "
                            + seal.tablePath() + " are gone, so it cannot be made again: "
                            + String.join("; ", first(check.gone())),
                    "Restore these files where they were, or drill with --no-recompute.");
        }
        PipelineConfig pipeline = at.scratch().cleanPipeline(at.pipeline(), windowed.isPresent());
        batches()
                .forEach((batch, files) -> at.jobs().dedup(at.jobContext(batch.now()), pipeline, batch.scope(), files));
        Comparison clean = new Comparison(seal.digest());
        clean.with(at.made(at.scratch().clean(), seal.digest()));
        at.findings().compared(windowed.isPresent() ? "recomputed clean table" : "recomputed", clean);
        windowed.ifPresent(window -> {
            Comparison comparison = new Comparison(window.digest());
            comparison.with(at.made(at.scratch().windowed(), window.digest()));
            at.findings().compared("recomputed", comparison);
        });
    }

    /** The inputs by what a run may read together, in the order in which they were sealed. */
    private Map<Batch, List<InputFile>> batches() {
        boolean together = listing.isByDate() && !listing.hasPathsWithoutDate();
        boolean judgesByClock =
                at.pipeline().dedup().lateness().futureTolerance().isPresent();
        Map<Batch, List<InputFile>> batches = new LinkedHashMap<>();
        inputs.stream()
                .sorted(Comparator.comparingLong(StandingInput::sequence))
                .forEach(input -> {
                    Batch batch = new Batch(
                            together ? DateScope.ALL : input.scope(),
                            judgesByClock ? Optional.of(input.sealedAt()) : Optional.empty());
                    List<InputFile> files = batches.computeIfAbsent(batch, b -> new ArrayList<>());
                    if (files.stream()
                            .noneMatch(file ->
                                    file.path().equals(input.input().file().path()))) {
                        files.add(input.input().file());
                    }
                });
        return batches;
    }

    private static List<String> first(List<String> all) {
        if (all.size() <= NAMED) {
            return all;
        }
        List<String> first = new ArrayList<>(all.subList(0, NAMED));
        first.add("… and " + (all.size() - NAMED) + " more");
        return first;
    }
}
