package io.lakeproof.cli;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
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
        subcommands = ConfigCommand.Check.class)
final class ConfigCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "config needs a command: check");
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
}
