package io.lakeproof.jobs.retain;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LoggedVersion;
import io.lakeproof.delta.RetentionProperties;
import io.lakeproof.lineage.Promise;
import io.lakeproof.run.RunContext;

/** Makes Delta keep the log, and let versions be read, for as long as they are promised. */
final class TimeTravel {
    private final RunContext context;
    private final DeltaStore store;

    TimeTravel(RunContext context, DeltaStore store) {
        this.context = context;
        this.store = store;
    }

    /** Sets the table's retention if it is too short. */
    void raise(Promise promise) {
        LoggedVersion now = store.replay().at(promise.newest());
        if (RetentionProperties.days(now) < promise.neededDays()) {
            // The longer of the two is not lowered to be like the other.
            set(Math.max(promise.wantedDays(), RetentionProperties.longestDays(now)));
        } else {
            say("time travel  the table keeps log and files for " + RetentionProperties.days(now) + " days");
        }
    }

    /** Sets the table's retention to what is promised, be it longer or shorter than it was. */
    void set(Promise promise) {
        LoggedVersion now = store.replay().at(promise.newest());
        if (RetentionProperties.days(now) < promise.neededDays()
                || RetentionProperties.longestDays(now) > promise.wantedDays()) {
            set(promise.wantedDays());
        }
    }

    private void set(long days) {
        say("time travel  " + (context.dryRun() ? "would set" : "set")
                + " delta.logRetentionDuration and delta.deletedFileRetentionDuration to " + days + " days");
        if (!context.dryRun()) {
            RetentionProperties.set(context.spark(), store.path(), days);
        }
    }

    private void say(String line) {
        context.facts().say(line);
    }
}
