package io.lakeproof.cli;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.diff.DiffJob;
import io.lakeproof.jobs.diff.DiffRequest;
import io.lakeproof.jobs.diff.DiffRequest.OnDifference;
import io.lakeproof.jobs.diff.TableRef;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "diff", description = "Compare two versions or two tables row by row, and name what differs.")
final class DiffCommand implements Callable<Integer> {
    private static final int MOST_SAMPLES = 1000;

    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--left",
            paramLabel = "TABLE[@VERSION]",
            description =
                    "What to compare from: clean, windowed, features or the path of a Delta table, at the number of a version"
                            + " or the name of a pin. Without @: the newest version. Default: the version before that of"
                            + " --right, of the same table.")
    private Optional<String> left = Optional.empty();

    @Option(
            names = "--right",
            paramLabel = "TABLE[@VERSION]",
            defaultValue = "clean",
            description = "What to compare with, in the same form. Default: clean.")
    private String right = "clean";

    @Option(
            names = "--key",
            paramLabel = "COL",
            split = ",",
            description =
                    "Columns that identify a row, separated by commas. Default: those that the configuration says of the table;"
                            + " of another table rows are compared as a whole.")
    private List<String> key = List.of();

    @Option(
            names = "--sample",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "How many added, removed and changed rows to show of each, 0 to 1000. Default: ${DEFAULT-VALUE}.")
    private int samples = 10;

    @Option(
            names = "--report",
            paramLabel = "URI",
            description = "Also write an HTML report to this file, whatever the outcome.")
    private Optional<String> report = Optional.empty();

    @Option(
            names = "--fail-on-difference",
            description = "Exit 74 if anything differs. Without it a difference exits 0.")
    private boolean isFailing;

    DiffCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("diff", common, (facts, pipeline) -> {
            DiffRequest request = request(pipeline);
            return new DiffJob(launcher.context(facts, pipeline, false), pipeline, request).run();
        });
    }

    private DiffRequest request(PipelineConfig pipeline) {
        if (samples < 0 || samples > MOST_SAMPLES) {
            throw new Failure.Usage("--sample " + samples + " is not from 0 to " + MOST_SAMPLES, "Mend --sample.");
        }
        return new DiffRequest(
                left.map(text -> ref("--left", text, pipeline)),
                ref("--right", right, pipeline),
                key.stream().map(String::strip).toList(),
                samples,
                report,
                isFailing ? OnDifference.FAIL : OnDifference.PASS);
    }

    private static TableRef ref(String option, String text, PipelineConfig pipeline) {
        return TableRef.parse(text, table -> TableOption.path(option, table, pipeline));
    }
}
