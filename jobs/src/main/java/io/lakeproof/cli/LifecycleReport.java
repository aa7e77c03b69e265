package io.lakeproof.cli;

import io.lakeproof.error.Failure;
import io.lakeproof.jobs.lifecycle.ReportJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "report", description = "Say what the objects cost by tier and event date, now and once all has moved.")
final class LifecycleReport implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final LifecycleOptions objects = new LifecycleOptions();

    @Mixin
    private final LifecycleOptions.Day day = new LifecycleOptions.Day();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "40",
            description = "How many lines by date. Default: ${DEFAULT-VALUE}.")
    private int limit = 40;

    LifecycleReport(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("lifecycle report", common, (facts, pipeline) -> {
            if (limit < 0) {
                throw new Failure.Usage("--limit " + limit + " is below 0", "Give a number of lines.");
            }
            return new ReportJob(launcher.context(facts, pipeline, true), objects.request(pipeline, day)).run(limit);
        });
    }
}
