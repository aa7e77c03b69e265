package io.lakeproof.jobs.dedup;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;

/**
 * Tries refused lines again with the present settings and adds those that are accepted to the clean table, as if they had been
 * accepted when their inputs were read; the others stay refused, with the reason that they have now. docs/quarantine.md has
 * the rules.
 */
public final class RequeueJob {
    private final DedupJob job;

    public RequeueJob(RunContext context, PipelineConfig pipeline, RequeueSelection selection) {
        this.job = new DedupJob(
                context,
                pipeline,
                DateScope.ALL,
                (store, ledger) -> new RequeueIntake(context, pipeline, selection, store, ledger));
    }

    /**
     * Runs the job.
     *
     * @throws io.lakeproof.error.Failure as of {@link DedupJob}; also 66 if there is no table yet, and 78 if the source has no
     *     lines
     */
    public Outcome run() {
        return job.run();
    }
}
