package io.lakeproof.run;

import io.lakeproof.delta.SessionHadoop;
import io.lakeproof.error.Redactor;
import io.lakeproof.telemetry.RunFacts;
import java.time.Clock;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * What a job gets from outside: nothing in a job reads a clock, draws a number or finds a session by itself.
 *
 * @param spark the session of this run, from {@link Sessions#forRun}
 * @param dryRun plan and say, but write nothing
 * @param facts where the job notes what it learns
 */
public record RunContext(SparkSession spark, Clock clock, String runId, boolean dryRun, RunFacts facts) {
    /** Says what the run does from now on, until the next phase. docs/telemetry.md lists the names. */
    public void phase(String name) {
        facts.trace().phase(name);
    }

    /** Takes secrets out of what leaves the program beside its output. */
    public Redactor redactor() {
        return facts.redactor();
    }

    /** Hadoop's settings, for files outside tables. */
    public Configuration hadoop() {
        return SessionHadoop.of(spark);
    }
}
