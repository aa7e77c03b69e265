package io.lakeproof.cli;

import io.lakeproof.jobs.recover.RollbackJob;
import io.lakeproof.jobs.recover.RollbackRequest;
import io.lakeproof.jobs.recover.SealedPaths;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rollback",
        description =
                "Put partitions, or a whole table, back to what they held at a sealed version; digest-proved, sealed.")
final class RollbackCommand implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final TableOption table = new TableOption();

    @Mixin
    private final ScopeOptions scope = new ScopeOptions();

    @Option(
            names = "--model",
            paramLabel = "VERSION",
            description = "Only partitions of this model version. Default: all of them.")
    private Optional<String> model = Optional.empty();

    @Option(names = "--to-version", paramLabel = "N", description = "The sealed Delta version to go back to.")
    private Optional<Long> version = Optional.empty();

    @Option(names = "--to-pin", paramLabel = "NAME", description = "Go back to the version that this pin protects.")
    private Optional<String> pin = Optional.empty();

    RollbackCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("rollback", common, (facts, pipeline) -> {
            SealedPaths paths =
                    new SealedPaths(pipeline.name(), table.path(pipeline), pipeline.ledgerPath(), pipeline.pinsPath());
            RollbackRequest request = new RollbackRequest(scope.scope(), model, version, pin);
            return new RollbackJob(launcher.context(facts, pipeline, scope.dryRun), paths, request).run();
        });
    }
}
