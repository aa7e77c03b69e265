package io.lakeproof.jobs.drill;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.run.RunContext;
import java.util.List;

/** The jobs that make the tables which a drill makes again; whoever starts a drill knows them, since jobs do not know each other. */
public interface Recompute {
    /**
     * Loads inputs into the pipeline's clean table, and brings its windowed table up, if it has one.
     *
     * @param inputs files as they are now, and tables at the versions that are named
     */
    void dedup(RunContext context, PipelineConfig pipeline, DateScope scope, List<InputFile> inputs);

    /** Builds the pipeline's features of a scope. */
    void features(RunContext context, PipelineConfig pipeline, DateScope scope);
}
