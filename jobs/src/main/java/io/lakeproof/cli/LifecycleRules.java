package io.lakeproof.cli;

import io.lakeproof.jobs.lifecycle.RulesJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rules",
        description = "Show how the bucket's lifecycle rules differ from what they shall be, and write ours.")
final class LifecycleRules implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final TableOption table = new TableOption();

    @Option(names = "--remove", description = "Take the table's rules out.")
    private boolean remove;

    @Option(names = "--dry-run", description = "Show the difference, and write nothing.")
    private boolean dryRun;

    LifecycleRules(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run(
                "lifecycle rules",
                common,
                (facts, pipeline) -> new RulesJob(
                                launcher.context(facts, pipeline, dryRun), LifecycleOptions.whole(pipeline, table))
                        .run(remove));
    }
}
