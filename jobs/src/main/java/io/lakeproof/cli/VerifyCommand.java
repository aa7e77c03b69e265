package io.lakeproof.cli;

import io.lakeproof.error.Failure;
import io.lakeproof.jobs.verify.Level;
import io.lakeproof.jobs.verify.VerifyJob;
import io.lakeproof.jobs.verify.VerifyRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "verify", description = "Compare versions of a sealed table with their seals: content, files and log.")
final class VerifyCommand implements Callable<Integer> {
    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final TableOption table = new TableOption();

    @Mixin
    private final VersionOptions versions = new VersionOptions();

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            defaultValue = "content",
            description =
                    "log: the files of the log agree, and the data files are there. bytes: the same, and every data"
                            + " file is read with its page checksums. content: every row is digested and compared with the"
                            + " seals. Default: content.")
    private Level level = Level.CONTENT;

    @Option(
            names = "--against",
            paramLabel = "PATH",
            description = "Another Delta table that shall hold the same rows, in whatever layout.")
    private Optional<String> against = Optional.empty();

    @Option(
            names = "--against-version",
            paramLabel = "N",
            description = "The version of the other table. Default: its newest.")
    private Optional<Long> againstVersion = Optional.empty();

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Also write the findings as an HTML page, whatever they are.")
    private Optional<String> report = Optional.empty();

    VerifyCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("verify", common, (facts, pipeline) -> {
            if (againstVersion.isPresent() && against.isEmpty()) {
                throw new Failure.Usage("--against-version without --against", "Name the other table with --against.");
            }
            VerifyRequest request = new VerifyRequest(
                    versions.choice(pipeline.zone()),
                    level,
                    against.map(path -> new VerifyRequest.Other(path, againstVersion)),
                    report);
            facts.say("level        " + level.name().toLowerCase(Locale.ROOT));
            return new VerifyJob(launcher.context(facts, pipeline, false), table.path(pipeline), pipeline.ledgerPath())
                    .run(request);
        });
    }
}
