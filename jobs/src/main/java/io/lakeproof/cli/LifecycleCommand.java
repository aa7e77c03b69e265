package io.lakeproof.cli;

import io.lakeproof.config.ByteSize;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.lifecycle.ApplyJob;
import io.lakeproof.jobs.lifecycle.ForecastJob;
import io.lakeproof.jobs.lifecycle.PlanJob;
import io.lakeproof.jobs.lifecycle.ReportJob;
import io.lakeproof.jobs.lifecycle.RestoreJob;
import io.lakeproof.jobs.lifecycle.RulesJob;
import io.lakeproof.lifecycle.Archive;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "lifecycle",
        mixinStandardHelpOptions = true,
        description = "Tags, rules and cost of a table's objects on S3 as their event dates grow old.",
        subcommands = {
            LifecycleCommand.Plan.class,
            LifecycleCommand.Apply.class,
            LifecycleCommand.Rules.class,
            LifecycleCommand.Report.class,
            LifecycleCommand.Restore.class,
            LifecycleCommand.Forecast.class
        })
final class LifecycleCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "lifecycle needs a command: plan, apply, rules, report, restore or forecast");
    }

    @Command(name = "plan", description = "Say what apply and rules would do, and what it costs before and after.")
    static final class Plan implements Callable<Integer> {
        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final LifecycleOptions objects = new LifecycleOptions();

        @Mixin
        private final LifecycleOptions.Day day = new LifecycleOptions.Day();

        Plan(Launcher launcher) {
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

    @Command(name = "apply", description = "Write the tags of the objects whose tags are not what they shall be.")
    static final class Apply implements Callable<Integer> {
        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final LifecycleOptions objects = new LifecycleOptions();

        @Mixin
        private final LifecycleOptions.Day day = new LifecycleOptions.Day();

        @Option(names = "--dry-run", description = "Read and count, and write nothing.")
        private boolean dryRun;

        Apply(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run(
                    "lifecycle apply",
                    common,
                    (facts, pipeline) -> new ApplyJob(
                                    launcher.context(facts, pipeline, dryRun), objects.request(pipeline, day))
                            .run());
        }
    }

    @Command(
            name = "rules",
            description = "Show how the bucket's lifecycle rules differ from what they shall be, and write ours.")
    static final class Rules implements Callable<Integer> {
        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final TableOption table = new TableOption();

        @Option(names = "--remove", description = "Take the table's rules out.")
        private boolean remove;

        @Option(names = "--dry-run", description = "Show the difference, and write nothing.")
        private boolean dryRun;

        Rules(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run(
                    "lifecycle rules",
                    common,
                    (facts, pipeline) -> new RulesJob(
                                    launcher.context(facts, pipeline, dryRun), LifecycleOptions.whole(pipeline, table))
                            .run(remove));
        }
    }

    @Command(
            name = "report",
            description = "Say what the objects cost by tier and event date, now and once all has moved.")
    static final class Report implements Callable<Integer> {
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

        Report(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run("lifecycle report", common, (facts, pipeline) -> {
                if (limit < 0) {
                    throw new Failure.Usage("--limit " + limit + " is below 0", "Give a number of lines.");
                }
                return new ReportJob(launcher.context(facts, pipeline, true), objects.request(pipeline, day))
                        .run(limit);
            });
        }
    }

    @Command(name = "restore", description = "Ask for copies of archived objects that a version needs.")
    static final class Restore implements Callable<Integer> {
        private static final int MOST_DAYS = 3_650;

        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final LifecycleOptions objects = new LifecycleOptions();

        @Option(names = "--version", paramLabel = "N", description = "The Delta version. Default: the newest.")
        private Optional<Long> version = Optional.empty();

        @Option(
                names = "--days",
                paramLabel = "N",
                defaultValue = "7",
                description = "How many days the copies stay. Default: ${DEFAULT-VALUE}.")
        private int days = 7;

        @Option(
                names = "--speed",
                paramLabel = "SPEED",
                defaultValue = "STANDARD",
                description =
                        "expedited (minutes, not from DEEP_ARCHIVE), standard (hours) or bulk (up to two days). Default: standard.")
        private Archive.Speed speed = Archive.Speed.STANDARD;

        @Option(
                names = "--wait",
                paramLabel = "DURATION",
                description = "Wait until all can be read, at most so long, for example PT12H; then 75.")
        private Optional<Duration> most = Optional.empty();

        @Option(names = "--dry-run", description = "List what would be asked for, and ask for nothing.")
        private boolean dryRun;

        Restore(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run("lifecycle restore", common, (facts, pipeline) -> {
                if (days < 1 || days > MOST_DAYS) {
                    throw new Failure.Usage("--days " + days + " is not 1 to " + MOST_DAYS, "Give a number of days.");
                }
                return new RestoreJob(launcher.context(facts, pipeline, dryRun), objects.request(pipeline))
                        .run(new RestoreJob.Order(version, days, speed, most));
            });
        }
    }

    @Command(
            name = "forecast",
            description = "Say on paper what a table would cost that takes in the same every day; needs no table.")
    static final class Forecast implements Callable<Integer> {
        private static final int MOST_DAYS = 3_650;

        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Option(
                names = "--bytes-per-day",
                paramLabel = "SIZE",
                required = true,
                description = "How much a day brings, for example 10TB.")
        private String bytesPerDay = "";

        @Option(
                names = "--object-size",
                paramLabel = "SIZE",
                defaultValue = "128MB",
                description = "The size of each object. Default: ${DEFAULT-VALUE}.")
        private String objectSize = "128MB";

        @Option(
                names = "--days",
                paramLabel = "N",
                defaultValue = "365",
                description = "How many days. Default: ${DEFAULT-VALUE}.")
        private int days = 365;

        Forecast(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run("lifecycle forecast", common, (facts, pipeline) -> {
                if (days < 1 || days > MOST_DAYS) {
                    throw new Failure.Usage("--days " + days + " is not 1 to " + MOST_DAYS, "Give a number of days.");
                }
                return new ForecastJob(facts, pipeline, common.hadoop())
                        .run(days, size("--bytes-per-day", bytesPerDay), size("--object-size", objectSize));
            });
        }

        private static long size(String option, String text) {
            try {
                long bytes = ByteSize.parse(text);
                if (bytes > 0) {
                    return bytes;
                }
            } catch (IllegalArgumentException e) {
                throw new Failure.Usage(option + " " + text + ": " + e.getMessage(), "Give for example 10TB.");
            }
            throw new Failure.Usage(option + " " + text + " is nothing", "Give for example 10TB.");
        }
    }
}
