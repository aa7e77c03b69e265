package io.lakeproof.cli;

import io.lakeproof.jobs.retain.PinsJob;
import io.lakeproof.jobs.retain.TablePlace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "pins", description = "List the pins of a table.")
final class PinsCommand implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final TableOption table = new TableOption();

    PinsCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("pins", common, (facts, pipeline) -> {
            TablePlace place = TablePlace.of(pipeline, table.path(pipeline));
            return new PinsJob(launcher.context(facts, pipeline, false), place).run();
        });
    }
}
