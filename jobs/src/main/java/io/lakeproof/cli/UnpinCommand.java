package io.lakeproof.cli;

import io.lakeproof.jobs.retain.TablePlace;
import io.lakeproof.jobs.retain.UnpinJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "unpin", description = "Take a pin off; its version is then kept as long as any other.")
final class UnpinCommand implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "NAME", description = "A pin of the table.")
    private String name = "";

    @Mixin
    private final TableOption table = new TableOption();

    @Option(names = "--dry-run", description = "Print which version would lose its pin, and write nothing.")
    private boolean dryRun;

    UnpinCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("unpin", common, (facts, pipeline) -> {
            TablePlace place = TablePlace.of(pipeline, table.path(pipeline));
            return new UnpinJob(launcher.context(facts, pipeline, dryRun), place).run(name);
        });
    }
}
