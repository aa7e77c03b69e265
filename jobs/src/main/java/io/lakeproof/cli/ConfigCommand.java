package io.lakeproof.cli;

import io.lakeproof.aws.S3aSettings;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.Sessions;
import io.lakeproof.source.RawSource;
import io.lakeproof.source.Validation;
import io.lakeproof.telemetry.RunFacts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Look at a configuration.",
        subcommands = {ConfigCommand.Check.class, ConfigCommand.Explain.class})
final class ConfigCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "config needs a command: check or explain");
    }

    @Command(
            name = "check",
            description = "Report every problem of a configuration, its SQL expressions included, without running it.")
    static final class Check implements Callable<Integer> {
        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        Check(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run("config check", common, this::check);
        }

        private Outcome check(RunFacts facts, PipelineConfig pipeline) {
            facts.target(pipeline.dedup().target());
            if (pipeline.source().format().isText()) {
                RunContext context = launcher.offline(facts, pipeline, false);
                new Validation(pipeline).apply(new RawSource(context.spark(), pipeline).none());
                facts.say("config       " + common.config + ": OK");
            } else {
                facts.say("config       " + common.config + ": OK; its SQL expressions are checked when a run reads"
                        + " the columns of the input, before anything is written");
            }
            return Outcome.DONE;
        }
    }

    @Command(
            name = "explain",
            description = "Show every setting that counts with its value and where it was read, and what S3A is told.")
    static final class Explain implements Callable<Integer> {
        private final Launcher launcher;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        Explain(Launcher launcher) {
            this.launcher = launcher;
        }

        @Override
        public Integer call() {
            return launcher.run("config explain", common, (facts, pipeline) -> {
                facts.target(pipeline.dedup().target());
                common.explained().forEach(facts::say);
                S3aSettings.of(pipeline.s3(), Sessions.platform())
                        .forEach((key, value) -> facts.say(key + " = " + value + "  (told to S3A)"));
                return Outcome.DONE;
            });
        }
    }
}
