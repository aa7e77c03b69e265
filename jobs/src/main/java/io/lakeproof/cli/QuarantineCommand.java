package io.lakeproof.cli;

import io.lakeproof.error.Failure;
import io.lakeproof.jobs.dedup.RequeueJob;
import io.lakeproof.jobs.dedup.RequeueSelection;
import io.lakeproof.jobs.quarantine.QuarantineReport;
import io.lakeproof.jobs.quarantine.QuarantineReportJob;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "quarantine",
        mixinStandardHelpOptions = true,
        description = "Look at the refused rows, and try them again.",
        subcommands = {QuarantineCommand.Report.class, QuarantineCommand.Requeue.class})
final class QuarantineCommand implements Runnable {
    private static final int MOST_SAMPLES = 1000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "quarantine needs a command: report or requeue");
    }

    /** Which refused rows are meant. */
    static final class Rows {
        @Option(
                names = "--run-key",
                paramLabel = "KEY",
                description = "Only rows that this run refused: the whole run key, or its first digits.")
        private Optional<String> runKey = Optional.empty();

        @Option(
                names = "--reason",
                paramLabel = "REASON",
                description = "Only rows that were refused for this reason, for example malformed or rule:value_range.")
        private Optional<String> reason = Optional.empty();

        Optional<String> runKey() {
            runKey.filter(key -> !key.matches("[0-9a-f]{6,64}")).ifPresent(key -> {
                throw new Failure.Usage(
                        "--run-key " + key + " is no run key",
                        "Give at least the first 6 of its 64 hexadecimal digits, as the RESULT line and `lakeproof lineage show`"
                                + " have them.");
            });
            return runKey;
        }
    }

    @Command(
            name = "report",
            description = "Show what a run refused: by reason, file and event date, with some of the lines.")
    static final class Report implements Callable<Integer> {
        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final Rows rows = new Rows();

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "10",
                description = "How many lines to show, and how many files and dates. Default: ${DEFAULT-VALUE}.")
        private int limit = 10;

        @Option(names = "--json", description = "Print one line of JSON in place of text.")
        private boolean json;

        Report(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run("quarantine report", common, (facts, pipeline) -> {
                if (limit < 0 || limit > MOST_SAMPLES) {
                    throw new Failure.Usage(
                            "--limit " + limit + " is not 0 to " + MOST_SAMPLES, "Give a number of lines.");
                }
                QuarantineReportJob job = new QuarantineReportJob(
                        launcher.context(facts, pipeline, false), pipeline.name(), pipeline.quarantinePath());
                return job.run(
                        rows.runKey(), rows.reason, limit, json ? QuarantineReport::json : QuarantineReport::text);
            });
        }
    }

    @Command(
            name = "requeue",
            description =
                    "Try refused lines again with the present settings, and add those that are accepted to the clean"
                            + " table.")
    static final class Requeue implements Callable<Integer> {
        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final Rows rows = new Rows();

        @Option(names = "--dry-run", description = "Print what would be read and written, and write nothing.")
        private boolean dryRun;

        Requeue(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run(
                    "quarantine requeue",
                    common,
                    (facts, pipeline) -> new RequeueJob(
                                    launcher.context(facts, pipeline, dryRun),
                                    pipeline,
                                    new RequeueSelection(rows.runKey(), rows.reason))
                            .run());
        }
    }
}
