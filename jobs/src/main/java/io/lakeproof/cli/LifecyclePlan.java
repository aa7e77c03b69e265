package io.lakeproof.cli;

import io.lakeproof.jobs.lifecycle.PlanJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "plan", description = "Say what apply and rules would do, and what it costs before and after.")
final class LifecyclePlan implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final LifecycleOptions objects = new LifecycleOptions();

    @Mixin
    private final LifecycleOptions.Day day = new LifecycleOptions.Day();

    LifecyclePlan(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run(
                "lifecycle plan",
                common,
                (facts, pipeline) ->
                        new PlanJob(launcher.context(facts, pipeline, true), objects.request(pipeline, day)).run());
    }
}
