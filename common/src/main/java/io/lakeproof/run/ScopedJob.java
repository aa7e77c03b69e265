package io.lakeproof.run;

import java.util.SortedSet;

/** A job that builds dates of one model version of a curated table, any dates in any order with the same result. */
public interface ScopedJob {
    /** The dates that a run would build now. */
    SortedSet<String> datesToBuild();

    /**
     * Runs the job; what it learned is in the context's facts.
     *
     * @throws io.lakeproof.error.Failure as the exit codes of the documentation say
     */
    CuratedRun run();
}
