package io.lakeproof.run;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.ModelWrite;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.SealedSource;
import io.lakeproof.lineage.SourceDates;
import io.lakeproof.lineage.TableState;
import io.lakeproof.model.CuratedScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Manifest;
import io.lakeproof.model.ModelVersion;
import io.lakeproof.model.RunKey;
import io.lakeproof.model.Sha256;
import io.lakeproof.source.InputListing;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Chooses the dates to build, from what the ledger says of the source and of the model version. */
public final class CuratedPlanner {
    /**
     * What is built, and from which settings.
     *
     * @param job its name, which is also that of its section in the configuration
     * @param model the version, bound to its definitions
     * @param configDigest of all settings that shape the rows
     */
    public record Work(String job, String target, ModelVersion model, String configDigest) {}

    /** What the rows of a date are made from. */
    public interface Dependence {
        SourceDates dates();

        /** Those of some dates whose rows can differ from what is stored. */
        SortedSet<String> changed(SortedSet<String> dates, SortedMap<String, ModelWrite> writers);

        /** The dates of the source that the rows of some dates can depend on. */
        SortedSet<String> reachedFrom(SortedSet<String> chosen);
    }

    private final PipelineConfig pipeline;
    private final Work work;
    private final CuratedRequest request;
    private final Ledger ledger;

    public CuratedPlanner(PipelineConfig pipeline, Work work, CuratedRequest request, Ledger ledger) {
        this.pipeline = pipeline;
        this.work = work;
        this.request = request;
        this.ledger = ledger;
    }

    /**
     * Makes the plan.
     *
     * @throws io.lakeproof.error.Failure.Configuration if the model version has other definitions, unless that is allowed
     */
    public CuratedPlan plan(Dependence dependence, TableState state) {
        List<ModelWrite> writes = state.newest()
                .map(seal -> ledger.writesOf(seal.tableId(), work.model().name()))
                .orElse(List.of());
        requireSameDefinitions(writes);
        SortedMap<String, ModelWrite> writers = new TreeMap<>();
        writes.forEach(write -> write.dates().forEach(date -> writers.put(date, write)));
        SortedSet<String> stored = stored(state);
        SortedSet<String> chosen = chosen(dependence, stored, writers);
        CuratedScope scope = new CuratedScope(request.scope(), work.model(), chosen);
        SealedInput input = input(dependence, chosen);
        RunKey runKey = runKey(input, chosen);
        return new CuratedPlan(
                state,
                writers,
                scope,
                input,
                runKey,
                sealed(state, writers, chosen, runKey),
                stale(stored, writers, chosen));
    }

    private void requireSameDefinitions(List<ModelWrite> writes) {
        if (writes.isEmpty() || request.specChange() == CuratedRequest.Permission.ALLOWED) {
            return;
        }
        ModelVersion model = work.model();
        ModelWrite newest = writes.get(writes.size() - 1);
        if (!newest.definitions().equals(model.definitions())) {
            throw pipeline.problem(
                    work.job() + ".version",
                    "= \"" + model.name() + "\" is bound to other definitions in " + work.target() + " (digest "
                            + newest.definitions() + ", run " + newest.runId() + "; now " + model.definitions() + ")",
                    "Give the new definitions a version of their own; or rebuild this one with --allow-spec-change, which"
                            + " makes all that is stored of it stale.");
        }
    }

    /** The dates of which the table has rows of the model version. */
    private SortedSet<String> stored(TableState state) {
        return state.newest().stream()
                .flatMap(seal -> seal.digest().partitions().keySet().stream())
                .flatMap(path -> CuratedScope.date(path, work.model().name()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private SortedSet<String> chosen(
            Dependence dependence, SortedSet<String> stored, SortedMap<String, ModelWrite> writers) {
        SortedSet<String> all = dependence.dates().all();
        all.addAll(stored);
        all.removeIf(date -> !request.scope().contains(date));
        return switch (request.mode()) {
            case SCOPE -> all;
            case MISSING -> {
                all.removeAll(writers.keySet());
                yield all;
            }
            case CHANGED -> dependence.changed(all, writers);
        };
    }

    /** The source with every partition that the rows of the dates can depend on. */
    private static SealedInput input(Dependence dependence, SortedSet<String> chosen) {
        SourceDates dates = dependence.dates();
        SealedSource source = dates.source();
        return new SealedInput(
                new InputFile(
                        InputListing.ofUri(InputListing.toUri(source.path())),
                        source.seal().version(),
                        0,
                        source.seal().tableId()),
                List.copyOf(dates.among(chosen)),
                dates.digests(chosen.isEmpty() ? chosen : dependence.reachedFrom(chosen)));
    }

    /**
     * The key is made of the content of the partitions and not of the source's version: a commit to other dates does not
     * change it.
     */
    private RunKey runKey(SealedInput input, Collection<String> chosen) {
        Sha256 settings = new Sha256().text(work.configDigest()).number(chosen.size());
        chosen.forEach(settings::text);
        List<InputFile> partitions = input.partitions().entrySet().stream()
                .map(partition ->
                        new InputFile(input.file().path() + "/" + partition.getKey(), 0, 0, partition.getValue()))
                .toList();
        return RunKey.of(
                work.job() + " " + pipeline.name(),
                work.target(),
                request.scope(),
                new Manifest(partitions),
                settings.hex());
    }

    /** The seal with the run key, if it is the last that wrote each of the dates. */
    private Optional<Seal> sealed(
            TableState state, SortedMap<String, ModelWrite> writers, SortedSet<String> chosen, RunKey runKey) {
        boolean all = !chosen.isEmpty()
                && chosen.stream()
                        .allMatch(date -> writers.containsKey(date)
                                && writers.get(date).runKey().equals(runKey.hex()));
        return all ? ledger.byRunKey(state.newest().orElseThrow().tableId(), runKey.hex()) : Optional.empty();
    }

    private SortedSet<String> stale(
            SortedSet<String> stored, SortedMap<String, ModelWrite> writers, SortedSet<String> chosen) {
        SortedSet<String> stale = new TreeSet<>(stored);
        stale.removeAll(chosen);
        stale.removeIf(date -> {
            ModelWrite writer = writers.get(date);
            return writer != null && writer.definitions().equals(work.model().definitions());
        });
        return stale;
    }
}
