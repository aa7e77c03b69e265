package io.lakeproof.jobs.curate;

import io.lakeproof.config.CurateConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.lineage.ModelWrite;
import io.lakeproof.lineage.SealedSource;
import io.lakeproof.lineage.SourceDates;
import io.lakeproof.run.ChangedDates;
import io.lakeproof.run.CuratedPlanner;
import java.util.SortedMap;
import java.util.SortedSet;

/** The source of a curate run: a date's rows are made of the same date's rows, and of nothing else. */
final class CurateInputs implements CuratedPlanner.Dependence {
    private final CurateConfig config;
    private final SourceDates dates;
    private final Selection selection;

    /** @throws io.lakeproof.error.Failure.Configuration if the select does not fit the source */
    CurateInputs(PipelineConfig pipeline, CurateConfig config, SealedSource source) {
        this.config = config;
        this.dates = dates(pipeline, config, source);
        this.selection = new Selection(pipeline, config, dates.partitionColumns(), source.rows());
    }

    private static SourceDates dates(PipelineConfig pipeline, CurateConfig config, SealedSource source) {
        try {
            return new SourceDates(source, config.sourceModel());
        } catch (IllegalArgumentException e) {
            throw pipeline.problem(
                    "curate.source",
                    "= \"" + source.path() + "\" " + e.getMessage(),
                    "Name a sealed table by event_date, or one by year, month, day and model with its source-model.");
        }
    }

    @Override
    public SourceDates dates() {
        return dates;
    }

    Selection selection() {
        return selection;
    }

    @Override
    public SortedSet<String> changed(SortedSet<String> among, SortedMap<String, ModelWrite> writers) {
        return new ChangedDates(dates, date -> date, ChangedDates.Further.NONE, config.curateDigest())
                .of(among, writers);
    }

    @Override
    public SortedSet<String> reachedFrom(SortedSet<String> chosen) {
        return chosen;
    }
}
