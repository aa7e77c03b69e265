package io.lakeproof.cli;

import io.lakeproof.jobs.lineage.LineageJob;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "lineage",
        mixinStandardHelpOptions = true,
        description = "What the ledger says of a sealed table.",
        subcommands = LineageCommand.Show.class)
final class LineageCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "lineage needs a command: show");
    }

    @Command(
            name = "show",
            description = "Show the seals of all versions, or of one with its inputs, and check their chain.")
    static final class Show implements Callable<Integer> {
        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final TableOption table = new TableOption();

        @Option(
                names = "--version",
                paramLabel = "N",
                description = "The Delta version to show in full. Default: all sealed versions, in short.")
        private Optional<Long> version = Optional.empty();

        Show(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run(
                    "lineage show",
                    common,
                    (facts, pipeline) -> new LineageJob(
                                    launcher.context(facts, pipeline.zone(), false),
                                    table.path(pipeline),
                                    pipeline.ledgerPath())
                            .run(version));
        }
    }
}
