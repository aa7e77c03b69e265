package io.lakeproof.jobs.features;

import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lineage.ModelWrite;
import io.lakeproof.lineage.SealedSource;
import io.lakeproof.lineage.SourceDates;
import io.lakeproof.run.ChangedDates;
import io.lakeproof.run.CuratedPlanner;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/** The source of a features run, known to have what the features need. */
final class FeatureInputs implements CuratedPlanner.Dependence {
    private final FeaturesConfig config;
    private final FeatureWindows windows;
    private final SourceDates dates;
    private final FiniteInputs finite;
    private final EntityRows entities;
    private final TimeReach reach;

    /** @throws io.lakeproof.error.Failure.Configuration if the source lacks a column, or an expression does not fit it */
    FeatureInputs(PipelineConfig pipeline, FeaturesConfig config, SealedSource source) {
        this.config = config;
        this.dates = dates(pipeline, source);
        this.windows = FeatureWindows.of(pipeline, source.rows());
        this.finite = new FiniteInputs(config.define(), source.rows());
        this.entities = new EntityRows(config, windows.reach(), dates, finite);
        this.reach = new TimeReach(windows.reach(), config.zone());
    }

    private static SourceDates dates(PipelineConfig pipeline, SealedSource source) {
        try {
            return new SourceDates(source, Optional.empty());
        } catch (IllegalArgumentException e) {
            throw pipeline.problem(
                    "features.source",
                    "= \"" + source.path() + "\" " + e.getMessage(),
                    "Name a clean table that `dedup` has made.");
        }
    }

    FeatureWindows windows() {
        return windows;
    }

    @Override
    public SourceDates dates() {
        return dates;
    }

    FiniteInputs finite() {
        return finite;
    }

    EntityRows entities() {
        return entities;
    }

    TimeReach reach() {
        return reach;
    }

    @Override
    public SortedSet<String> changed(SortedSet<String> among, SortedMap<String, ModelWrite> writers) {
        RowReach further = new RowReach(entities, dates, DateWalk.FIRST_ROWS);
        return new ChangedDates(dates, reach::back, further, config.featuresDigest()).of(among, writers);
    }

    @Override
    public SortedSet<String> reachedFrom(SortedSet<String> chosen) {
        return entities.isEmpty()
                ? reach.back(chosen, dates.all())
                : dates.all().headSet(chosen.last() + "\0");
    }

    /** The rows to make the features of some dates. */
    FeatureRows rows(SortedSet<String> wanted) {
        return new FeatureRows(this, wanted);
    }
}
