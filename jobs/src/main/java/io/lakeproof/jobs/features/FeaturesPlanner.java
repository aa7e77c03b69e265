package io.lakeproof.jobs.features;

import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.ModelWrite;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.SealedSource;
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
final class FeaturesPlanner {
    private final PipelineConfig pipeline;
    private final FeaturesConfig config;
    private final FeaturesRequest request;
    private final Ledger ledger;
    private final String target;

    FeaturesPlanner(PipelineConfig pipeline, FeaturesConfig config, FeaturesRequest request, Ledger ledger) {
        this.pipeline = pipeline;
        this.config = config;
        this.request = request;
        this.ledger = ledger;
        this.target = config.target();
    }

    FeaturesPlan plan(FeatureInputs inputs, TableState state) {
        ModelVersion model = new ModelVersion(config.version(), config.definitionsDigest());
        List<ModelWrite> writes = state.newest()
                .map(seal -> ledger.writesOf(seal.tableId(), model.name()))
                .orElse(List.of());
        requireSameDefinitions(writes, model);
        SortedMap<String, ModelWrite> writers = new TreeMap<>();
        writes.forEach(write -> write.dates().forEach(date -> writers.put(date, write)));
        SortedSet<String> stored = stored(state, model);
        SortedSet<String> chosen = chosen(inputs, stored, writers);
        CuratedScope scope = new CuratedScope(request.scope(), model, chosen);
        SealedInput input = input(inputs, chosen);
        RunKey runKey = runKey(input, chosen);
        return new FeaturesPlan(
                state,
                writers,
                scope,
                input,
                runKey,
                sealed(state, writers, chosen, runKey),
                stale(stored, writers, model, chosen));
    }

    private void requireSameDefinitions(List<ModelWrite> writes, ModelVersion model) {
        if (writes.isEmpty() || request.specChange() == FeaturesRequest.Permission.ALLOWED) {
            return;
        }
        ModelWrite newest = writes.get(writes.size() - 1);
        if (!newest.definitions().equals(model.definitions())) {
            throw pipeline.problem(
                    "features.version",
                    "= \"" + model.name() + "\" is bound to other definitions in " + target + " (digest "
                            + newest.definitions() + ", run " + newest.runId() + "; now " + model.definitions() + ")",
                    "Give the new definitions a version of their own; or rebuild this one with --allow-spec-change, which"
                            + " makes all that is stored of it stale.");
        }
    }

    /** The dates of which the features table has rows of the model version. */
    private static SortedSet<String> stored(TableState state, ModelVersion model) {
        return state.newest().stream()
                .flatMap(seal -> seal.digest().partitions().keySet().stream())
                .flatMap(path -> CuratedScope.date(path, model.name()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private SortedSet<String> chosen(
            FeatureInputs inputs, SortedSet<String> stored, SortedMap<String, ModelWrite> writers) {
        SortedSet<String> all = inputs.dates().all();
        all.addAll(stored);
        all.removeIf(date -> !request.scope().contains(date));
        return switch (request.mode()) {
            case SCOPE -> all;
            case MISSING -> {
                all.removeAll(writers.keySet());
                yield all;
            }
            case CHANGED -> {
                RowReach rowReach = new RowReach(inputs.entities(), inputs.dates(), DateWalk.FIRST_ROWS);
                yield new ChangedDates(inputs.dates(), inputs.reach(), rowReach, config.featuresDigest())
                        .of(all, writers);
            }
        };
    }

    /** The source with every partition that the rows of the dates can depend on. */
    private static SealedInput input(FeatureInputs inputs, SortedSet<String> chosen) {
        SourceDates dates = inputs.dates();
        SealedSource source = inputs.source();
        SortedSet<String> seen = new TreeSet<>();
        if (!chosen.isEmpty()) {
            seen.addAll(
                    inputs.entities().isEmpty()
                            ? inputs.reach().back(chosen, dates.all())
                            : dates.all().headSet(chosen.last() + "\0"));
        }
        return new SealedInput(
                new InputFile(
                        InputListing.ofUri(InputListing.toUri(source.path())),
                        source.seal().version(),
                        0,
                        source.seal().tableId()),
                List.copyOf(dates.among(chosen)),
                dates.digests(seen));
    }

    /**
     * The key is made of the content of the partitions and not of the source's version: a commit to other dates does not
     * change it.
     */
    private RunKey runKey(SealedInput input, Collection<String> chosen) {
        Sha256 settings = new Sha256().text(config.featuresDigest()).number(chosen.size());
        chosen.forEach(settings::text);
        List<InputFile> partitions = input.partitions().entrySet().stream()
                .map(partition ->
                        new InputFile(input.file().path() + "/" + partition.getKey(), 0, 0, partition.getValue()))
                .toList();
        return RunKey.of(
                "features " + pipeline.name(), target, request.scope(), new Manifest(partitions), settings.hex());
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

    private static SortedSet<String> stale(
            SortedSet<String> stored,
            SortedMap<String, ModelWrite> writers,
            ModelVersion model,
            SortedSet<String> chosen) {
        SortedSet<String> stale = new TreeSet<>(stored);
        stale.removeAll(chosen);
        stale.removeIf(date -> {
            ModelWrite writer = writers.get(date);
            return writer != null && writer.definitions().equals(model.definitions());
        });
        return stale;
    }
}
