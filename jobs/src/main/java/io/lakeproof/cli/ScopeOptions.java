package io.lakeproof.cli;

import io.lakeproof.error.Failure;
import io.lakeproof.model.DateScope;
import java.time.LocalDate;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that name the scope of a run. */
final class ScopeOptions {
    @Option(
            names = "--from",
            paramLabel = "DATE",
            description = "First event date of the scope, yyyy-MM-dd, inclusive. Default: every date of the input.")
    Optional<LocalDate> from = Optional.empty();

    @Option(names = "--to", paramLabel = "DATE", description = "Last event date of the scope, yyyy-MM-dd, inclusive.")
    Optional<LocalDate> to = Optional.empty();

    @Option(names = "--dry-run", description = "Print what would be read and written, and write nothing.")
    boolean dryRun;

    DateScope scope() {
        try {
            return new DateScope(from, to);
        } catch (IllegalArgumentException e) {
            throw new Failure.Usage(String.valueOf(e.getMessage()), "Swap the two dates.");
        }
    }
}
