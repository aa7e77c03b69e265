package io.lakeproof.cli;

import io.lakeproof.error.Failure;
import io.lakeproof.jobs.lineage.ExportJob;
import io.lakeproof.jobs.lineage.ExportRequest;
import io.lakeproof.jobs.lineage.LineageJob;
import io.lakeproof.jobs.lineage.LineageRequest;
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
        subcommands = {LineageCommand.Show.class, LineageCommand.Export.class})
final class LineageCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "lineage needs a command: show or export");
    }

    @Command(
            name = "show",
            description =
                    "Show the seals of all versions, or one with the tree of what it was made from, and check their chain.")
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

        @Option(
                names = "--depth",
                paramLabel = "STEPS",
                description =
                        "How many steps to follow the inputs: 0 none, 1 what a version was made from, 2 what that was made"
                                + " from. Default: 3 with --version, otherwise 0.")
        private Optional<Integer> depth = Optional.empty();

        @Option(
                names = "--all-inputs",
                description = "List every input and partition. Default: 20 of each kind, and how many more there are.")
        private boolean whole;

        Show(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run("lineage show", common, (facts, pipeline) -> {
                depth.filter(steps -> steps < 0).ifPresent(steps -> {
                    throw new Failure.Usage(
                            "--depth " + steps + " is below 0", "Give a number of steps, for example 3.");
                });
                return new LineageJob(
                                launcher.context(facts, pipeline, false), table.path(pipeline), pipeline.ledgerPath())
                        .run(new LineageRequest(version, depth, whole));
            });
        }
    }

    @Command(
            name = "export",
            description = "Send seals as events of OpenLineage, one run each, with the digests as a facet.")
    static final class Export implements Callable<Integer> {
        private static final String DEFAULT_KEY = "OPENLINEAGE_API_KEY";

        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final TableOption table = new TableOption();

        @Option(
                names = "--to",
                required = true,
                paramLabel = "URI",
                description =
                        "http://… or https://…: a receiver of OpenLineage events; anything else: a file, one event a line,"
                                + " which is replaced.")
        private String to = "";

        @Option(
                names = "--version",
                paramLabel = "N",
                description = "The Delta version whose seal to export. Default: the newest sealed one.")
        private Optional<Long> version = Optional.empty();

        @Option(names = "--all", description = "Export the seals of all versions, in the order of their chain.")
        private boolean all;

        @Option(
                names = "--api-key-env",
                paramLabel = "NAME",
                description = "The environment variable with the receiver's key, sent as a bearer token. Default: "
                        + DEFAULT_KEY + ", if it is set.")
        private Optional<String> keyVariable = Optional.empty();

        Export(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run(
                    "lineage export",
                    common,
                    (facts, pipeline) -> new ExportJob(
                                    launcher.context(facts, pipeline, false),
                                    table.path(pipeline),
                                    pipeline.ledgerPath())
                            .run(new ExportRequest(to, key(), version, all)));
        }

        private Optional<String> key() {
            Optional<String> key = Optional.ofNullable(System.getenv(keyVariable.orElse(DEFAULT_KEY)))
                    .filter(value -> !value.isBlank());
            if (keyVariable.isPresent() && key.isEmpty()) {
                throw new Failure.Usage(
                        "--api-key-env " + keyVariable.get()
                                + ": there is no such environment variable, or it is empty",
                        "Set the variable, or name another; the key itself does not belong on a command line.");
            }
            return key;
        }
    }
}
