package io.lakeproof.cli;

import io.lakeproof.jobs.lifecycle.RestoreJob;
import io.lakeproof.lifecycle.Archive;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "restore", description = "Ask for copies of archived objects that a version needs.")
final class LifecycleRestore implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final LifecycleOptions objects = new LifecycleOptions();

    @Option(names = "--version", paramLabel = "N", description = "The Delta version. Default: the newest.")
    private Optional<Long> version = Optional.empty();

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "7",
            description = "How many days the copies stay. Default: ${DEFAULT-VALUE}.")
    private int days = 7;

    @Option(
            names = "--speed",
            paramLabel = "SPEED",
            defaultValue = "STANDARD",
            description =
                    "expedited (minutes, not from DEEP_ARCHIVE), standard (hours) or bulk (up to two days). Default: standard.")
    private Archive.Speed speed = Archive.Speed.STANDARD;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            description = "Wait until all can be read, at most so long, for example PT12H; then 75.")
    private Optional<Duration> most = Optional.empty();

    @Option(names = "--dry-run", description = "List what would be asked for, and ask for nothing.")
    private boolean dryRun;

    LifecycleRestore(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("lifecycle restore", common, (facts, pipeline) -> {
            LifecycleOptions.requireDays(days);
            return new RestoreJob(launcher.context(facts, pipeline, dryRun), objects.request(pipeline))
                    .run(new RestoreJob.Order(version, days, speed, most));
        });
    }
}
