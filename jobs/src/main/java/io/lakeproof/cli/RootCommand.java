package io.lakeproof.cli;

import io.lakeproof.delta.DeltaVersion;
import io.lakeproof.run.Version;
import java.util.function.Supplier;
import org.apache.hadoop.util.VersionInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program; each of its commands is one job. */
@Command(
        name = "lakeproof",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.VersionProvider.class,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Idempotent Spark jobs over Delta Lake; every table version is sealed with a SHA-256 content digest.",
        subcommands = {
            DedupCommand.class,
            FeaturesCommand.class,
            CurateCommand.class,
            BackfillCommand.class,
            CompactCommand.class,
            VerifyCommand.class,
            DiffCommand.class,
            RollbackCommand.class,
            LineageCommand.class,
            DrillCommand.class,
            PinCommand.class,
            UnpinCommand.class,
            PinsCommand.class,
            RetainCommand.class,
            LifecycleCommand.class,
            QuarantineCommand.class,
            DoctorCommand.class,
            ConfigCommand.class
        },
        footer = {
            "",
            "Every run ends with a line RESULT {…} on standard output.",
            "Exit codes: 0 done, 64 usage, 65 data gate, 66 input missing, 69 archived, 70 bug,",
            "74 integrity mismatch, 75 conflict (retry), 77 access denied, 78 configuration, 143 cancelled."
        })
final class RootCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Versions of the program and of what it runs on. */
    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "lakeproof " + Version.NUMBER + ", commit " + Version.COMMIT,
                "Spark " + of(() -> org.apache.spark.package$.MODULE$.SPARK_VERSION())
                        + ", Scala " + of(scala.util.Properties::versionNumberString)
                        + ", Delta " + of(DeltaVersion::number)
                        + ", Hadoop " + of(VersionInfo::getVersion)
                        + ", Java " + Runtime.version()
            };
        }

        private static String of(Supplier<String> library) {
            try {
                return library.get();
            } catch (LinkageError e) {
                return "not on the class path";
            }
        }
    }
}
