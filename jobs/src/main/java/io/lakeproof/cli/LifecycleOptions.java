package io.lakeproof.cli;

import io.lakeproof.aws.S3Bucket;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.lifecycle.LifecycleRequest;
import io.lakeproof.model.DateScope;
import java.time.LocalDate;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name the objects of a lifecycle command. */
final class LifecycleOptions {
    private static final int MOST_DAYS = 3_650;

    /** Of commands that tell tiers. */
    static final class Day {
        @Option(
                names = "--as-of",
                paramLabel = "DATE",
                description = "The day on which tiers are told, yyyy-MM-dd. Default: today in the pipeline's zone.")
        private Optional<LocalDate> asOf = Optional.empty();
    }

    @Mixin
    private final TableOption table = new TableOption();

    @Option(
            names = "--from",
            paramLabel = "DATE",
            description = "First event date, yyyy-MM-dd, inclusive. Default: all, and objects without a date.")
    private Optional<LocalDate> from = Optional.empty();

    @Option(names = "--to", paramLabel = "DATE", description = "Last event date, yyyy-MM-dd, inclusive.")
    private Optional<LocalDate> to = Optional.empty();

    LifecycleRequest request(PipelineConfig pipeline, Day day) {
        return request(pipeline, table, day.asOf, dates());
    }

    /** Of a command that tells no tiers. */
    LifecycleRequest request(PipelineConfig pipeline) {
        return request(pipeline, table, Optional.empty(), dates());
    }

    /** Of a command that is about a table as a whole. */
    static LifecycleRequest whole(PipelineConfig pipeline, TableOption table) {
        return request(pipeline, table, Optional.empty(), DateScope.ALL);
    }

    private static LifecycleRequest request(
            PipelineConfig pipeline, TableOption table, Optional<LocalDate> asOf, DateScope dates) {
        return new LifecycleRequest(pipeline, table.path(pipeline), asOf, dates, S3Bucket::open);
    }

    /**
     * Looks at the value of {@code --days}.
     *
     * @throws Failure.Usage if it is none
     */
    static void requireDays(int days) {
        if (days < 1 || days > MOST_DAYS) {
            throw new Failure.Usage("--days " + days + " is not 1 to " + MOST_DAYS, "Give a number of days.");
        }
    }

    private DateScope dates() {
        try {
            return new DateScope(from, to);
        } catch (IllegalArgumentException e) {
            throw new Failure.Usage(String.valueOf(e.getMessage()), "Swap the two dates.");
        }
    }
}
