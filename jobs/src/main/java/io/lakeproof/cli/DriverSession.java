package io.lakeproof.cli;

import io.lakeproof.run.Sessions;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The session of this driver: the platform's if it has one, otherwise our own, which is stopped at the end. */
final class DriverSession implements SessionSource {
    private @Nullable SparkSession started;

    @Override
    public SparkSession open() {
        boolean found = SparkSession.getDefaultSession().isDefined();
        SparkSession session = Sessions.open("lakeproof");
        if (!found) {
            started = session;
        }
        return session;
    }

    @Override
    public void close() {
        if (started != null) {
            started.stop();
        }
    }
}
