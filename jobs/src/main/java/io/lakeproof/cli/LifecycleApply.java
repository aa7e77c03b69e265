package io.lakeproof.cli;

import io.lakeproof.jobs.lifecycle.ApplyJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "apply", description = "Write the tags of the objects whose tags are not what they shall be.")
final class LifecycleApply implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final LifecycleOptions objects = new LifecycleOptions();

    @Mixin
    private final LifecycleOptions.Day day = new LifecycleOptions.Day();

    @Option(names = "--dry-run", description = "Read and count, and write nothing.")
    private boolean dryRun;

    LifecycleApply(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run(
                "lifecycle apply",
                common,
                (facts, pipeline) ->
                        new ApplyJob(launcher.context(facts, pipeline, dryRun), objects.request(pipeline, day)).run());
    }
}
