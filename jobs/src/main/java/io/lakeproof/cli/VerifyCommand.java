package io.lakeproof.cli;

import io.lakeproof.jobs.verify.VerifyJob;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "verify", description = "Read a version of a sealed table again and compare its content with its seal.")
final class VerifyCommand implements Callable<Integer> {
    /** How deep to look. */
    enum Level {
        CONTENT
    }

    private final Launcher launcher;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final TableOption table = new TableOption();

    @Option(names = "--version", paramLabel = "N", description = "The Delta version to verify. Default: the newest.")
    private Optional<Long> version = Optional.empty();

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            defaultValue = "content",
            description = "content: every row is read, with page checksums, and digested (the only level so far).")
    private Level level = Level.CONTENT;

    VerifyCommand(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Integer call() {
        return launcher.run("verify", common, (facts, pipeline) -> {
            facts.say("level        " + level.name().toLowerCase(Locale.ROOT));
            return new VerifyJob(
                            launcher.context(facts, pipeline.zone(), false),
                            table.path(pipeline),
                            pipeline.ledgerPath())
                    .run(version);
        });
    }
}
