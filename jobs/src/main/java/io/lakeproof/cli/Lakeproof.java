package io.lakeproof.cli;

import io.lakeproof.error.Failure;
import java.time.Clock;

/** The main class of the jar. */
public final class Lakeproof {
    private Lakeproof() {}

    /**
     * Runs one command and exits with its code; a success returns normally, as platforms want that call this as a method.
     *
     * @throws IllegalStateException instead of exiting, on Databricks, whose driver must not be ended by a job
     */
    public static void main(String[] args) {
        int code = new Launcher(System.out, System.err, Clock.systemUTC(), new DriverSession()).run(args);
        if (code == Failure.OK) {
            return;
        }
        if (System.getenv("DATABRICKS_RUNTIME_VERSION") != null) {
            throw new IllegalStateException("lakeproof failed with exit code " + code + "; the RESULT line says why");
        }
        System.exit(code);
    }
}
