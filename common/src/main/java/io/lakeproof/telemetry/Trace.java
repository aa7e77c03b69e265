package io.lakeproof.telemetry;

import java.util.Optional;
import org.apache.spark.SparkContext;

/**
 * What a run tells while it goes on: the phases that it enters, and the Spark jobs in them. A trace never changes how a run
 * ends, and throws nothing.
 */
public interface Trace {
    /** Of a run that nobody traces. */
    Trace NONE = new Trace() {
        @Override
        public void phase(String name) {}

        @Override
        public void watch(SparkContext spark) {}

        @Override
        public Optional<String> end(RunResult result) {
            return Optional.empty();
        }
    };

    /** Ends the phase before, and begins one. */
    void phase(String name);

    /** Adds the Spark jobs that the calling thread, and those that it starts, run from now on. */
    void watch(SparkContext spark);

    /**
     * Ends the trace and sends what is left of it, for a limited time.
     *
     * @return what was not delivered, in words; empty if nothing is missing
     */
    Optional<String> end(RunResult result);
}
