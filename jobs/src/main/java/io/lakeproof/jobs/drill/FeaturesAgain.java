package io.lakeproof.jobs.drill;

import static org.apache.spark.sql.functions.lit;

import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.model.CuratedScope;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.report.PartitionState;
import io.lakeproof.report.State;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Makes the partitions of a features table again from the sealed version of their source. All of them from the newest version that
 * one of them was made of, since most days of older versions are still the same; those that then differ, each from its own.
 */
final class FeaturesAgain implements Again {
    private static final String FEATURES = "features";

    private final Workplace at;
    private final Seal seal;
    private final StructType columns;
    private final FeaturesConfig config;
    private final Comparison comparison;

    /** The partitions that can be made again, by the version of the source that each was made of. */
    private final SortedMap<Long, SortedSet<String>> byVersion = new TreeMap<>();

    private final InputFile source;

    /**
     * Of a version.
     *
     * @param columns of the table at that version
     * @throws Failure.Configuration if the settings are not those that its last run had
     */
    FeaturesAgain(Workplace at, Seal seal, History history, StructType columns) {
        this.at = at;
        this.seal = seal;
        this.columns = columns;
        this.config = at.pipeline()
                .features()
                .orElseThrow(() -> at.pipeline()
                        .problem("features", "is missing", "Add the section, or drill with --no-recompute."));
        requireSameSettings();
        this.comparison = new Comparison(seal.digest());
        Optional<InputFile> newest = Optional.empty();
        for (String path : seal.digest().partitions().keySet()) {
            History.Writer writer = history.writers().get(path);
            Optional<InputFile> table = table(path, writer);
            if (table.isPresent()) {
                byVersion
                        .computeIfAbsent(table.get().length(), v -> new TreeSet<>())
                        .add(path);
                newest = newest.filter(file -> file.length() >= table.get().length())
                        .or(() -> table);
            }
        }
        this.source = newest.orElseThrow(() -> new Failure.Configuration(
                "no partition of version " + seal.version() + " of " + seal.tablePath()
                        + " was made with these settings",
                "Give the configuration that it was made with, or drill with --no-recompute."));
    }

    private void requireSameSettings() {
        if (seal.job().equals(FEATURES) && !seal.configDigest().equals(config.featuresDigest())) {
            throw at.pipeline()
                    .problem(
                            "features",
                            "is not what version " + seal.version() + " of " + seal.tablePath()
                                    + " was made with: seal " + seal.sequence() + " has settings "
                                    + seal.configDigest()
                                    + seal.model()
                                            .map(model -> ", model " + model.name() + " with definitions "
                                                    + model.definitions())
                                            .orElse("")
                                    + "; these are " + config.featuresDigest() + ", model " + config.version()
                                    + " with definitions " + config.definitionsDigest(),
                            "Give the configuration that the version was made with, or drill with --no-recompute.");
        }
    }

    /** The table that a partition was made of; empty, and noted, if it cannot be made again with these settings. */
    private Optional<InputFile> table(String path, History.@Nullable Writer writer) {
        if (writer == null || !writer.job().equals(FEATURES) || writer.source().isEmpty()) {
            comparison.note(path, State.UNCHECKED, "written by " + (writer == null ? "nobody known" : writer.job()));
            return Optional.empty();
        }
        if (!writer.configDigest().equals(config.featuresDigest())) {
            comparison.note(
                    path,
                    State.UNCHECKED,
                    "made with other settings, " + writer.configDigest() + ", by seal " + writer.sequence());
            return Optional.empty();
        }
        return writer.source().map(SealedInput::file);
    }

    @Override
    public List<String> plan() {
        List<String> lines = new ArrayList<>();
        lines.add("recompute    " + partitions().size() + " partitions of model " + config.version() + " from version "
                + source.length() + " of " + config.source()
                + ", and those that differ from the version that they were made"
                + " of, into " + at.scratch().features(source.length()));
        if (comparison.count(State.UNCHECKED) > 0) {
            lines.add("             " + comparison.count(State.UNCHECKED)
                    + " partitions of other settings or jobs are not made again");
        }
        return lines;
    }

    /** Of the version that all are made from first; those of others are looked at when they are needed. */
    @Override
    public void requireReadable() {
        source().requireReadable(source.length(), file -> true);
    }

    private DeltaStore source() {
        return new DeltaStore(at.context().spark(), at.request().sourceBackup().orElse(config.source()));
    }

    @Override
    public void make() {
        make(source.length(), partitions());
        at.findings().compared("recomputed", comparison);
        SortedSet<String> differing = new TreeSet<>(comparison.bad().stream()
                .map(PartitionState::path)
                .filter(partitions()::contains)
                .toList());
        byVersion.forEach((version, paths) -> {
            SortedSet<String> own = new TreeSet<>(paths);
            own.retainAll(differing);
            if (version != source.length() && !own.isEmpty()) {
                make(version, own);
            }
        });
    }

    private void make(long version, SortedSet<String> paths) {
        restoreSource(version);
        TreeSet<LocalDate> dates = new TreeSet<>();
        paths.forEach(path ->
                CuratedScope.date(path, config.version()).map(LocalDate::parse).ifPresent(dates::add));
        at.jobs()
                .features(
                        at.jobContext(Optional.empty()),
                        at.scratch().featuresPipeline(at.pipeline(), version),
                        new DateScope(Optional.of(dates.first()), Optional.of(dates.last())));
        comparison.with(made(version), paths);
    }

    /** The digest of what was made, with the columns that other model versions have added to the table: null, but part of a row. */
    private TableDigest made(long version) {
        DeltaStore store = new DeltaStore(at.context().spark(), at.scratch().features(version));
        if (!store.exists()) {
            return at.made(store.path(), seal.digest());
        }
        Dataset<Row> rows = store.read();
        List<String> there = List.of(rows.columns());
        for (StructField field : columns.fields()) {
            if (!there.contains(field.name())) {
                rows = rows.withColumn(field.name(), lit(null).cast(field.dataType()));
            }
        }
        return TableDigest.of(rows.schema(), ContentDigest.of(rows, store.partitionColumns()));
    }

    private void restoreSource(long version) {
        DeltaStore store = source();
        String path = store.path();
        String id = String.valueOf(source.etag());
        String now = store.current().map(Snapshot::tableId).orElse("");
        if (!now.equals(id)) {
            throw new Failure.Integrity(
                    "the features were made of the table with id " + id + ", and " + path + " is "
                            + (now.isEmpty() ? "no Delta table" : "the one with id " + now),
                    "Name a copy of that table with --source-backup.");
        }
        Seal sealed = at.ledger()
                .atOrBefore(id, version)
                .filter(found -> found.version() == version)
                .orElseThrow(() -> new Failure.Integrity(
                        "no seal in " + at.ledger().path() + " for version " + version + " of " + config.source()
                                + ", which the features were made of",
                        "Name the ledger that the tables were written with."));
        Comparison restored =
                at.restore().of(store, version, sealed, at.scratch().source(version));
        at.findings().compared("restored version " + version + " of the source", restored);
        if (!restored.bad().isEmpty()) {
            throw new Failure.Integrity(
                    "the features cannot be made again: version " + version + " of " + path
                            + ", which they were made of, is not what was sealed:\n  "
                            + String.join(
                                    "\n  ",
                                    restored.bad().stream()
                                            .map(Comparison::line)
                                            .toList()),
                    "Name a copy of the source with --source-backup, or drill with --no-recompute.");
        }
    }

    private SortedSet<String> partitions() {
        SortedSet<String> all = new TreeSet<>();
        byVersion.values().forEach(all::addAll);
        return all;
    }
}
