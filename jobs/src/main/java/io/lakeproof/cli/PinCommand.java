package io.lakeproof.cli;

import io.lakeproof.jobs.retain.PinJob;
import io.lakeproof.jobs.retain.PinRequest;
import io.lakeproof.jobs.retain.TablePlace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "pin", description = "Give a sealed version a name that protects its files.")
final class PinCommand implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(
            paramLabel = "NAME",
            description = "1 to 64 letters, digits, dots, underscores or hyphens; of its own within the table.")
    private String name = "";

    @Mixin
    private final TableOption table = new TableOption();

    @Option(names = "--version", required = true, paramLabel = "N", description = "The sealed version to protect.")
    private long version;

    @Option(names = "--note", paramLabel = "TEXT", description = "What to remember of the pin; `pins` shows it.")
    private String note = "";

    @Option(names = "--dry-run", description = "Check everything and write nothing.")
    private boolean dryRun;

    PinCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("pin", common, (facts, pipeline) -> {
            TablePlace place = TablePlace.of(pipeline, table.path(pipeline));
            PinRequest request = new PinRequest(place, name, version, note);
            return new PinJob(launcher.context(facts, pipeline, dryRun), request).run();
        });
    }
}
