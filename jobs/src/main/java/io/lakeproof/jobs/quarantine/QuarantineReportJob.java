package io.lakeproof.jobs.quarantine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.substring;

import io.lakeproof.error.Failure;
import io.lakeproof.jobs.quarantine.QuarantineReport.Count;
import io.lakeproof.jobs.quarantine.QuarantineReport.Sample;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.Quarantine;
import io.lakeproof.run.RunContext;
import io.lakeproof.source.Excerpt;
import io.lakeproof.source.InputListing;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Shows what a run of a pipeline refused; reads the quarantine and nothing else. */
public final class QuarantineReportJob {
    /** Bytes of a line that are looked at for a sample. */
    private static final int SAMPLE_BYTES = 200;

    private record Group(
            String reason, String file, @Nullable String date, boolean requeued, long rows) {}

    private final RunContext context;
    private final String pipeline;
    private final Quarantine quarantine;

    public QuarantineReportJob(RunContext context, String pipeline, String path) {
        this.context = context;
        this.pipeline = pipeline;
        this.quarantine = new Quarantine(context.spark(), path);
    }

    /**
     * Reports.
     *
     * @param runKey of the run, or its first digits; empty for the last run that refused rows
     * @param reason only rows that were refused for this reason
     * @param limit samples, and lines by file and by date
     * @param form how to say it
     * @throws Failure.Usage if no row was ever refused by the run, or its digits are those of several
     */
    public Outcome run(
            Optional<String> runKey,
            Optional<String> reason,
            int limit,
            Function<QuarantineReport, List<String>> form) {
        if (quarantine.version() < 0) {
            context.facts().say("quarantine   " + quarantine.path() + " is not there: no row was ever refused");
            return Outcome.DONE;
        }
        runKey.ifPresent(digits -> quarantine.requireReadable(quarantine.version(), key -> key.startsWith(digits)));
        Dataset<Row> own = quarantine
                .read(quarantine.version())
                .where(col(Quarantine.PIPELINE).equalTo(pipeline));
        Optional<String> key =
                runKey.isPresent() ? Optional.of(whole(own, runKey.get())) : quarantine.newestRunKey(pipeline);
        if (key.isEmpty()) {
            context.facts().say("quarantine   " + quarantine.path() + " has no rows of pipeline " + pipeline);
            return Outcome.DONE;
        }
        context.facts().runKey(key.get());
        Column ofRun = col(Quarantine.RUN_KEY).equalTo(key.get());
        Dataset<Row> rows = own.where(
                reason.map(r -> ofRun.and(col(Quarantine.REASON).equalTo(r))).orElse(ofRun));
        form.apply(report(key.get(), rows, limit)).forEach(context.facts()::say);
        return Outcome.DONE;
    }

    private String whole(Dataset<Row> own, String digits) {
        List<String> keys = own
                .where(col(Quarantine.RUN_KEY).startsWith(digits))
                .select(Quarantine.RUN_KEY)
                .distinct()
                .limit(2)
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
        if (keys.size() != 1) {
            throw new Failure.Usage(
                    "--run-key " + digits + ": "
                            + (keys.isEmpty()
                                    ? "no run with this key refused rows of pipeline " + pipeline
                                    : "several runs have a key that begins so"),
                    "Take the run key from the RESULT line or from `lakeproof lineage show`.");
        }
        return keys.get(0);
    }

    private QuarantineReport report(String runKey, Dataset<Row> rows, int limit) {
        List<Group> groups = rows
                .groupBy(
                        col(Quarantine.REASON),
                        col(Quarantine.SOURCE_FILE),
                        col(Quarantine.EVENT_DATE),
                        col(Quarantine.REQUEUED_BY).isNotNull())
                .count()
                .collectAsList()
                .stream()
                .map(row -> new Group(
                        row.getString(0),
                        InputListing.ofUri(row.getString(1)),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getLong(4)))
                .toList();
        List<Group> open = groups.stream().filter(group -> !group.requeued).toList();
        Comparator<Count> most =
                Comparator.comparingLong(Count::rows).reversed().thenComparing(Count::name);
        Comparator<Count> inOrder = Comparator.comparing(Count::name);
        return new QuarantineReport(
                quarantine.path(),
                pipeline,
                runKey,
                sum(open),
                sum(groups) - sum(open),
                counts(open.stream(), Group::reason, most).toList(),
                counts(open.stream(), Group::file, most).limit(limit).toList(),
                counts(open.stream().filter(group -> group.date != null), Group::date, inOrder)
                        .limit(limit)
                        .toList(),
                samples(rows.where(col(Quarantine.REQUEUED_BY).isNull()), limit));
    }

    private static long sum(List<Group> groups) {
        return groups.stream().mapToLong(Group::rows).sum();
    }

    private static Stream<Count> counts(
            Stream<Group> groups, Function<Group, @Nullable String> name, Comparator<Count> order) {
        Map<String, Long> counts = groups.collect(
                Collectors.groupingBy(group -> String.valueOf(name.apply(group)), Collectors.summingLong(Group::rows)));
        return counts.entrySet().stream()
                .map(e -> new Count(e.getKey(), e.getValue()))
                .sorted(order);
    }

    /** Only the beginnings of lines leave the executors: a line may have megabytes. */
    private static List<Sample> samples(Dataset<Row> rows, int limit) {
        return rows
                .select(
                        col(Quarantine.REASON),
                        col(Quarantine.SOURCE_FILE),
                        col(Quarantine.DETAIL),
                        substring(col(Quarantine.RAW), 1, SAMPLE_BYTES).as("beginning"),
                        length(col(Quarantine.RAW)).cast("bigint"))
                .orderBy(Quarantine.REASON, Quarantine.SOURCE_FILE, "beginning", Quarantine.DETAIL)
                .limit(limit)
                .collectAsList()
                .stream()
                .map(row -> new Sample(
                        row.getString(0),
                        InputListing.ofUri(row.getString(1)),
                        row.getString(2),
                        Excerpt.ofLine(row.<byte[]>getAs(3), row.getLong(4)),
                        row.getLong(4)))
                .toList();
    }
}
