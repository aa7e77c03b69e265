package io.lakeproof.cli;

import io.lakeproof.jobs.retain.RetainJob;
import io.lakeproof.jobs.retain.RetainRequest;
import io.lakeproof.jobs.retain.TablePlace;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "retain", description = "Delete the files that no promised and no pinned version needs.")
final class RetainCommand implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final TableOption table = new TableOption();

    @Option(
            names = "--keep-days",
            paramLabel = "N",
            description = "How many days old versions stay readable, at least 7. Default: the table's retention in the"
                    + " configuration.")
    private Optional<Integer> keepDays = Optional.empty();

    @Option(names = "--dry-run", description = "List what would be deleted and set, and do neither.")
    private boolean dryRun;

    RetainCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("retain", common, (facts, pipeline) -> {
            RetainRequest request = new RetainRequest(TablePlace.of(pipeline, table.path(pipeline)), keepDays);
            return new RetainJob(launcher.context(facts, pipeline, dryRun), request).run();
        });
    }
}
