package io.lakeproof.cli;

import io.lakeproof.aws.S3Postures;
import io.lakeproof.jobs.doctor.DoctorJob;
import io.lakeproof.jobs.doctor.DoctorReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = "Check buckets, clock, log store and retention of a pipeline, and say how to mend what is wrong.")
final class DoctorCommand implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--json", description = "Print one line of JSON in place of text.")
    private boolean json;

    DoctorCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        // Without the question that other commands begin with: a bucket that is denied keeps no other from being looked
        // at.
        return launcher.run(
                "doctor",
                common,
                (facts, pipeline) -> new DoctorJob(launcher.offline(facts, pipeline, true), pipeline, S3Postures::look)
                        .run(json ? DoctorReport::json : DoctorReport::text));
    }
}
