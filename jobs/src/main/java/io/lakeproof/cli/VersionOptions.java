package io.lakeproof.cli;

import io.lakeproof.error.Failure;
import io.lakeproof.jobs.verify.VersionChoice;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that name the versions to verify. */
final class VersionOptions {
    @Option(names = "--version", paramLabel = "N", description = "The Delta version to verify. Default: the newest.")
    private Optional<Long> version = Optional.empty();

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            description = "The version that a reader saw then: an instant such as 2024-11-05T10:00:00Z, or a date,"
                    + " which is its first moment in pipeline.zone, as in Delta.")
    private Optional<String> asOf = Optional.empty();

    @Option(
            names = "--from-version",
            paramLabel = "N",
            description = "The first of several versions. Default: the oldest.")
    private Optional<Long> from = Optional.empty();

    @Option(
            names = "--to-version",
            paramLabel = "N",
            description = "The last of several versions. Default: the newest.")
    private Optional<Long> to = Optional.empty();

    @Option(
            names = "--all",
            description = "Every version that the log still has; each data file is read once, however many have it.")
    private boolean all;

    /** Empty for the newest. */
    Optional<VersionChoice> choice(ZoneId zone) {
        boolean isRange = from.isPresent() || to.isPresent();
        long chosen = Stream.of(version.isPresent(), asOf.isPresent(), isRange, all)
                .filter(is -> is)
                .count();
        if (chosen > 1) {
            throw new Failure.Usage(
                    "--version, --as-of, --from-version with --to-version, and --all exclude each other",
                    "Keep one of them.");
        }
        if (all) {
            return Optional.of(VersionChoice.ALL);
        }
        if (isRange) {
            return Optional.of(new VersionChoice(from, to, Optional.empty()));
        }
        return version.map(VersionChoice::one).or(() -> asOf.map(text -> VersionChoice.asOf(instant(text, zone))));
    }

    private static Instant instant(String text, ZoneId zone) {
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(zone).toInstant();
        } catch (DateTimeException e) {
            throw new Failure.Usage(
                    "--as-of " + text + " is neither an instant nor a date",
                    "Write 2024-11-05T10:00:00Z, 2024-11-05T10:00:00+01:00 or 2024-11-05.");
        }
    }
}
