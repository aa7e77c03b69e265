package io.lakeproof.cli;

import io.lakeproof.config.ByteSize;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.lifecycle.ForecastJob;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "forecast",
        description = "Say on paper what a table would cost that takes in the same every day; needs no table.")
final class LifecycleForecast implements Callable<Integer> {
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

    LifecycleForecast(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("lifecycle forecast", common, (facts, pipeline) -> {
            LifecycleOptions.requireDays(days);
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
