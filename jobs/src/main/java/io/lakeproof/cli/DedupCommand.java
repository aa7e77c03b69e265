package io.lakeproof.cli;

import io.lakeproof.jobs.dedup.DedupJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "dedup",
        description = "Load raw events into the clean table: one row a key, refused rows to the quarantine, sealed.")
final class DedupCommand implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final ScopeOptions scope = new ScopeOptions();

    DedupCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run(
                "dedup",
                common,
                (facts, pipeline) ->
                        new DedupJob(launcher.context(facts, pipeline, scope.dryRun), pipeline, scope.scope()).run());
    }
}
