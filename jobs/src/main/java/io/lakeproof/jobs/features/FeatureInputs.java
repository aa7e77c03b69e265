package io.lakeproof.jobs.features;

import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lineage.SealedSource;
import java.util.SortedSet;

/** The source of a features run, known to have what the features need. */
final class FeatureInputs {
    private final FeatureWindows windows;
    private final SealedSource source;
    private final SourceDates dates;
    private final FiniteInputs finite;
    private final EntityRows entities;
    private final TimeReach reach;

    /** @throws io.lakeproof.error.Failure.Configuration if the source lacks a column, or an expression does not fit it */
    FeatureInputs(PipelineConfig pipeline, FeaturesConfig config, SealedSource source) {
        this.source = source;
        this.dates = new SourceDates(source, pipeline);
        this.windows = FeatureWindows.of(pipeline, source.rows());
        this.finite = new FiniteInputs(config.define(), source.rows());
        this.entities = new EntityRows(config, windows.reach(), dates, finite);
        this.reach = new TimeReach(windows.reach(), config.zone());
    }

    FeatureWindows windows() {
        return windows;
    }

    SealedSource source() {
        return source;
    }

    SourceDates dates() {
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

    /** The rows to make the features of some dates. */
    FeatureRows rows(SortedSet<String> wanted) {
        return new FeatureRows(this, wanted);
    }
}
