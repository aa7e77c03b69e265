package io.lakeproof.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "lifecycle",
        mixinStandardHelpOptions = true,
        description = "Tags, rules and cost of a table's objects on S3 as their event dates grow old.",
        subcommands = {
            LifecyclePlan.class,
            LifecycleApply.class,
            LifecycleRules.class,
            LifecycleReport.class,
            LifecycleRestore.class,
            LifecycleForecast.class
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
}
