package io.lakeproof.jobs.doctor;

import io.lakeproof.config.S3Config.Writers;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.delta.RetentionProperties;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.Pins;
import io.lakeproof.lineage.Promise;
import io.lakeproof.posture.Finding;
import io.lakeproof.posture.LogStoreCheck;
import io.lakeproof.posture.LogStoreCheck.LogStore;
import io.lakeproof.posture.RetentionCheck;
import io.lakeproof.posture.RetentionCheck.Kept;
import io.lakeproof.posture.Severity;
import io.lakeproof.run.Foreign;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import java.util.List;
import java.util.Optional;

/** What Spark and the logs of the tables tell. */
final class TableChecks {
    /** What `retain` keeps at least. */
    private static final int LEAST_DAYS = 7;

    private final RunContext context;
    private final Pins pins;

    TableChecks(RunContext context, String pinsPath) {
        this.context = context;
        this.pins = new Pins(context.spark(), pinsPath);
    }

    Finding logStore(Place place, Writers writers) {
        Optional<String> name = Sessions.logStore(context.spark(), place.scheme());
        boolean isSafe = place.scheme().equals("file")
                ? name.filter(LogStoreCheck.LINKS::equals).isPresent()
                : Sessions.isSafe(name.orElse(""));
        return LogStoreCheck.of(place.name(), new LogStore(place.scheme(), name, isSafe), writers);
    }

    /** One table, whose log is read; a table that cannot be read is a finding and keeps no other from being looked at. */
    Finding retention(Place place, int promisedDays) {
        try {
            DeltaStore store = new DeltaStore(context.spark(), place.path());
            Optional<Snapshot> now = store.current();
            return now.isEmpty()
                    ? new Finding(
                            RetentionCheck.NAME,
                            Severity.INFO,
                            place.name(),
                            "there is no table at " + place.path() + " yet",
                            "The first run makes it, with the retention of the configuration.",
                            "")
                    : retention(place, store.replay(), pins.of(now.get().tableId()), promisedDays);
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            if (Foreign.explained(e) instanceof Failure failure && !(failure instanceof Failure.Conflict)) {
                return new Finding(
                        RetentionCheck.NAME,
                        Severity.ERROR,
                        place.name(),
                        failure.problem(),
                        "Nobody can tell how long the table keeps its versions.",
                        failure.fix());
            }
            throw e;
        }
    }

    private Finding retention(Place place, LogReplay log, List<Pin> held, int promisedDays) {
        Promise promise = Promise.of(
                log, held, Math.max(promisedDays, LEAST_DAYS), context.clock().instant());
        long kept = RetentionProperties.days(log.at(promise.newest()));
        return RetentionCheck.of(
                place.name(),
                place.path(),
                new Kept(kept, promisedDays, promise.neededDays(), promise.wantedDays(), held.size()));
    }
}
